// The log and the public configuration (arrowhead-authorization 5.19, 5.20, 13.2, 15.9 rows 70 and 71).
#include "api/arrowhead/general_requests.hpp"

#include <fmt/format.h>

#include "base/json/reader.hpp"
#include "base/json/writer.hpp"
#include "base/time_text.hpp"

namespace jeton::api::arrowhead {
namespace {

using base::Instant;
using base::log::Entry;
using base::log::Level;

const Instant kNow = *base::parse_instant("2031-03-04T05:06:07.5Z");

base::Result<LogQuery> log_query(std::string_view json) {
  const auto request = base::json::read_unpadded<LogRequest>(json);
  if (!request) return base::failure(request.error());
  return check_log_query(*request, kNow, 1'000);
}

Entry entry(std::uint64_t number, std::string_view at, Level level, std::string logger, std::string message = "text") {
  return {number, *base::parse_instant(at), level, std::move(logger), std::move(message)};
}

const std::vector<Entry> kEntries = {
    entry(1, "2031-03-04T05:00:00Z", Level::kInfo, "authorization"),
    entry(2, "2031-03-04T05:00:01.000900Z", Level::kWarn, "store.sqlite"),
    entry(3, "2031-03-04T05:00:01.000100Z", Level::kError, "Authorization.policies"),
    entry(4, "2031-03-04T05:00:02Z", Level::kDebug, "net", ""),
};

/// The numbers of the entries that the query shows, and the count behind them.
std::string shown(std::string_view json) {
  const auto query = log_query(json);
  if (!query) return query.error().message;
  std::vector<Entry> matching;
  for (const Entry& e : kEntries) {
    if (matches(*query, e)) matching.push_back(e);
  }
  const LogListAnswer answer = log_list_answer(std::move(matching), *query);
  std::string out;
  for (const auto& e : answer.entries) out += e.log_id.back();
  return fmt::format("{}/{}", out, answer.count);
}

TEST(GeneralRequests, Row70_RefusedWithTheMembersName) {
  const std::vector<std::pair<std::string, std::string>> kRows = {
      {R"({"from":"yesterday"})", "from"},
      {R"({"from":" 2031-03-04T05:06:07Z"})", "from"},
      {R"({"to":"2031-03-04T05:06Z"})", "to"},
      {R"({"from":"2031-03-04T05:06:08Z","to":"2031-03-04T05:06:07Z"})", "to"},
      {R"({"severity":"ALL"})", "severity"},
      {R"({"pagination":{"sortField":"severity"},"from":"x"})", "pagination.sortField"},
  };
  for (const auto& [json, where] : kRows) {
    const auto result = log_query(json);
    ASSERT_FALSE(result) << json;
    EXPECT_EQ(result.error().code, base::ErrorCode::kInvalid) << json;
    EXPECT_EQ(result.error().where, where) << json;
  }
}

TEST(GeneralRequests, Row70_BlanksAreFine) {
  const auto query = log_query(R"({"from":"","to":null,"severity":"  ","logger":" "})");
  ASSERT_TRUE(query) << query.error().message;
  EXPECT_FALSE(query->from);
  EXPECT_EQ(query->to, kNow);
  EXPECT_FALSE(query->severity);
  EXPECT_EQ(query->slice.sort, LogSort::kEntryDate);
  EXPECT_TRUE(query->slice.descending);
}

TEST(GeneralRequests, LogFiltersAndOrder) {
  const std::vector<std::pair<std::string, std::string>> kRows = {
      {"{}", "4321/4"},  // newest first; 2 and 3 are the same millisecond, the later written is the newer
      {R"({"pagination":{"direction":"ASC"}})", "1234/4"},
      {R"({"severity":"warn"})", "32/2"},
      {R"({"severity":" TRACE "})", "4321/4"},
      {R"({"severity":"OFF"})", "/0"},
      {R"({"logger":" AUTHORIZATION "})", "31/2"},
      {R"({"logger":"%"})", "/0"},
      {R"({"from":"2031-03-04T05:00:01Z","to":"2031-03-04T05:00:01Z"})", "32/2"},
      {R"({"from":"2031-03-04T05:00:01.001Z"})", "4/1"},
      {R"({"to":"2031-03-04T05:00:00Z"})", "1/1"},
      {R"({"severity":"ERROR","logger":"store"})", "/0"},
      {R"({"pagination":{"sortField":"logLevel","direction":"ASC"}})", "4312/4"},  // as text: DEBUG, ERROR, INFO, WARN
      {R"({"pagination":{"sortField":"logger","direction":"ASC"}})", "3142/4"},
      {R"({"pagination":{"sortField":"logId","direction":"ASC"}})", "1324/4"},
      {R"({"pagination":{"page":1,"size":3}})", "1/4"},
      {R"({"pagination":{"page":9,"size":3}})", "/4"},
  };
  for (const auto& [json, expected] : kRows) EXPECT_EQ(shown(json), expected) << json;
}

TEST(GeneralRequests, LogEntriesOnTheWire) {
  const auto query = log_query(R"({"pagination":{"page":0,"size":2}})");
  ASSERT_TRUE(query);
  EXPECT_EQ(
      base::json::write(log_list_answer({kEntries[2], kEntries[3]}, *query)),
      R"({"entries":[{"logId":"1aca0a60ff6ab400-00000004","entryDate":"2031-03-04T05:00:02Z","logger":"net","severity":"DEBUG"},)"
      R"({"logId":"1aca0a60c3d170a0-00000003","entryDate":"2031-03-04T05:00:01Z","logger":"Authorization.policies","severity":"ERROR",)"
      R"("message":"text"}],"count":2})");
}

std::string configuration(const std::optional<std::vector<std::string>>& keys,
                          const base::json::Members<std::string>& configured = {}) {
  const auto answer = configuration_answer(keys, configured);
  return answer ? base::json::write(*answer) : answer.error().where;
}

TEST(GeneralRequests, Row71_ConfigurationKeys) {
  using Keys = std::vector<std::string>;
  EXPECT_EQ(configuration(std::nullopt), "keys");
  EXPECT_EQ(configuration(Keys{}), "keys");
  EXPECT_EQ(configuration(Keys{"server.port", " "}), "keys[1]");
  EXPECT_EQ(configuration(Keys{"secret.cryptographer.key", "Server.Port"}, {{"secret.cryptographer.key", "x"}}),
            R"({"map":{}})");
  EXPECT_EQ(configuration(Keys{" server.port ", "unknown", "server.port"}), R"({"map":{"server.port":"0"}})");
  EXPECT_EQ(configuration(Keys{"management.policy", "max.page.size"},
                          {{"management.policy", "authorization"}, {"max.page.size", "  "}}),
            R"({"map":{"management.policy":"authorization","max.page.size":"1000"}})");
}

TEST(GeneralRequests, WhatIsNotConfiguredHasTheContractsValue) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : public_configuration()) keys.emplace_back(key);
  EXPECT_EQ(
      configuration(keys),
      R"({"map":{"server.address":"","server.port":"0","domain.name":"","authentication.policy":"CERTIFICATE",)"
      R"("enable.management.filter":"false","management.policy":"SYSOP_ONLY","enable.blacklist.filter":"false",)"
      R"("force.blacklist.filter":"true","max.page.size":"1000","normalization.mode":"EXTENDED","mqtt.api.enabled":"false",)"
      R"("token.max.age":null,"token.time.limit":null,"simple.token.byte.size":null,"simple.token.usage.limit":null}})");
}

}  // namespace
}  // namespace jeton::api::arrowhead
