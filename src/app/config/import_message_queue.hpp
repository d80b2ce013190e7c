// The settings of a MessageQueue (message-queue 7) as a configuration of ours. Pure.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace jeton::config {

inline constexpr std::size_t kImportNotesMax = 200;

struct ImportedConfig {
  std::string yaml;                ///< with its secrets: it is the configuration
  std::vector<std::string> notes;  ///< what was not taken over and why, a sentence each; never a value
};

/// `text` is a properties file or lines of variables (import_properties.hpp); of a repeated name the last one counts.
/// kInvalid, with the line, when it cannot be read as either.
base::Result<ImportedConfig> import_message_queue(std::string_view text);

/// What may hold a password in one of many ways (`@`, `?` or `;` is in it) as `scheme://***`, all else as it is.
std::string without_credentials(std::string url);

}  // namespace jeton::config
