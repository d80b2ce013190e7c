// A struct's member names on the wire. Ours are snake_case; most wires want camelCase, which is computed at compile
// time. A type whose wire keeps the member names as they are says so: `template <> inline constexpr bool
// kKeepsMemberNames<T> = true;`
#pragma once
#include <algorithm>
#include <array>
#include <string_view>

namespace jeton::base::json {

template <class T>
inline constexpr bool kKeepsMemberNames = false;

namespace detail {

constexpr std::size_t length_of(const char* text) {
  std::size_t length = 0;
  while (text[length] != '\0') ++length;
  return length;
}

template <class Descriptor>
struct CamelCase {
  static constexpr auto kSnake = std::string_view(Descriptor::name, length_of(Descriptor::name));
  static constexpr auto kBuffer = [] {
    std::array<char, 64> out{};
    static_assert(kSnake.size() < 64);
    std::size_t size = 0;
    bool upper = false;
    for (const char c : kSnake) {
      if (c == '_') {
        upper = true;
      } else {
        out[size++] = upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        upper = false;
      }
    }
    out[63] = static_cast<char>(size);
    return out;
  }();
  static constexpr std::string_view kText{kBuffer.data(), static_cast<std::size_t>(kBuffer[63])};
};

}  // namespace detail

template <class T, class Descriptor>
constexpr std::string_view wire_name() {
  if constexpr (kKeepsMemberNames<T>) {
    return detail::CamelCase<Descriptor>::kSnake;
  } else {
    return detail::CamelCase<Descriptor>::kText;
  }
}

namespace detail {

template <class T, class Descriptor>
struct MemberKey {
  static constexpr std::string_view kName = wire_name<T, Descriptor>();
  static constexpr auto kBuffer = [] {
    std::array<char, kName.size() + 4> out{',', '"'};
    char* const end = std::copy(kName.begin(), kName.end(), out.data() + 2);
    end[0] = '"';
    end[1] = ':';
    return out;
  }();
};

}  // namespace detail

/// What stands before a member's value: `,"name":`.
template <class T, class Descriptor>
constexpr std::string_view member_key() {
  constexpr auto& kBuffer = detail::MemberKey<T, Descriptor>::kBuffer;
  return {kBuffer.data(), kBuffer.size()};
}

}  // namespace jeton::base::json
