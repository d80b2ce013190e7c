// The settings of a MessageQueue (message-queue 7) as a configuration of ours. Pure.
#pragma once
#include <string>
#include <string_view>

#include "app/config/import_settings.hpp"
#include "base/result.hpp"

namespace jeton::config {

/// `text` is a properties file or lines of variables (import_properties.hpp); of a repeated name the last one counts.
/// kInvalid, with the line, when it cannot be read as either.
base::Result<ImportedConfig> import_message_queue(std::string_view text);

/// What may hold a password in one of many ways (`@`, `?` or `;` is in it) as `scheme://***`, all else as it is.
std::string without_credentials(std::string url);

}  // namespace jeton::config
