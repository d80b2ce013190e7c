// What to say about a key that does not exist.
#pragma once
#include <string>
#include <string_view>

namespace jeton::config {

/// A sentence for a key at `path` (sections and key joined by dots): the original system's name translated, the section
/// it belongs to, the nearest known key, or the keys that its section has.
std::string suggest_key(std::string_view path);

/// The same for a variable that begins with JETON_.
std::string suggest_variable(std::string_view name);

/// A key's name as it may be repeated in a message: cut and escaped when it is not a plain word.
std::string shown_key(std::string_view key);

}  // namespace jeton::config
