#include "api/openapi/document.hpp"

#include <fmt/format.h>

#include <map>
#include <vector>

#include "base/json/writer.hpp"
#include "base/strings.hpp"

namespace jeton::api::openapi {
namespace {

using base::json::append_text;
using http::Route;

void member(std::string& out, std::string_view name) {
  if (out.back() != '{' && out.back() != '[') out += ',';
  append_text(out, name);
  out += ':';
}

void text_member(std::string& out, std::string_view name, std::string_view value) {
  member(out, name);
  append_text(out, value);
}

// The name in braces at the end of a path; empty when there is none.
std::string_view path_parameter(std::string_view path) {
  const std::size_t brace = path.rfind('{');
  return brace == std::string_view::npos || !path.ends_with('}') ? std::string_view{}
                                                                 : path.substr(brace + 1, path.size() - brace - 2);
}

void append_parameters(std::string& out, const Route& route) {
  const std::string_view in_path = path_parameter(route.path);
  if (in_path.empty() && route.query.empty()) return;
  member(out, "parameters");
  out += '[';
  if (!in_path.empty()) {
    out += R"({"in":"path","required":true,"schema":{"type":"string"}})";
    out.pop_back();
    text_member(out, "name", in_path);
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

void append_answers(std::string& out, const Route& route) {
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
  if (route.access != http::Access::kAnonymous)
    out += std::string(out.back() == '{' ? "" : ",") + R"("default":{"$ref":"#/components/responses/Error"})";
  out += '}';
}

void append_operation(std::string& out, const Route& route) {
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
    fmt::format_to(std::back_inserter(out),
                   R"(,"requestBody":{{"required":{},"content":{{"application/json":{{"schema":{}}}}}}})",
                   !route.json_optional, route.request_schema);
  }
  append_answers(out, route);
  if (route.access == http::Access::kAnonymous) out += R"(,"security":[])";
  out += '}';
}

constexpr std::string_view kComponents =
    R"("components":{"securitySchemes":{"caller":{"type":"http","scheme":"bearer",)"
    R"("description":"SYSTEM//<system name> under the identity policy `declared`"}},)"
    R"("responses":{"Error":{"description":"what went wrong","content":{"application/json":{"schema":)"
    R"({"type":"object","properties":{"errorMessage":{"type":"string"},"errorCode":{"type":"integer"},)"
    R"("exceptionType":{"type":"string"},"origin":{"type":"string"}}}}}}}},"security":[{"caller":[]}])";

}  // namespace

std::string document(const http::Router& router, std::string_view version) {
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
    for (const Route* route : routes) append_operation(out, *route);
    out += '}';
  }
  out += "},";
  out += kComponents;
  return out + '}';
}

}  // namespace jeton::api::openapi
