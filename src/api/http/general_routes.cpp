#include "api/http/general_routes.hpp"

#include <utility>

#include "api/arrowhead/general_requests.hpp"
#include "api/arrowhead/query_list.hpp"
#include "api/http/call.hpp"
#include "api/http/waiting.hpp"
#include "api/openapi/schema.hpp"
#include "base/json/reader.hpp"
#include "base/json/writer.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"

namespace jeton::api::http {
namespace {

namespace json = base::json;
using net::http::Method;
using openapi::schema;

// No body, and the literal null, ask for everything.
base::Result<arrowhead::LogRequest> log_request(std::string_view body) {
  const std::string_view text = base::trim(body);
  if (text.empty() || text == "null") return arrowhead::LogRequest{};
  return json::read<arrowhead::LogRequest>(body);
}

void get_log(Call& call, const GeneralParts& parts) {
  const auto request = log_request(call.request().body);
  if (call.failed(request)) return;
  auto query = arrowhead::check_log_query(*request, call.now(), parts.page_size_max);
  if (call.failed(query)) return;
  // Thousands of entries are looked through: too long for a network thread.
  on_worker(parts.workers, parts.clock, call.later(), [query = *std::move(query)](Later& later) {
    auto matching = base::log::entries([&](const base::log::Entry& entry) { return arrowhead::matches(query, entry); });
    std::string& out = answer_buffer();
    json::append(out, arrowhead::log_list_answer(std::move(matching), query));
    later.json(200, out);
  });
}

void get_config(Call& call, const GeneralParts& parts) {
  const auto keys = arrowhead::query_list(call, "keys");
  if (call.failed(keys)) return;
  const auto answer = arrowhead::configuration_answer(*keys, parts.configuration);
  if (call.failed(answer)) return;
  std::string& out = answer_buffer();
  json::append(out, *answer);
  call.json(200, out);
}

}  // namespace

void add_general_routes(Router& router, const GeneralParts& parts) {
  Route log;
  log.method = Method::kPost;
  log.path = "/consumerauthorization/general/mgmt/logs";
  log.service = "generalManagement";
  log.operation = "get-log";
  log.access = Access::kManagement;
  log.request_type = kJsonType;
  log.body_optional = true;
  log.summary = "Lists the log entries that match all filters, newest first, by pages.";
  log.request_schema = schema<arrowhead::LogRequest>();
  log.answers = {{200, "One page, and the number of all matches.", schema<arrowhead::LogListAnswer>()},
                 {400, "The request is not valid.", {}}};
  log.handler = [parts](Call& call) { get_log(call, parts); };
  router.add(std::move(log));

  Route configuration;
  configuration.method = Method::kGet;
  configuration.path = "/consumerauthorization/general/mgmt/get-config";
  configuration.service = "generalManagement";
  configuration.operation = "get-config";
  configuration.access = Access::kManagement;
  configuration.summary = "Tells how the public keys among those asked for are configured.";
  configuration.query = {{"keys", "Configuration keys.", true, true}};
  configuration.answers = {{200, "The known keys with their values.", schema<arrowhead::ConfigurationAnswer>()},
                           {400, "There are no keys, or one is blank.", {}}};
  configuration.handler = [parts](Call& call) { get_config(call, parts); };
  router.add(std::move(configuration));

  Route echo;
  echo.method = Method::kGet;
  echo.path = "/consumerauthorization/monitor/echo";
  echo.service = "monitor";
  echo.operation = "echo";
  echo.summary = "Says that the server answers.";
  echo.answers = {{200, "The text `Got it!`.", {}}};
  echo.handler = [](Call& call) { call.text(200, "Got it!"); };
  router.add(std::move(echo));
}

}  // namespace jeton::api::http
