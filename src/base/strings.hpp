// Small text tools that the standard library lacks. ASCII only unless said otherwise; nothing depends on a locale.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace jeton::base {

/// Cuts leading and trailing characters with code point <= U+0020.
std::string_view trim(std::string_view text);
/// True when nothing but white space is in it: characters up to U+0020 and the breaking spaces of Unicode (not U+00A0,
/// 2007, 202F), as the systems we replace have it.
bool is_blank(std::string_view text);
std::string to_lower(std::string_view text);
std::string to_upper(std::string_view text);
bool equals_ignoring_case(std::string_view a, std::string_view b);
bool is_utf8(std::string_view text);

/// Splits at every separator; empty parts are kept. An empty text is one empty part.
std::vector<std::string_view> split(std::string_view text, char separator);

/// RFC 4648. `decode` answers nullopt on any character outside the alphabet or wrong padding; padding may be absent.
std::string base64_encode(std::span<const std::uint8_t> bytes);
std::string base64url_encode(std::span<const std::uint8_t> bytes, bool padding);
std::optional<std::string> base64_decode(std::string_view text);
std::optional<std::string> base64url_decode(std::string_view text);
std::string hex_encode(std::span<const std::uint8_t> bytes);

/// Percent-decoding, once. With `plus_is_space`, as in a query string. nullopt on a broken escape.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);
/// Percent-encodes everything but RFC 3986 unreserved characters.
std::string percent_encode(std::string_view text);

/// The candidate nearest to `word` by edit distance, if it is near enough to be a likely misspelling.
std::optional<std::string_view> nearest(std::string_view word, std::span<const std::string_view> candidates);

/// Text for showing a value to a person in an error: cut at 64 bytes, control characters escaped, quoted.
std::string shown(std::string_view value);

inline std::span<const std::uint8_t> as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace jeton::base
