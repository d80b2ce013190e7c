#include "api/http/system_routes.hpp"

#include <array>
#include <charconv>

#include "api/arrowhead/query_list.hpp"
#include "api/http/call.hpp"
#include "api/openapi/assets.hpp"
#include "base/json/writer.hpp"
#include "base/strings.hpp"

namespace jeton::api::http {
namespace {

using net::http::Method;

void livez(Call& call) {
  call.text(200, "alive\n");
}

void readyz(Call& call, const Readiness& readiness) {
  const auto troubles = readiness.troubles();
  if (troubles.empty()) return call.text(200, "ready\n");
  std::string& body = answer_buffer();
  for (const auto& trouble : troubles) body += trouble.name + ": " + trouble.reason + "\n";
  call.text(503, body);
}

base::Result<std::optional<std::int64_t>> event_number(std::string_view text, std::string_view where) {
  if (text.empty()) return std::nullopt;
  std::int64_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code == std::errc{} && end == text.data() + text.size() && number >= 0) return number;
  return base::failure(
      base::invalid("the number of an event is expected, found " + base::shown(text), std::string(where)));
}

base::Result<EventStreams::Wanted> wanted_events(const Call& call) {
  EventStreams::Wanted wanted;
  const auto after = call.query_value("after");
  const auto kinds = arrowhead::query_list(call, "kinds");
  const auto follow = call.query_value("follow");
  if (!after) return base::failure(after.error());
  if (!kinds) return base::failure(kinds.error());
  if (!follow) return base::failure(follow.error());
  // A client that reconnects sends what it saw last; that is newer than the address it was started with.
  const std::string_view last_seen = call.request().field("Last-Event-ID");
  const auto cursor =
      last_seen.empty() ? event_number(after->value_or(""), "after") : event_number(last_seen, "Last-Event-ID");
  if (!cursor) return base::failure(cursor.error());
  wanted.cursor.value = cursor->value_or(0);
  if (kinds->has_value()) wanted.kinds.insert((*kinds)->begin(), (*kinds)->end());
  wanted.follow = follow->value_or("true") != "false";
  return wanted;
}

void events(Call& call, EventStreams& streams) {
  auto wanted = wanted_events(call);
  if (!wanted) return call.fail(wanted.error());
  if (call.request().method == Method::kHead) {  // its answer is a head; there is nothing to stream
    return call.later().stream("text/event-stream").finish();
  }
  streams.open(call.later(), *std::move(wanted));
}

void document(Call& call, std::string_view content_type, std::string_view body) {
  call.answer({.status = 200, .content_type = content_type, .body = body, .fields = {}});
}

void redirect_to_docs(Call& call) {
  const std::array<net::http::Field, 1> fields = {{{"Location", "/docs"}}};
  call.answer({.status = 302, .content_type = {}, .body = {}, .fields = fields});
}

Route anonymous(std::string path, std::string operation, std::string summary, std::function<void(Call&)> handler) {
  return {.method = Method::kGet,
          .path = std::move(path),
          .service = "system",
          .operation = std::move(operation),
          .access = Access::kAnonymous,
          .summary = std::move(summary),
          .answers = {{.status = 200, .description = "as asked", .schema = {}}},
          .handler = std::move(handler)};
}

Route undocumented(Route route) {
  route.documented = false;
  return route;
}

}  // namespace

void add_system_routes(Router& router, const SystemParts& parts) {
  router.add(anonymous("/livez", "livez", "Whether the process is alive.", livez));
  router.add(anonymous("/readyz", "readyz", "Whether requests can be served; 503 with the reasons otherwise.",
                       [&readiness = parts.readiness](Call& call) { readyz(call, readiness); }));
  router.add(anonymous("/metrics", "metrics", "Figures for Prometheus.", [page = parts.metrics](Call& call) {
    document(call, "text/plain; version=0.0.4; charset=utf-8", page());
  }));
  router.add(anonymous("/openapi.json", "openapi", "This reference as an OpenAPI 3.1 document.",
                       [openapi = parts.openapi](Call& call) { document(call, kJsonType, openapi()); }));
  router.add(anonymous("/docs", "docs", "This reference as a page that works offline.",
                       [](Call& call) { document(call, "text/html;charset=UTF-8", openapi::docs_page()); }));
  router.add(undocumented(anonymous("/docs/rapidoc.js", "docs-script", "The script behind /docs.", [](Call& call) {
    document(call, "text/javascript;charset=UTF-8", openapi::docs_script());
  })));
  // Where the systems we replace have their pages.
  router.add(undocumented(anonymous("/v3/api-docs", "openapi-alias", "The reference under its former address.",
                                    [openapi = parts.openapi](Call& call) { document(call, kJsonType, openapi()); })));
  router.add(undocumented(anonymous("/api-docs", "openapi-alias-2", "The reference under its former address.",
                                    [openapi = parts.openapi](Call& call) { document(call, kJsonType, openapi()); })));
  // Every JSON text is a YAML text.
  router.add(undocumented(
      anonymous("/api-docs.yaml", "openapi-yaml", "The reference for readers of YAML.",
                [openapi = parts.openapi](Call& call) { document(call, "application/vnd.oai.openapi", openapi()); })));
  router.add(undocumented(
      anonymous("/api-docs/swagger-config", "swagger-config", "Where a Swagger UI finds it.", [](Call& call) {
        document(call, kJsonType,
                 R"({"configUrl":"/api-docs/swagger-config","operationsSorter":"method","url":"/api-docs"})");
      })));
  for (const char* path : {"/", "/swagger-ui.html", "/swagger-ui/index.html"}) {
    router.add(undocumented(anonymous(path, "docs-redirect", "Leads to /docs.", redirect_to_docs)));
  }
  router.add({.method = Method::kGet,
              .path = "/events",
              .service = "events",
              .operation = "follow",
              .access = Access::kManagement,
              .summary = "The event log as server-sent events, from a number on, live unless follow=false.",
              .query = {{.name = "after", .description = "events behind this number; the header Last-Event-ID wins"},
                        {.name = "kinds", .description = "only these, e.g. token.issued or token", .list = true},
                        {.name = "follow", .description = "false ends the answer at the end of the log"}},
              .answers = {{.status = 200, .description = "text/event-stream", .schema = {}}},
              .handler = [&streams = parts.events](Call& call) { events(call, streams); }});
}

}  // namespace jeton::api::http
