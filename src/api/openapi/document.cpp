#include "api/openapi/document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "base/json/writer.hpp"
#include "base/strings.hpp"

namespace jeton::api::openapi {
namespace {

using base::json::append_text;
using http::Route;
using Description = http::Dialect::Description;

void member(std::string& out, std::string_view name) {
  if (out.back() != '{' && out.back() != '[') out += ',';
  append_text(out, name);
  out += ':';
}

void text_member(std::string& out, std::string_view name, std::string_view value) {
  member(out, name);
  append_text(out, value);
}

void append_parameters(std::string& out, const Route& route) {
  if (route.parameters.empty() && route.query.empty()) return;
  member(out, "parameters");
  out += '[';
  for (const std::string& name : route.parameters) {
    if (out.back() != '[') out += ',';
    out += R"({"in":"path","required":true,"schema":{"type":"string"})";
    text_member(out, "name", name);
    out += '}';
  }
  for (const http::QueryParameter& parameter : route.query) {
    if (out.back() != '[') out += ',';
    out += "{";
    text_member(out, "name", parameter.name);
    text_member(out, "in", "query");
    text_member(out, "description", parameter.description);
    member(out, "required");
    out += parameter.required ? "true" : "false";
    member(out, "schema");
    out += parameter.list ? R"({"type":"array","items":{"type":"string"}})" : R"({"type":"string"})";
    out += '}';
  }
  out += ']';
}

void append_answers(std::string& out, const Route& route, const Description& family) {
  member(out, "responses");
  out += '{';
  for (const http::Answer& answer : route.answers) {
    member(out, fmt::to_string(answer.status));
    out += '{';
    text_member(out, "description", answer.description.empty() ? "as asked" : answer.description);
    if (!answer.schema.empty())
      fmt::format_to(std::back_inserter(out), R"(,"content":{{"application/json":{{"schema":{}}}}})", answer.schema);
    out += '}';
  }
  if (route.access != http::Access::kAnonymous) {
    member(out, "default");
    fmt::format_to(std::back_inserter(out), R"({{"$ref":"#/components/responses/{}"}})", family.error_name);
  }
  out += '}';
}

// What a caller of this operation has to show, where it is not what the document says of all.
void append_security(std::string& out, const Route& route, const Description& family) {
  if (route.access == http::Access::kAnonymous || family.security_name.empty()) {
    out += R"(,"security":[])";
  } else if (route.dialect != nullptr) {
    fmt::format_to(std::back_inserter(out), R"(,"security":[{{"{}":[]}}])", family.security_name);
  }
}

void append_operation(std::string& out, const Route& route, const Description& family) {
  member(out, base::to_lower(to_string(route.method)));
  out += '{';
  text_member(out, "operationId", fmt::format("{}.{}", route.service, route.operation));
  text_member(out, "summary", route.summary);
  member(out, "tags");
  out += '[';
  append_text(out, route.service);
  out += ']';
  append_parameters(out, route);
  if (!route.request_schema.empty()) {
    fmt::format_to(std::back_inserter(out), R"(,"requestBody":{{"required":{},"content":{{"{}":{{"schema":{}}})",
                   !route.body_optional, route.request_type, route.request_schema);
    for (const std::string& other : route.also_reads) fmt::format_to(std::back_inserter(out), R"(,"{}":{{}})", other);
    out += "}}";
  }
  append_answers(out, route, family);
  append_security(out, route, family);
  out += '}';
}

// The own dialect first, then each family's in the order of their routes.
std::vector<Description> families(const http::Router& router, const http::Dialect& own) {
  std::vector<const http::Dialect*> dialects = {&own};
  for (const Route& route : router.routes()) {
    if (route.dialect != nullptr && std::ranges::find(dialects, route.dialect) == dialects.end())
      dialects.push_back(route.dialect);
  }
  std::vector<Description> out;
  out.reserve(dialects.size());
  for (const http::Dialect* dialect : dialects) out.push_back(dialect->description());
  return out;
}

void append_components(std::string& out, const std::vector<Description>& families) {
  out += R"("components":{"securitySchemes":{)";
  for (const Description& family : families) {
    if (family.security_name.empty()) continue;
    member(out, family.security_name);
    out += family.security_scheme;
  }
  out += R"(},"responses":{)";
  for (const Description& family : families) {
    member(out, family.error_name);
    out += R"({"description":"what went wrong","content":)";
    out += family.error_content;
    out += '}';
  }
  out += "}}";
}

}  // namespace

std::string document(const http::Router& router, const http::Dialect& own, std::string_view version) {
  std::map<std::string_view, std::vector<const Route*>> by_path;
  for (const Route& route : router.routes()) {
    if (route.documented) by_path[route.path].push_back(&route);
  }
  std::string out = R"({"openapi":"3.1.0","info":{"title":"Jeton")";
  text_member(out, "version", version);
  text_member(out, "description", "One server for the whole life of machine tokens.");
  out += R"(},"paths":{)";
  for (const auto& [path, routes] : by_path) {
    member(out, path);
    out += '{';
    for (const Route* route : routes)
      append_operation(out, *route, (route->dialect != nullptr ? *route->dialect : own).description());
    out += '}';
  }
  out += "},";
  append_components(out, families(router, own));
  fmt::format_to(std::back_inserter(out), R"(,"security":[{{"{}":[]}}])", own.description().security_name);
  return out + '}';
}

}  // namespace jeton::api::openapi
