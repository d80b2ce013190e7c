// One operation as HTTP sees it. The table of routes is the single source of dispatching, /openapi.json and metric
// labels.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "net/http/message.hpp"

namespace jeton::api::http {

class Call;

/// Who may reach a route.
enum class Access : std::uint8_t {
  kAnonymous,      ///< anybody, without credentials
  kAuthenticated,  ///< any system that proves who it is
  kManagement,     ///< passes the management filter
};

struct QueryParameter {
  std::string name;
  std::string description;
  bool required = false;
  bool list = false;
};

struct Answer {
  int status = 200;
  std::string description;
  std::string schema;  ///< JSON Schema text; empty: no JSON body
};

struct Route {
  net::http::Method method = net::http::Method::kGet;
  std::string path;       ///< as sent; the last segment may be `{name}`, which takes one segment, handed over decoded
  std::string service;    ///< service definition, e.g. "authorizationToken"
  std::string operation;  ///< e.g. "generate"
  Access access = Access::kAuthenticated;
  bool takes_json = false;     ///< a body that must be application/json (415 otherwise)
  bool json_optional = false;  ///< with takes_json: no body at all is fine too
  bool answers_text = false;   ///< text/plain: 406 when the client accepts neither
  std::string summary;         ///< one sentence for the reference
  std::string request_schema;  ///< JSON Schema text of the body; empty: none
  std::vector<QueryParameter> query;
  std::vector<Answer> answers;
  std::function<void(Call&)> handler;
  bool documented = true;  ///< false for aliases kept for other clients' sake
  std::size_t index = 0;   ///< its place among the routes; set by the router
};

}  // namespace jeton::api::http
