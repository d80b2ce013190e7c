#include "api/arrowhead/general_requests.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "api/arrowhead/member_checks.hpp"
#include "base/time_text.hpp"

namespace jeton::api::arrowhead {
namespace {

using base::failure;
using base::Instant;
using base::invalid;
using base::Result;
using base::log::Entry;

constexpr std::array<std::pair<std::string_view, LogSort>, 4> kSortFields = {{{"entryDate", LogSort::kEntryDate},
                                                                              {"logId", LogSort::kLogId},
                                                                              {"logger", LogSort::kLogger},
                                                                              {"logLevel", LogSort::kLogLevel}}};

using PublicKey = std::pair<std::string_view, std::optional<std::string_view>>;
constexpr std::array<PublicKey, 15> kPublicKeys = {{{"server.address", ""},
                                                    {"server.port", "0"},
                                                    {"domain.name", ""},
                                                    {"authentication.policy", "CERTIFICATE"},
                                                    {"enable.management.filter", "false"},
                                                    {"management.policy", "SYSOP_ONLY"},
                                                    {"enable.blacklist.filter", "false"},
                                                    {"force.blacklist.filter", "true"},
                                                    {"max.page.size", "1000"},
                                                    {"normalization.mode", "EXTENDED"},
                                                    {"mqtt.api.enabled", "false"},
                                                    {"token.max.age", std::nullopt},
                                                    {"token.time.limit", std::nullopt},
                                                    {"simple.token.byte.size", std::nullopt},
                                                    {"simple.token.usage.limit", std::nullopt}}};

Result<std::optional<Instant>> instant_of(const std::optional<std::string>& text, std::string_view member) {
  if (is_blank(text)) return std::nullopt;
  const auto instant = base::parse_instant(*text);
  if (!instant) return failure(invalid(fmt::format("{}: {}", member, instant.error().message), std::string(member)));
  return *instant;
}

Instant shown_time(const Entry& entry) {
  return std::chrono::floor<std::chrono::milliseconds>(entry.at);
}

// Numbers begin anew with the process, so the time goes first.
std::string log_id(const Entry& entry) {
  return fmt::format("{:016x}-{:08x}", entry.at.time_since_epoch().count(), entry.number);
}

// Negative, zero or positive, as a comes before, with or behind b.
int compare(const Entry& a, const Entry& b, LogSort sort) {
  switch (sort) {
    case LogSort::kEntryDate:
      return shown_time(a) < shown_time(b) ? -1 : shown_time(a) > shown_time(b) ? 1 : 0;
    case LogSort::kLogId:
      return log_id(a).compare(log_id(b));
    case LogSort::kLogger:
      return a.logger.compare(b.logger);
    case LogSort::kLogLevel:
      return base::log::to_string(a.level).compare(base::log::to_string(b.level));
  }
  return 0;
}

}  // namespace

Result<LogQuery> check_log_query(const LogRequest& request, Instant now, std::int64_t page_size_max) {
  const auto slice = slice_of<LogSort>(request.pagination, kSortFields, true, page_size_max);
  if (!slice) return failure(slice.error());
  const auto from = instant_of(request.from, "from");
  if (!from) return failure(from.error());
  const auto to = instant_of(request.to, "to");
  if (!to) return failure(to.error());
  if (*from && *to && **to < **from) {
    return failure(invalid(fmt::format("to ({}) is before from ({}); it must be the same or later",
                                       base::format_instant(**to), base::format_instant(**from)),
                           "to"));
  }
  LogQuery query{.from = *from, .to = to->value_or(now), .severity = {}, .logger = {}, .slice = *slice};
  if (!is_blank(request.severity)) {
    query.severity = base::log::parse_level(base::trim(*request.severity));
    if (!query.severity) {
      return failure(invalid(fmt::format("severity is {}; it must be TRACE, DEBUG, INFO, WARN, ERROR, FATAL or OFF",
                                         base::shown(base::trim(*request.severity))),
                             "severity"));
    }
  }
  query.logger = base::to_lower(base::trim(text_or_empty(request.logger)));
  return query;
}

bool matches(const LogQuery& query, const Entry& entry) {
  if (query.severity && entry.level < *query.severity) return false;
  const Instant at = shown_time(entry);
  if ((query.from && at < *query.from) || at > query.to) return false;
  return query.logger.empty() || base::to_lower(entry.logger).find(query.logger) != std::string::npos;
}

LogListAnswer log_list_answer(std::vector<Entry> matching, const LogQuery& query) {
  const auto& slice = query.slice;
  std::ranges::sort(matching, [&](const Entry& a, const Entry& b) {
    int order = compare(a, b, slice.sort);
    if (order == 0) order = a.number < b.number ? -1 : a.number > b.number ? 1 : 0;
    return slice.descending ? order > 0 : order < 0;
  });
  LogListAnswer answer{.entries = {}, .count = static_cast<std::int64_t>(matching.size())};
  const std::int64_t begin = std::min(slice.offset, answer.count);
  const std::int64_t end = begin + std::min(slice.limit, answer.count - begin);
  for (std::int64_t i = begin; i < end; ++i) {
    Entry& entry = matching[static_cast<std::size_t>(i)];
    LogEntryAnswer& shown =
        answer.entries.emplace_back(LogEntryAnswer{.log_id = log_id(entry),
                                                   .entry_date = shown_time(entry),
                                                   .logger = std::move(entry.logger),
                                                   .severity = std::string(base::log::to_string(entry.level)),
                                                   .message = {}});
    if (!entry.message.empty()) shown.message = std::move(entry.message);
  }
  return answer;
}

std::span<const PublicKey> public_configuration() {
  return kPublicKeys;
}

Result<ConfigurationAnswer> configuration_answer(const std::optional<std::vector<std::string>>& keys,
                                                 const base::json::Members<std::string>& configured) {
  if (!keys || keys->empty()) {
    return failure(invalid("the list keys is missing or empty; name at least one configuration key", "keys"));
  }
  if (const auto checked = check_elements(keys, "keys"); !checked) return failure(checked.error());
  ConfigurationAnswer answer;
  for (const std::string& text : *keys) {
    const std::string_view key = base::trim(text);
    const auto known = std::ranges::find(kPublicKeys, key, &PublicKey::first);
    if (known == kPublicKeys.end() ||
        std::ranges::find(answer.map, key, &ConfigurationValues::value_type::first) != answer.map.end()) {
      continue;
    }
    std::optional<std::string> value;
    if (known->second) value = *known->second;
    const auto given = std::ranges::find(configured, key, &base::json::Members<std::string>::value_type::first);
    if (given != configured.end() && !base::is_blank(given->second)) value = given->second;
    answer.map.emplace_back(key, std::move(value));
  }
  return answer;
}

}  // namespace jeton::api::arrowhead
