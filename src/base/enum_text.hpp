// Enumerations that appear on a wire: one table a type, read and written from the same rows.
//   template <> struct EnumText<Level> { static constexpr auto kRows = enum_rows<Level>({{Level::kLow, "LOW"}, …}); };
#pragma once
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace jeton::base {

template <class E>
struct EnumText;

template <class E, std::size_t N>
constexpr std::array<std::pair<E, std::string_view>, N> enum_rows(const std::pair<E, std::string_view> (&rows)[N]) {
  return std::to_array(rows);
}

/// The literal of a value. Static storage.
template <class E>
constexpr std::string_view enum_text(E value) {
  for (const auto& [known, text] : EnumText<E>::kRows) {
    if (known == value) return text;
  }
  return "?";
}

/// The value of exactly this literal.
template <class E>
constexpr std::optional<E> enum_from(std::string_view text) {
  for (const auto& [value, known] : EnumText<E>::kRows) {
    if (known == text) return value;
  }
  return std::nullopt;
}

/// "A, B or C", for error messages.
template <class E>
std::string enum_choices() {
  std::string out;
  const auto& rows = EnumText<E>::kRows;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i != 0) out += i + 1 == rows.size() ? " or " : ", ";
    out += rows[i].second;
  }
  return out;
}

}  // namespace jeton::base
