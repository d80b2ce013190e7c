#include "api/http/router.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "base/strings.hpp"

namespace jeton::api::http {
namespace {

using net::http::Method;

const Route* of_method(const std::vector<const Route*>& candidates, Method method) {
  const Method wanted = method == Method::kHead ? Method::kGet : method;
  const auto found = std::ranges::find(candidates, wanted, &Route::method);
  return found == candidates.end() ? nullptr : *found;
}

Router::Match match_of(const std::vector<const Route*>& candidates, Method method, std::string_view parameter) {
  if (const Route* route = of_method(candidates, method)) return {route, parameter, {}};
  Router::Match match;
  for (const Route* candidate : candidates) {
    match.allowed.push_back(candidate->method);
    if (candidate->method == Method::kGet) match.allowed.push_back(Method::kHead);
  }
  match.allowed.push_back(Method::kOptions);
  return match;
}

}  // namespace

void Router::add(Route route) {
  const std::size_t brace = route.path.rfind("/{");
  const bool has_parameter = brace != std::string::npos && route.path.back() == '}';
  ByPath& paths = has_parameter ? by_prefix_ : fixed_;
  auto& candidates = paths[has_parameter ? route.path.substr(0, brace + 1) : route.path];
  if (of_method(candidates, route.method) != nullptr) {
    throw std::logic_error(fmt::format("two routes for {} {}", to_string(route.method), route.path));
  }
  route.index = routes_.size();
  candidates.push_back(&routes_.emplace_back(std::move(route)));
}

Router::Match Router::find(Method method, std::string_view path) const {
  if (const auto found = fixed_.find(path); found != fixed_.end()) return match_of(found->second, method, {});
  const std::size_t slash = path.rfind('/');
  if (slash != std::string_view::npos && slash + 1 < path.size()) {
    if (const auto found = by_prefix_.find(path.substr(0, slash + 1)); found != by_prefix_.end()) {
      return match_of(found->second, method, path.substr(slash + 1));
    }
  }
  return path.find('%') == std::string_view::npos ? Match{} : find_decoded(method, path);
}

Router::Match Router::find_decoded(Method method, std::string_view path) const {
  const std::size_t slash = path.rfind('/');
  const auto whole = base::percent_decode(path, false);
  if (!whole || slash == std::string_view::npos) return {};
  if (const auto found = fixed_.find(*whole); found != fixed_.end()) return match_of(found->second, method, {});
  const auto prefix = base::percent_decode(path.substr(0, slash + 1), false);
  if (const auto found = by_prefix_.find(*prefix); found != by_prefix_.end() && slash + 1 < path.size()) {
    return match_of(found->second, method, path.substr(slash + 1));
  }
  return {};
}

}  // namespace jeton::api::http
