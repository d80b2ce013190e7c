// JSON Schema of the described structs that requests and answers are made of: `schema<GrantRequest>()`. The reference
// at /docs can thus not differ from what is read and written.
#pragma once
#include <boost/describe/class.hpp>
#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/enum_text.hpp"
#include "base/id.hpp"
#include "base/json/names.hpp"
#include "base/json/types.hpp"
#include "base/json/writer.hpp"

namespace jeton::api::openapi {

template <class T>
std::string schema();

namespace detail {

template <class T>
struct Unwrapped {
  using Type = T;
};
template <class T>
struct Unwrapped<std::optional<T>> : Unwrapped<T> {};

template <class T>
std::string enum_schema() {
  std::string out = R"({"type":"string","enum":[)";
  for (const auto& row : base::EnumText<T>::kRows) {
    if (out.back() != '[') out += ',';
    base::json::append_text(out, row.second);
  }
  return out + "]}";
}

template <class T>
std::string object_schema() {
  using Members = boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>;
  std::string out = R"({"type":"object","properties":{)";
  boost::mp11::mp_for_each<Members>([&](auto descriptor) {
    using Member = std::remove_cvref_t<decltype(std::declval<T&>().*descriptor.pointer)>;
    if (out.back() != '{') out += ',';
    base::json::append_text(out, base::json::wire_name<T, decltype(descriptor)>());
    out += ':';
    out += schema<Member>();
  });
  return out + "}}";
}

}  // namespace detail

template <class T>
std::string schema() {
  using Plain = typename detail::Unwrapped<T>::Type;
  if constexpr (!std::is_same_v<T, Plain>) {
    return schema<Plain>();
  } else if constexpr (std::is_same_v<T, bool>) {
    return R"({"type":"boolean"})";
  } else if constexpr (std::is_integral_v<T>) {
    return R"({"type":"integer"})";
  } else if constexpr (std::is_convertible_v<T, std::string_view>) {
    return R"({"type":"string"})";
  } else if constexpr (std::is_same_v<T, base::Instant>) {
    return R"({"type":"string","format":"date-time"})";
  } else if constexpr (std::is_same_v<T, base::json::Raw> || std::is_same_v<T, base::json::Value>) {
    return "{}";
  } else if constexpr (std::is_enum_v<T>) {
    return detail::enum_schema<T>();
  } else if constexpr (requires { std::tuple_size<T>::value; }) {
    return R"({"type":"string","format":"byte"})";
  } else if constexpr (requires(const base::json::Members<typename T::value_type::second_type>& members) {
                         members == T{};
                       }) {
    return R"({"type":"object","additionalProperties":)" + schema<typename T::value_type::second_type>() + "}";
  } else if constexpr (requires { typename T::value_type; }) {
    return R"({"type":"array","items":)" + schema<typename T::value_type>() + "}";
  } else {
    return detail::object_schema<T>();
  }
}

}  // namespace jeton::api::openapi
