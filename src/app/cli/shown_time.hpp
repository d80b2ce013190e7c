// Times as people read them.
#pragma once
#include <string>

#include "base/clock.hpp"

namespace jeton::cli {

/// "in 58s", "2m ago", "now"; seconds, minutes, hours (to 48) or days, rounded down.
std::string relative_text(base::Instant at, base::Instant now);

/// "2031-03-04 06:06:07" in the time zone of the process (TZ), whole seconds.
std::string local_text(base::Instant at);

/// "2031-03-04 06:06:07 (in 58s)".
std::string shown_time(base::Instant at, base::Instant now);

/// How much is left: "45s", "12m 30s", "3h 5m", "2d 3h", rounded down; "ended" when nothing is.
std::string left_text(base::Duration left);

}  // namespace jeton::cli
