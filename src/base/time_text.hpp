// ISO-8601 date-times as the Arrowhead contract writes and reads them (arrowhead-authorization 2.7).
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace jeton::base {

/// UTC with `Z`; a fraction of 3, 6 or 9 digits only when it is not zero.
std::string format_instant(Instant instant);

/// Seconds and an offset (`Z`, `+hh:mm`, `+hh:mm:ss`) are mandatory, up to nine digits of fraction are allowed,
/// `24:00:00` is the end of the day and second 60 the next minute's first. Everything else is kInvalid, with what would
/// be right. Years 1970 to 2261, the range of Instant.
Result<Instant> parse_instant(std::string_view text);

/// "90s", "500ms", "15m", "12h", "7d", or "0". nullopt when it is none of these or overflows.
std::optional<Duration> parse_duration(std::string_view text);
/// The shortest of the forms that parse_duration reads.
std::string format_duration(Duration duration);

}  // namespace jeton::base
