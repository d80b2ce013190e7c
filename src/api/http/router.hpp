// Finds the route of a request. Built once, then read by all network threads without locks.
#pragma once
#include <array>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/http/route.hpp"

namespace jeton::api::http {

inline constexpr std::size_t kPathParametersMax = 4;

/// The segments of a path that a route's `{name}`s took, as sent.
struct PathParameters {
  std::array<std::string_view, kPathParametersMax> raw;
  std::size_t count = 0;

  std::span<const std::string_view> all() const { return std::span(raw).first(count); }
};

/// Paths are matched segment by segment, letter case and empty segments included. A segment is percent-decoded before
/// it is compared, so an encoded slash never parts two segments. Where a fixed segment and a `{name}` both fit, the
/// fixed one wins.
class Router {
 public:
  /// From here on what is at `prefix` (such as "/queue") and below it belongs to a family with its own dialect, also
  /// where there is no route. Comes before the family's routes. `dialect` outlives the router.
  /// Throws std::logic_error when another family owns the prefix, or a route is there already.
  void own(std::string_view prefix, const Dialect& dialect);

  /// Throws std::logic_error for a mistake in the program: two routes for the same method and path, a malformed path,
  /// members that contradict each other.
  void add(Route route);

  struct Match {
    const Route* route = nullptr;      ///< null: no route; then `allowed` tells an unknown path from a wrong method
    const Dialect* dialect = nullptr;  ///< of the family that owns the path; null: the server's own
    PathParameters parameters;
    std::vector<net::http::Method> allowed;  ///< the path's methods when only the method is wrong
  };
  /// HEAD finds the route of GET. `path` is as sent. Allocates nothing when there is a route, unless a fixed segment
  /// was sent percent-encoded.
  Match find(net::http::Method method, std::string_view path) const;

  const std::deque<Route>& routes() const { return routes_; }

 private:
  // One segment of the known paths.
  struct Node {
    std::vector<std::pair<std::string, std::unique_ptr<Node>>> fixed;
    std::unique_ptr<Node> parameter;
    std::vector<const Route*> routes;  // of the path that ends here
    const Dialect* dialect = nullptr;  // of the family that begins here

    const Node* child(std::string_view decoded) const;
    Node& make_child(const std::string& decoded);
  };

  struct Descent;
  static const Node* find_fixed(const Node& node, std::string_view segment);
  Node& make_path(Route& route);
  const Dialect* owner(std::string_view path) const;

  std::deque<Route> routes_;  // stable addresses
  Node root_;
};

}  // namespace jeton::api::http
