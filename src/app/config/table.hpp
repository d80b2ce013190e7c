// One row a key: its name, type, place in Config, the replaced system's name, and what people read about it. The
// checker, the overrides, `jeton config print` and docs/configuration.md all come from these rows.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "app/config/config.hpp"

namespace jeton::config {

/// Of tokens.reference-key, unless it is empty.
inline constexpr std::size_t kReferenceKeyBytesMin = 16;

/// Where a value lives in a Config.
template <class T>
struct Place {
  T& (*in)(Config&);
  const T& (*of)(const Config&);
};

struct Boolean {
  Place<bool> place;
};
struct Integer {
  Place<std::uint64_t> place;
  std::uint64_t minimum;
  std::uint64_t maximum;
};
/// A duration with a unit; base::parse_duration has the forms.
struct Span {
  Place<base::Duration> place;
  base::Duration minimum;
  base::Duration maximum;
};
/// A number of bytes with a unit.
struct Size {
  Place<std::uint64_t> place;
  std::uint64_t minimum;
  std::uint64_t maximum;
};
enum class Blank : std::uint8_t { kAllowed, kRefused };
/// One line of text.
struct Text {
  Place<std::string> place;
  Blank blank;
};
/// A text that may hold credentials: shown only up to its scheme.
struct Url {
  Place<std::string> place;
};
/// A text that is never shown.
struct Hidden {
  Place<base::Secret> place;
  Blank blank;
};
struct HiddenList {
  Place<std::vector<base::Secret>> place;
};
/// Names and the secret of each; no name twice.
struct HiddenMap {
  Place<SecretsByName> place;
};
/// An enumeration; the index into `names` is the enumerator's value.
struct Choice {
  std::span<const std::string_view> names;
  void (*set)(Config&, std::size_t index);
  std::size_t (*get)(const Config&);
};
struct TextList {
  Place<std::vector<std::string>> place;
  Blank blank;  ///< whether the list may be empty
};

using Field = std::variant<Boolean, Integer, Span, Size, Text, Url, Hidden, HiddenList, HiddenMap, Choice, TextList>;

struct Row {
  std::string_view path;  ///< kebab-case, sections joined by dots
  Field field;
  std::string_view original;       ///< the replaced system's key; several are separated by ", "; empty when it had none
  std::string_view documentation;  ///< one to three sentences: purpose, unit, what empty means
};

/// A section or key that belongs to a later release: accepted with a warning. Serving it means moving it to the rows.
struct Later {
  std::string_view path;
  std::string_view original;
  std::string_view documentation;
};

/// An original key that has no counterpart here.
struct Dropped {
  std::string_view original;
  std::string_view instead;
};

/// In the order of printing; the keys of one section stand together.
std::span<const Row> rows();
std::span<const Later> later();
std::span<const Dropped> dropped();

/// nullptr when there is no such key.
const Row* find_row(std::string_view path);
/// True for a path that has keys of this release below it, e.g. "http.tls".
bool is_section(std::string_view path);
/// True for a path of `later()` or below one.
const Later* find_later(std::string_view path);

/// `http.limits.body` is JETON_HTTP_LIMITS_BODY.
std::string environment_name(std::string_view path);

/// The part behind the last dot, and the part before it ("" at the top level).
std::string_view leaf_of(std::string_view path);
std::string_view section_of(std::string_view path);

}  // namespace jeton::config
