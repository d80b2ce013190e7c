// Finds the route of a request. Built once, then read by all network threads without locks.
#pragma once
#include <boost/unordered/unordered_flat_map.hpp>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "api/http/route.hpp"

namespace jeton::api::http {

class Router {
 public:
  /// Throws std::logic_error when two routes claim the same method and path: a mistake in the program.
  void add(Route route);

  struct Match {
    const Route* route = nullptr;    ///< null: no route; then `allowed` tells an unknown path from a wrong method
    std::string_view raw_parameter;  ///< the last segment of a `{name}` route, as sent
    std::vector<net::http::Method> allowed;  ///< the path's methods when only the method is wrong
  };
  /// HEAD finds the route of GET. `path` is as sent; a percent-encoded spelling of a fixed segment is recognised.
  Match find(net::http::Method method, std::string_view path) const;

  const std::deque<Route>& routes() const { return routes_; }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  using ByPath = boost::unordered_flat_map<std::string, std::vector<const Route*>, Hash, std::equal_to<>>;

  Match find_decoded(net::http::Method method, std::string_view path) const;

  std::deque<Route> routes_;  // stable addresses
  ByPath fixed_;
  ByPath by_prefix_;  // the part before `{name}`
};

}  // namespace jeton::api::http
