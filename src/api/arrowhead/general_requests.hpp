// The general management operations: the log and the public part of the configuration
// (arrowhead-authorization 5.19, 5.20, 13). Pure.
#pragma once
#include <boost/describe/class.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/arrowhead/paging.hpp"
#include "base/clock.hpp"
#include "base/json/types.hpp"
#include "base/log.hpp"
#include "base/result.hpp"

namespace jeton::api::arrowhead {

struct LogRequest {
  std::optional<Pagination> pagination;
  std::optional<std::string> from;
  std::optional<std::string> to;
  std::optional<std::string> severity;
  std::optional<std::string> logger;
};

enum class LogSort : std::uint8_t { kEntryDate, kLogId, kLogger, kLogLevel };

struct LogQuery {
  std::optional<base::Instant> from;  ///< inclusive, as `to`
  base::Instant to;
  std::optional<base::log::Level> severity;  ///< this one and higher
  std::string logger;                        ///< part of the logger's name, letter case ignored; empty: any
  store::Slice<LogSort> slice;
};

/// kInvalid for bad paging, bounds that are no instants or the wrong way round, an unknown severity.
base::Result<LogQuery> check_log_query(const LogRequest& request, base::Instant now, std::int64_t page_size_max);

/// Times count in the milliseconds in which they are shown.
bool matches(const LogQuery& query, const base::log::Entry& entry);

struct LogEntryAnswer {
  std::string log_id;  ///< the same for the same entry at every call; ascends with time
  base::Instant entry_date;
  std::string logger;
  std::string severity;
  std::optional<std::string> message;  ///< absent when empty
};

struct LogListAnswer {
  std::vector<LogEntryAnswer> entries;
  std::int64_t count = 0;
};

/// One page of the entries that match, sorted; entries with equal keys in the order in which they were written, or its
/// reverse.
LogListAnswer log_list_answer(std::vector<base::log::Entry> matching, const LogQuery& query);

using ConfigurationValues = base::json::Members<std::optional<std::string>>;

struct ConfigurationAnswer {
  ConfigurationValues map;
};

/// The keys that anybody may ask for, with the values the contract gives to those that are not configured (null for
/// some).
std::span<const std::pair<std::string_view, std::optional<std::string_view>>> public_configuration();

/// What is configured (raw texts; blank counts as not configured) or the default of each public key among `keys`;
/// others are passed over. kInvalid when `keys` is absent, empty or has a blank element.
base::Result<ConfigurationAnswer> configuration_answer(const std::optional<std::vector<std::string>>& keys,
                                                       const base::json::Members<std::string>& configured);

BOOST_DESCRIBE_STRUCT(LogRequest, (), (pagination, from, to, severity, logger))
BOOST_DESCRIBE_STRUCT(LogEntryAnswer, (), (log_id, entry_date, logger, severity, message))
BOOST_DESCRIBE_STRUCT(LogListAnswer, (), (entries, count))
BOOST_DESCRIBE_STRUCT(ConfigurationAnswer, (), (map))

}  // namespace jeton::api::arrowhead
