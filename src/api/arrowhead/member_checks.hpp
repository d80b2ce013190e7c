// Raw checks of single members, as the Arrowhead operations make them before they normalize anything
// (arrowhead-authorization 5, the two-phase rule). Pure; nothing is allocated unless a check fails.
#pragma once
#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/enum_text.hpp"
#include "base/result.hpp"
#include "base/strings.hpp"

namespace jeton::api::arrowhead {

/// Where in a payload a member is, for messages: `Place::item("list", 2).of("target")` is "list[2].target".
class Place {
 public:
  Place() = default;
  static Place item(std::string_view list, std::size_t index) { return Place(fmt::format("{}[{}].", list, index)); }
  static Place member(const Place& outer, std::string_view name) { return Place(outer.of(name) + '.'); }

  std::string of(std::string_view member) const { return prefix_ + std::string(member); }

 private:
  explicit Place(std::string prefix) : prefix_(std::move(prefix)) {}
  std::string prefix_;
};

/// Absent and null are blank, as are empty texts and those of white space only.
template <class Text>
bool is_blank(const std::optional<Text>& text) {
  return !text || base::is_blank(*text);
}

/// The text, or nothing.
template <class Text>
std::string_view text_or_empty(const std::optional<Text>& text) {
  return text ? std::string_view(*text) : std::string_view{};
}

inline base::Error missing(std::string where) {
  std::string message = where + " is missing; it is required";
  return base::invalid(std::move(message), std::move(where));
}

/// The value of a literal, trimmed and without regard to letter case (2.1); nullopt when it is none.
template <class E>
std::optional<E> literal(std::string_view text) {
  const std::string_view word = base::trim(text);
  for (const auto& [value, known] : base::EnumText<E>::kRows) {
    if (base::equals_ignoring_case(word, known)) return value;
  }
  return std::nullopt;
}

/// The same, with kInvalid for an unknown one.
template <class E>
base::Result<E> check_literal(std::string_view text, std::string_view member, const Place& place = {}) {
  if (const auto value = literal<E>(text)) return *value;
  const std::string where = place.of(member);
  return base::failure(base::invalid(
      fmt::format("{} is {}; it must be {}", where, base::shown(base::trim(text)), base::enum_choices<E>()), where));
}

/// The same for a mandatory member.
template <class E, class Text>
base::Result<E> require_literal(const std::optional<Text>& text, std::string_view member, const Place& place = {}) {
  if (is_blank(text)) return base::failure(missing(place.of(member)));
  return check_literal<E>(*text, member, place);
}

template <class Text>
base::Status require_text(const std::optional<Text>& text, std::string_view member, const Place& place = {}) {
  if (is_blank(text)) return base::failure(missing(place.of(member)));
  return {};
}

/// kInvalid when an element is blank. An absent list is fine.
inline base::Status check_elements(const std::optional<std::vector<std::string>>& list, std::string_view member,
                                   const Place& place = {}) {
  if (!list) return {};
  for (std::size_t i = 0; i < list->size(); ++i) {
    if (!base::is_blank((*list)[i])) continue;
    const std::string where = fmt::format("{}[{}]", place.of(member), i);
    return base::failure(base::invalid(where + " is blank; every element must say something", where));
  }
  return {};
}

/// kInvalid when a bulk request's `list` is missing or empty, or has an element that is null.
template <class Item>
base::Status require_list(const std::optional<std::vector<std::optional<Item>>>& list) {
  if (!list || list->empty())
    return base::failure(base::invalid("list is missing or empty; at least one element is required", "list"));
  for (std::size_t i = 0; i < list->size(); ++i) {
    if ((*list)[i]) continue;
    const std::string where = fmt::format("list[{}]", i);
    return base::failure(base::invalid(where + " is null; every element must be an object", where));
  }
  return {};
}

}  // namespace jeton::api::arrowhead
