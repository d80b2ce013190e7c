#include "base/time_text.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstdint>

#include "base/strings.hpp"

namespace jeton::base {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// Reads fixed-width decimal fields from the front of a text.
class Fields {
 public:
  explicit Fields(std::string_view text) : rest_(text) {}

  std::optional<int> digits(std::size_t count) {
    if (rest_.size() < count) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (rest_[i] < '0' || rest_[i] > '9') return std::nullopt;
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(count);
    return value;
  }
  bool skip(char expected) {
    if (rest_.empty() || rest_.front() != expected) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool skip_either(char a, char b) { return skip(a) || skip(b); }
  bool at_end() const { return rest_.empty(); }

  // Zero to nine digits after a point, as nanoseconds.
  std::optional<std::int64_t> fraction() {
    if (!skip('.')) return 0;
    std::int64_t value = 0;
    std::size_t count = 0;
    while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') {
      if (++count > 9) return std::nullopt;
      value = value * 10 + (rest_.front() - '0');
      rest_.remove_prefix(1);
    }
    for (; count < 9; ++count) value *= 10;
    return value;
  }

  // `Z` or a signed offset, in seconds east of Greenwich.
  std::optional<seconds> offset() {
    if (skip_either('Z', 'z')) return seconds{0};
    const bool west = !rest_.empty() && rest_.front() == '-';
    if (!skip_either('+', '-')) return std::nullopt;
    const auto hour = digits(2);
    if (!hour || !skip(':')) return std::nullopt;
    const auto minute = digits(2);
    if (!minute) return std::nullopt;
    int second = 0;
    if (skip(':')) {
      const auto given = digits(2);
      if (!given) return std::nullopt;
      second = *given;
    }
    const seconds total = hours{*hour} + minutes{*minute} + seconds{second};
    if (*hour > 18 || *minute > 59 || second > 59 || total > hours{18}) return std::nullopt;
    return west ? -total : total;
  }

 private:
  std::string_view rest_;
};

std::optional<Instant> parse(std::string_view text) {
  Fields in(text);
  const auto year = in.digits(4);
  if (!year || !in.skip('-')) return std::nullopt;
  const auto month = in.digits(2);
  if (!month || !in.skip('-')) return std::nullopt;
  const auto day = in.digits(2);
  if (!day || !in.skip_either('T', 't')) return std::nullopt;
  const auto hour = in.digits(2);
  if (!hour || !in.skip(':')) return std::nullopt;
  const auto minute = in.digits(2);
  if (!minute || !in.skip(':')) return std::nullopt;
  const auto second = in.digits(2);
  const auto nanoseconds = second ? in.fraction() : std::nullopt;
  const auto offset = nanoseconds ? in.offset() : std::nullopt;
  if (!offset || !in.at_end()) return std::nullopt;

  const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  const bool end_of_day = *hour == 24 && *minute == 0 && *second == 0 && *nanoseconds == 0;
  if (!date.ok() || *minute > 59 || *second > 60 || (*hour > 23 && !end_of_day)) return std::nullopt;
  // Nanoseconds since 1970 in 64 bits end in the year 2262.
  if (*year < 1970 || *year > 2261) return std::nullopt;
  const auto whole = std::chrono::sys_days{date} + hours{*hour} + minutes{*minute} + seconds{*second} - *offset;
  return Instant{whole} + Duration{*nanoseconds};
}

/// Writes `value` right-aligned into `count` places; what is before it stays.
void put_digits(std::string& out, std::size_t at, std::size_t count, std::int64_t value) {
  for (; count != 0; value /= 10) out[at + --count] = static_cast<char>('0' + value % 10);
}

struct Unit {
  std::string_view name;
  std::int64_t nanoseconds;
};
// From the largest, so that formatting finds the shortest form first.
constexpr std::array<Unit, 5> kUnits = {{{"d", 86'400'000'000'000},
                                         {"h", 3'600'000'000'000},
                                         {"m", 60'000'000'000},
                                         {"s", 1'000'000'000},
                                         {"ms", 1'000'000}}};

}  // namespace

// By hand: each event and each answer about a token has some, and a format string costs ten times this.
std::string format_instant(Instant instant) {
  const auto day = std::chrono::floor<days>(instant);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{instant - day};
  std::string out = "0000-00-00T00:00:00";
  put_digits(out, 0, 4, static_cast<int>(date.year()));
  put_digits(out, 5, 2, static_cast<unsigned>(date.month()));
  put_digits(out, 8, 2, static_cast<unsigned>(date.day()));
  put_digits(out, 11, 2, time.hours().count());
  put_digits(out, 14, 2, time.minutes().count());
  put_digits(out, 17, 2, time.seconds().count());
  std::int64_t fraction = time.subseconds().count();
  if (fraction != 0) {
    std::size_t count = 9;
    for (; fraction % 1'000 == 0; fraction /= 1'000) count -= 3;
    const std::size_t at = out.size() + 1;
    out += ".000000000";
    out.resize(at + count);
    put_digits(out, at, count, fraction);
  }
  out += 'Z';
  return out;
}

Result<Instant> parse_instant(std::string_view text) {
  if (const auto instant = parse(text)) return *instant;
  if (std::string earlier(text); text.size() > 4 && text.substr(0, 4) > "2261") {
    if (parse(earlier.replace(0, 4, "2024"))) {
      return failure(invalid(fmt::format("{} is too late; the last year that can be kept is 2261", shown(text))));
    }
  }
  return failure(invalid(fmt::format(
      "{} is not a date-time; expected one like 2031-03-04T05:06:07Z or 2031-03-04T05:06:07.5+01:00", shown(text))));
}

std::optional<Duration> parse_duration(std::string_view text) {
  std::int64_t count = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (problem != std::errc{} || count < 0) return std::nullopt;
  const std::string_view unit(end, text.data() + text.size());
  if (unit.empty()) return count == 0 ? std::optional<Duration>(Duration{0}) : std::nullopt;
  for (const Unit& known : kUnits) {
    if (known.name != unit) continue;
    std::int64_t total = 0;
    if (__builtin_mul_overflow(count, known.nanoseconds, &total)) return std::nullopt;
    return Duration{total};
  }
  return std::nullopt;
}

std::string format_duration(Duration duration) {
  const std::int64_t count = duration.count();
  if (count == 0) return "0s";
  for (const Unit& unit : kUnits) {
    if (count % unit.nanoseconds == 0) return fmt::format("{}{}", count / unit.nanoseconds, unit.name);
  }
  return fmt::format("{}ms", count / 1'000'000);
}

}  // namespace jeton::base
