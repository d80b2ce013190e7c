// JSON text into described structs, without a tree in between: `read<GrantRequest>(body)`. Member names are the
// struct's (snake_case becomes camelCase when the type says so); unknown members are checked and ignored, absent and
// null are the same, of a repeated member the last counts. Errors name the place: `defaultPolicy.policyType: expected a
// text, found an object`.
#pragma once
#include <boost/describe/class.hpp>
#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/enum_text.hpp"
#include "base/id.hpp"
#include "base/json/names.hpp"
#include "base/json/scanner.hpp"
#include "base/strings.hpp"
#include "base/time_text.hpp"

namespace jeton::base::json {

template <class T>
bool read_element(Element& element, T& out, Scan& scan);

namespace detail {

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};
template <class T>
struct IsMembers : std::false_type {};
template <class T>
struct IsMembers<Members<T>> : std::true_type {};
template <class T>
struct IsId : std::false_type {};
template <class T>
struct IsId<Id<T>> : std::true_type {};

template <class T>
using DescribedMembers =
    boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>;

template <class T>
bool read_list(Element& element, std::vector<T>& out, Scan& scan) {
  out.clear();
  return each_item(element, scan, [&](Element& child) { return read_element(child, out.emplace_back(), scan); });
}

template <class T>
bool read_described_member(std::string_view name, Element& child, T& out, Scan& scan) {
  bool known = false;
  bool ok = true;
  boost::mp11::mp_for_each<DescribedMembers<T>>([&](auto descriptor) {
    if (known || wire_name<T, decltype(descriptor)>() != name) return;
    known = true;
    ok = read_element(child, out.*descriptor.pointer, scan);
  });
  return known ? ok : skip(child, scan);
}

template <class T>
bool read_members_of(Element& element, Members<T>& out, Scan& scan) {
  out.clear();
  return each_member(element, scan, [&](std::string_view name, Element& child) {
    const std::string key(name);
    T value{};
    if (!read_element(child, value, scan)) return false;
    std::erase_if(out, [&](const auto& member) { return member.first == key; });
    out.emplace_back(key, std::move(value));
    return true;
  });
}

template <class T>
bool read_enum(Element& element, T& out, Scan& scan) {
  std::string_view text;
  if (!read_text(element, text, scan)) return false;
  const auto value = enum_from<T>(text);
  if (!value) return scan.problem.say("expected " + enum_choices<T>() + ", found " + shown(text));
  out = *value;
  return true;
}

inline bool read_instant(Element& element, Instant& out, Scan& scan) {
  std::string_view text;
  if (!read_text(element, text, scan)) return false;
  const auto instant = parse_instant(text);
  if (!instant) return scan.problem.say(instant.error().message);
  out = *instant;
  return true;
}

template <std::size_t N>
bool read_bytes(Element& element, std::array<std::uint8_t, N>& out, Scan& scan) {
  std::string_view text;
  if (!read_text(element, text, scan)) return false;
  const auto bytes = base64_decode(text);
  if (!bytes || bytes->size() != N) return scan.problem.say("expected base64 of " + std::to_string(N) + " bytes");
  std::copy(bytes->begin(), bytes->end(), out.begin());
  return true;
}

}  // namespace detail

/// Reads one element into `out`; null leaves it as it is.
template <class T>
bool read_element(Element& element, T& out, Scan& scan) {
  if constexpr (std::is_same_v<T, Value>) {
    return read_value(element, out, scan);
  } else if constexpr (std::is_same_v<T, Raw>) {
    out.text.clear();
    return read_raw(element, out.text, scan);
  } else if (is_null(element)) {
    return skip(element, scan);
  } else if constexpr (detail::IsOptional<T>::value) {
    return read_element(element, out.emplace(), scan);
  } else if constexpr (std::is_same_v<T, std::string_view>) {
    return read_text(element, out, scan);
  } else if constexpr (std::is_same_v<T, std::string>) {
    std::string_view text;
    if (!read_text(element, text, scan)) return false;
    out = text;
    return true;
  } else if constexpr (std::is_same_v<T, bool>) {
    return read_boolean(element, out, scan);
  } else if constexpr (std::is_same_v<T, std::int64_t>) {
    return read_integer(element, out, scan);
  } else if constexpr (std::is_same_v<T, Instant>) {
    return detail::read_instant(element, out, scan);
  } else if constexpr (detail::IsId<T>::value) {
    return read_integer(element, out.value, scan);
  } else if constexpr (std::is_enum_v<T>) {
    return detail::read_enum(element, out, scan);
  } else if constexpr (detail::IsMembers<T>::value) {
    return detail::read_members_of(element, out, scan);
  } else if constexpr (detail::IsVector<T>::value) {
    return detail::read_list(element, out, scan);
  } else if constexpr (requires { std::tuple_size<T>::value; }) {
    return detail::read_bytes(element, out, scan);
  } else {
    return each_member(element, scan, [&](std::string_view name, Element& child) {
      return detail::read_described_member(name, child, out, scan);
    });
  }
}

/// Reads a document that must be an object. `text` needs limits::kJsonPaddingBytes readable bytes behind it.
/// string_view members live until this thread reads the next document. kInvalid says what is wrong and where.
template <class T>
Result<T> read(std::string_view text) {
  T out{};
  const Status status = read_object(text, [&](Element& root, Scan& scan) { return read_element(root, out, scan); });
  if (!status) return failure(status.error());
  return out;
}

/// The same for a text without padding.
template <class T>
Result<T> read_unpadded(std::string_view text) {
  std::string padded(text);
  padded.reserve(text.size() + limits::kJsonPaddingBytes);
  return read<T>(std::string_view(padded.data(), text.size()));
}

}  // namespace jeton::base::json
