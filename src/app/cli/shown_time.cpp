#include "app/cli/shown_time.hpp"

#include <fmt/format.h>

#include <ctime>

namespace jeton::cli {

std::string relative_text(base::Instant at, base::Instant now) {
  const bool ahead = at >= now;
  const std::int64_t seconds = std::chrono::duration_cast<std::chrono::seconds>(ahead ? at - now : now - at).count();
  if (seconds == 0) return "now";
  std::string amount;
  if (seconds < 60) {
    amount = fmt::format("{}s", seconds);
  } else if (seconds < 3'600) {
    amount = fmt::format("{}m", seconds / 60);
  } else if (seconds < 48 * 3'600) {
    amount = fmt::format("{}h", seconds / 3'600);
  } else {
    amount = fmt::format("{}d", seconds / 86'400);
  }
  return ahead ? "in " + amount : amount + " ago";
}

std::string local_text(base::Instant at) {
  const std::time_t seconds = std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
  std::tm parts{};
  localtime_r(&seconds, &parts);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                     parts.tm_hour, parts.tm_min, parts.tm_sec);
}

std::string shown_time(base::Instant at, base::Instant now) {
  return fmt::format("{} ({})", local_text(at), relative_text(at, now));
}

std::string left_text(base::Duration left) {
  if (left <= base::Duration::zero()) return "ended";
  const std::int64_t seconds = std::chrono::duration_cast<std::chrono::seconds>(left).count();
  const auto both = [](std::int64_t large, char unit, std::int64_t small, char small_unit) {
    return small == 0 ? fmt::format("{}{}", large, unit) : fmt::format("{}{} {}{}", large, unit, small, small_unit);
  };
  if (seconds < 60) return fmt::format("{}s", seconds);
  if (seconds < 3'600) return both(seconds / 60, 'm', seconds % 60, 's');
  if (seconds < 86'400) return both(seconds / 3'600, 'h', seconds % 3'600 / 60, 'm');
  return both(seconds / 86'400, 'd', seconds % 86'400 / 3'600, 'h');
}

}  // namespace jeton::cli
