// Described structs into JSON text, appended to a string the caller reuses: `append(out, response)`. Empty optionals
// are omitted from objects; instants, ids, digests and enumerations are written as their wire texts.
#pragma once
#include <boost/describe/class.hpp>
#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/clock.hpp"
#include "base/enum_text.hpp"
#include "base/id.hpp"
#include "base/json/names.hpp"
#include "base/json/types.hpp"
#include "base/strings.hpp"
#include "base/time_text.hpp"

namespace jeton::base::json {

/// With its quotes; control characters, quotes and backslashes escaped, everything else as it is.
void append_text(std::string& out, std::string_view text);
void append_integer(std::string& out, std::int64_t number);
void append_value(std::string& out, const Value& value);

template <class T>
void append(std::string& out, const T& value);

namespace detail {

template <class T>
concept Optional = requires(const T& value) {
  value.has_value();
  *value;
};

/// `key`: what member_key() gives, of which the first of an object leaves the comma out.
template <class T>
void append_member(std::string& out, std::string_view key, const T& value) {
  if constexpr (Optional<T>) {
    if (value.has_value()) append_member(out, key, *value);
  } else {
    out += key.substr(out.back() == '{' ? 1 : 0);
    append(out, value);
  }
}

template <class T>
void append_described(std::string& out, const T& value) {
  using Described = boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>;
  out += '{';
  boost::mp11::mp_for_each<Described>(
      [&](auto descriptor) { append_member(out, member_key<T, decltype(descriptor)>(), value.*descriptor.pointer); });
  out += '}';
}

template <class T>
void append_list(std::string& out, const std::vector<T>& items) {
  out += '[';
  for (const T& item : items) {
    if (out.back() != '[') out += ',';
    append(out, item);
  }
  out += ']';
}

template <class T>
void append_members(std::string& out, const Members<T>& members) {
  out += '{';
  for (const auto& [name, value] : members) {
    if (out.back() != '{') out += ',';
    append_text(out, name);
    out += ':';
    append(out, value);
  }
  out += '}';
}

}  // namespace detail

template <class T>
void append(std::string& out, const T& value) {
  if constexpr (std::is_same_v<T, Value>) {
    append_value(out, value);
  } else if constexpr (std::is_same_v<T, Raw>) {
    out += value.text;
  } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
    append_text(out, value);
  } else if constexpr (std::is_same_v<T, bool>) {
    out += value ? "true" : "false";
  } else if constexpr (std::is_integral_v<T>) {
    append_integer(out, static_cast<std::int64_t>(value));
  } else if constexpr (std::is_enum_v<T>) {
    append_text(out, enum_text(value));
  } else if constexpr (std::is_same_v<T, Instant>) {
    append_text(out, format_instant(value));
  } else if constexpr (detail::Optional<T>) {
    if (value.has_value()) {
      append(out, *value);
    } else {
      out += "null";
    }
  } else if constexpr (requires {
                         value.value;
                         requires std::is_same_v<decltype(value.value), std::int64_t>;
                       }) {
    append_integer(out, value.value);
  } else if constexpr (requires {
                         std::tuple_size<T>::value;
                         value.data();
                       }) {
    append_text(out, base64_encode(value));
  } else if constexpr (requires(const Members<typename T::value_type::second_type>& members) { members == value; }) {
    detail::append_members(out, value);
  } else if constexpr (requires { value.begin(); }) {
    detail::append_list(out, value);
  } else {
    detail::append_described(out, value);
  }
}

template <class T>
std::string write(const T& value) {
  std::string out;
  append(out, value);
  return out;
}

}  // namespace jeton::base::json
