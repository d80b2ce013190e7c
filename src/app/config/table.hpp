// One row a key: its name, type, place in Config, the replaced system's name, and what people read about it. The
// checker, the overrides, `jeton config print` and docs/configuration.md all come from these rows.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "app/config/config.hpp"
#include "base/result.hpp"

namespace jeton::config {

/// Of tokens.reference-key, unless it is empty.
inline constexpr std::size_t kReferenceKeyBytesMin = 16;

/// Which member is meant in each collection on the way to a value, outermost first; empty for a key outside of them.
using Members = std::span<const std::size_t>;

/// Where a value lives in a Config.
template <class T>
struct Place {
  T& (*find)(Config&, Members);
  const T& (*find_const)(const Config&, Members);

  T& in(Config& config, Members members = {}) const { return find(config, members); }
  const T& of(const Config& config, Members members = {}) const { return find_const(config, members); }
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
/// The same where it most likely does: without a scheme it is not shown at all.
struct HiddenUrl {
  Place<base::Secret> place;
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
/// One of several words; the index into `names` is the enumerator's value.
struct Choice {
  std::span<const std::string_view> names;
  void (*put)(Config&, Members, std::size_t index);
  std::size_t (*index)(const Config&, Members);

  void set(Config& config, std::size_t which, Members members = {}) const { put(config, members, which); }
  std::size_t get(const Config& config, Members members = {}) const { return index(config, members); }
};
enum class Lines : std::uint8_t { kOne, kSeveral };
struct TextList {
  Place<std::vector<std::string>> place;
  Blank blank;                ///< whether the list may be empty
  Lines lines = Lines::kOne;  ///< of an item
};
using TextByName = std::vector<std::pair<std::string, std::string>>;
/// Names and a text of one or more lines for each; no name twice.
struct TextMap {
  Place<TextByName> place;
};

using Field = std::variant<Boolean, Integer, Span, Size, Text, Url, HiddenUrl, Hidden, HiddenList, HiddenMap, Choice,
                           TextList, TextMap>;

/// Stands in a row's path for the name of a member of a collection.
inline constexpr std::string_view kAnyMember = "*";

struct Row {
  std::string_view path;  ///< kebab-case, sections joined by dots: "http.limits.body", "leases.providers.*.url"
  Field field;
  std::string_view original;       ///< the replaced system's key; several are separated by ", "; empty when it had none
  std::string_view documentation;  ///< one to three sentences: purpose, unit, what empty means
};

/// A section whose members the operator names. All have the same keys, the rows at and below `path`.*.
struct Collection {
  std::string_view path;
  std::string_view documentation;
  std::size_t (*size)(const Config&, Members outer);
  const std::string& (*name)(const Config&, Members outer, std::size_t index);
  void (*add)(Config&, Members outer, std::string name);  ///< behind the others, with the defaults of its keys
};
inline constexpr std::size_t kMembersMax = 100;

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
/// A collection stands before those inside it.
std::span<const Collection> collections();
std::span<const Later> later();
std::span<const Dropped> dropped();

/// The row of a key, "leases.providers.influx.url" or as the row has it. nullptr when there is no such key.
const Row* find_row(std::string_view path);
/// True for a path that has keys of this release below it, e.g. "http.tls", "leases.providers.influx".
bool is_section(std::string_view path);
/// The collection that is at a path. nullptr when there is none.
const Collection* find_collection(std::string_view path);
/// True for a path of `later()` or below one.
const Later* find_later(std::string_view path);

/// `http.limits.body` is JETON_HTTP_LIMITS_BODY.
std::string environment_name(std::string_view path);

/// The key that a variable of this name sets, the inverse: JETON_LEASES_PROVIDERS_PLANT_DB_URL is
/// `leases.providers.plant-db.url`. Where a name and a key could be parted at several places, the longest key is meant.
std::optional<std::string> path_of_variable(std::string_view name);

/// What may name a member: 1 to 31 of a-z, 0-9 and dashes, a letter first. kInvalid says so.
base::Status check_member_name(std::string_view name);

/// The part behind the last dot, and the part before it ("" at the top level).
std::string_view leaf_of(std::string_view path);
std::string_view section_of(std::string_view path);

}  // namespace jeton::config
