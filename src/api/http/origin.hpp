// What an answer needs to know of its request, also when it is given later on another thread.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "api/http/route.hpp"
#include "base/clock.hpp"

namespace jeton::api::http {

class RouteMetrics;

struct Origin {
  const Route* route = nullptr;      ///< null: no route matched
  const Dialect* dialect = nullptr;  ///< never null
  RouteMetrics* metrics = nullptr;
  std::string request_id;  ///< short enough to need no allocation, unless the client sent a long one
  std::string echo;        ///< the value of Dialect::echo_field
  std::string caller;
  /// Where an error is said to come from, in dialects that say so: by default the route's method and path; empty: not
  /// said.
  std::optional<std::string> error_origin;
  std::string_view answer_type{};  ///< what the dialect noted of the answer's media type; static storage
  base::Tick received;
  base::Tick deadline;
};

}  // namespace jeton::api::http
