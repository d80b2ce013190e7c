// The settings of an Arrowhead ConsumerAuthorization (arrowhead-authorization 10) as a configuration of ours. Pure.
#pragma once
#include <span>
#include <string_view>

#include "app/config/import_settings.hpp"
#include "base/result.hpp"

namespace jeton::config {

/// What becomes of one setting of the original, for people too: docs/replace-consumer-authorization.md has these rows.
struct ArrowheadKey {
  /// How a value is read.
  enum class Reading : std::uint8_t {
    kText,
    kSet,           ///< on when it is there and not `false`
    kTruth,         ///< true or false in one of Spring's words
    kMilliseconds,  ///< a whole number, here with a unit
    kSeconds,
    kMinutes,
    kList,     ///< separated by commas
    kSecrets,  ///< `{'name':'value'}`
    kSpecial,  ///< together with others, in code
    kDropped,  ///< has no counterpart; `absent` is the value with which nothing is lost
  };
  std::string_view original;
  std::string_view here;  ///< our keys, separated by ", "; empty: none
  Reading reading;
  std::string_view absent;  ///< what the original takes when the setting is absent and our default is another; or empty
  std::string_view remark;  ///< for people
};
std::span<const ArrowheadKey> arrowhead_keys();

/// `text` is a properties file or lines of variables (import_properties.hpp); of a repeated name the last one counts.
/// kInvalid, with the line, when it cannot be read as either.
base::Result<ImportedConfig> import_arrowhead(std::string_view text);

}  // namespace jeton::config
