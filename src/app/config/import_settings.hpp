// What importers of another system's settings share: the settings that are left to read, the configuration that is made
// of them, and what is said about the rest.
#pragma once
#include <compare>
#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/config/import_properties.hpp"
#include "app/config/values.hpp"

namespace jeton::config {

inline constexpr std::size_t kImportNotesMax = 200;

struct ImportedConfig {
  std::string yaml;                ///< with its secrets: it is the configuration
  std::vector<std::string> notes;  ///< what was not taken over and why, a sentence each; never a value
};

/// Two names, or what a name begins with and why it is not taken over.
using NamePair = std::pair<std::string_view, std::string_view>;

/// The same for every spelling of a name that Spring takes for one: token.max-age, TOKEN_MAX_AGE, tokenMaxAge.
std::string canonical(std::string_view name);

/// For one import: settings are taken out one by one and put into the configuration; what remains is told of.
class ImportSettings {
 public:
  /// Of a repeated name the last one counts. `former` renames names of earlier releases: { former, now }.
  explicit ImportSettings(std::vector<Property> properties, std::span<const NamePair> former = {});

  bool contains(std::string_view name) const { return settings_.contains(canonical(name)); }
  /// Takes a setting out; nullopt when it is absent or, said in a note, cannot be used: blank, of several lines, or a
  /// reference to another setting.
  std::optional<Property> take(std::string_view name);
  /// As take(), for what is no secret: without blanks around the value.
  std::optional<Property> take_trimmed(std::string_view name);
  /// Takes a setting out that has nothing behind its separator; false when it is absent or has something.
  bool take_blank(std::string_view name);
  /// Takes a setting out of which nothing has to be said.
  void forget(std::string_view name) { settings_.erase(canonical(name)); }

  /// A sentence about a setting, with its line and name; about the whole.
  void note(const Property& property, std::string_view what);
  void note(std::string what) { add_note(0, std::move(what)); }
  /// For a secret that the original may have read with another encoding than ours.
  void note_beyond_ascii(const Property& property, std::string_view consequence);

  /// What the key makes of a text; false, with nothing put, when the key does not accept it.
  bool put(std::string_view key, std::string_view text);
  bool put_list(std::string_view key, std::span<const std::string> items);
  bool put_secret(std::string_view key, std::string_view text);
  bool put_secrets(std::string_view key, const TextByName& members);
  /// YAML as it is.
  void put_yaml(std::string_view key, std::string yaml) { made_.insert_or_assign(std::string(key), std::move(yaml)); }

  /// Notes on all that was not taken: why, by the first of `reasons` with whose name it begins, or that no setting of
  /// `system` has its name.
  void drop_rest(std::span<const NamePair> reasons, std::string_view system);

  /// The configuration under a comment, and the notes in the order of lines.
  ImportedConfig finish(std::string_view comment) &&;

 private:
  struct Note {
    std::size_t line = 0;  // that it is about; 0 for the whole
    std::size_t number = 0;
    std::string text;

    auto operator<=>(const Note&) const = default;
  };

  void add_note(std::size_t line, std::string text) {
    notes_.push_back({.line = line, .number = notes_.size(), .text = std::move(text)});
  }

  std::map<std::string, Property> settings_;              // by canonical name
  std::map<std::string, std::string, std::less<>> made_;  // YAML by key
  std::vector<Note> notes_;
  bool holds_secret_ = false;
};

}  // namespace jeton::config
