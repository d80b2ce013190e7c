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
class Dialect;

inline constexpr std::string_view kJsonType = "application/json";
inline constexpr std::string_view kTextType = "text/plain";
inline constexpr std::string_view kFormType = "application/x-www-form-urlencoded";

/// Who may reach a route; what it takes to be that is for the route's dialect to say.
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
  /// A segment `{name}` takes any one segment that is not empty, see Call::parameter. A brace that is meant as such is
  /// written percent-encoded; the router decodes the other segments, so that this is the path as people read it.
  std::string path;
  std::string service;    ///< service definition, e.g. "authorizationToken"
  std::string operation;  ///< e.g. "generate"
  Access access = Access::kAuthenticated;
  std::string request_type;  ///< the media type its body must have (415 otherwise); empty: it reads no body
  std::vector<std::string> also_reads = {};  ///< with request_type: other media types that are as good
  bool body_optional = false;                ///< with request_type: no body at all is fine too
  /// With request_type: its handler judges every JSON text itself, where transports without media types would refuse
  /// what is no object, or is missing.
  bool judges_shape = false;
  std::string answer_type;     ///< media type of a good answer, 406 when the client excludes it; empty: never 406
  std::string summary;         ///< one sentence for the reference
  std::string request_schema;  ///< JSON Schema text of the body; empty: none
  std::vector<QueryParameter> query;
  std::vector<Answer> answers;
  std::function<void(Call&)> handler;
  bool documented = true;  ///< false for aliases kept for other clients' sake

  // Set by the router.
  std::size_t index = 0;                ///< its place among the routes
  std::vector<std::string> parameters;  ///< the names in its path, in order
  const Dialect* dialect = nullptr;     ///< of the family that owns the path; null: the server's own
};

}  // namespace jeton::api::http
