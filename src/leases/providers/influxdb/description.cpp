#include "leases/providers/influxdb/description.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>

#include "base/strings.hpp"
#include "base/time_text.hpp"
#include "leases/providers/label.hpp"

namespace jeton::leases::influxdb {
namespace {

constexpr std::string_view kOurs = "TLM:";
constexpr std::string_view kSecondGeneration = "ockam";
constexpr std::string_view kThirdGeneration = "OCKAM";
constexpr std::size_t kIdentityBytes = 1 + 64;
constexpr std::int64_t kSecondsMax = 9'223'372'036;  // the last that an Instant holds

bool is_identity(std::string_view text) {
  return text.size() == kIdentityBytes && text.front() == 'I' &&
         std::ranges::all_of(text.substr(1), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::optional<base::Instant> read_seconds(std::string_view text) {
  std::int64_t seconds = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (code != std::errc{} || end != text.data() + text.size() || seconds < 0 || seconds > kSecondsMax)
    return std::nullopt;
  return base::Instant{std::chrono::seconds{seconds}};
}

// Nothing in a name ends the part of the description that it stands in.
std::string plain(std::string_view name) {
  std::string out(name);
  std::ranges::replace_if(
      out,
      [](char c) { return static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7f || c == ':'; },
      '_');
  return out;
}

}  // namespace

std::string write_description(const Mark& mark, base::Instant expires_at) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(expires_at).time_since_epoch().count();
  return fmt::format("{}{}:{}:{}{}{}", kOurs, mark.label, plain(mark.lease), seconds, mark.note.empty() ? "" : " ",
                     mark.note);
}

std::optional<Mark> read_description(std::string_view description) {
  if (!description.starts_with(kOurs)) return std::nullopt;
  description.remove_prefix(kOurs.size());
  const std::size_t label_end = description.find(':');
  if (label_end == std::string_view::npos || !is_label(description.substr(0, label_end))) return std::nullopt;
  Mark mark{.label = std::string(description.substr(0, label_end)), .lease = {}, .note = {}};
  description.remove_prefix(label_end + 1);
  const std::size_t lease_end = description.find(':');
  if (lease_end == std::string_view::npos) return mark;
  const std::string_view lease = description.substr(0, lease_end);
  description.remove_prefix(lease_end + 1);
  const std::size_t seconds_end = std::min(description.find(' '), description.size());
  if (!read_seconds(description.substr(0, seconds_end))) return mark;
  mark.lease = lease;
  if (seconds_end < description.size()) mark.note = description.substr(seconds_end + 1);
  return mark;
}

std::optional<Found::Earlier> read_earlier(std::string_view description) {
  if (const auto parts = base::split(description, '/');
      parts.size() == 3 && parts[0] == kSecondGeneration && is_identity(parts[1])) {
    const auto expires = base::parse_instant(parts[2]);
    if (!expires) return std::nullopt;
    return Found::Earlier{.owner = std::string(parts[1]), .expires_at = *expires};
  }
  if (const auto parts = base::split(description, ':');
      parts.size() == 3 && parts[0] == kThirdGeneration && is_identity(parts[1])) {
    const auto expires = read_seconds(parts[2]);
    if (!expires) return std::nullopt;
    return Found::Earlier{.owner = std::string(parts[1]), .expires_at = *expires};
  }
  return std::nullopt;
}

}  // namespace jeton::leases::influxdb
