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

}  // namespace jeton::cli
