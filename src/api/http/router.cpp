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

std::vector<Method> methods_of(const std::vector<const Route*>& candidates) {
  std::vector<Method> methods;
  for (const Route* candidate : candidates) {
    methods.push_back(candidate->method);
    if (candidate->method == Method::kGet) methods.push_back(Method::kHead);
  }
  methods.push_back(Method::kOptions);
  return methods;
}

[[noreturn]] void refuse(const Route& route, std::string_view why) {
  throw std::logic_error(fmt::format("the route {} {}: {}", to_string(route.method), route.path, why));
}

// The segments of a path we wrote ourselves, without the empty one before the first slash.
std::vector<std::string_view> segments_of(std::string_view path) {
  if (!path.starts_with('/')) throw std::logic_error(fmt::format("the path {} must begin with a slash", path));
  return base::split(path.substr(1), '/');
}

bool is_parameter(std::string_view segment) {
  return segment.starts_with('{') && segment.ends_with('}');
}

void check_members(const Route& route) {
  if (route.body_optional && route.request_type.empty()) refuse(route, "a body may be left out that nobody reads");
  if (route.request_type.empty() && (!route.also_reads.empty() || route.judges_shape))
    refuse(route, "it says how a body is read that nobody reads");
  if (!route.request_schema.empty() && route.request_type.empty())
    refuse(route, "a body is described that nobody reads");
}

}  // namespace

const Router::Node* Router::Node::child(std::string_view decoded) const {
  for (const auto& [text, node] : fixed) {
    if (text == decoded) return node.get();
  }
  return nullptr;
}

Router::Node& Router::Node::make_child(const std::string& decoded) {
  for (const auto& [text, node] : fixed) {
    if (text == decoded) return *node;
  }
  return *fixed.emplace_back(decoded, std::make_unique<Node>()).second;
}

void Router::own(std::string_view prefix, const Dialect& dialect) {
  Node* node = &root_;
  for (const std::string_view segment : segments_of(prefix)) {
    if (node->dialect != nullptr) throw std::logic_error(fmt::format("{} lies in another family's paths", prefix));
    node = &node->make_child(std::string(segment));
  }
  if (node->dialect != nullptr || !node->routes.empty() || !node->fixed.empty() || node->parameter != nullptr)
    throw std::logic_error(fmt::format("{} is taken: a family owns its paths before anything is there", prefix));
  node->dialect = &dialect;
}

// Fills what the path says of the route.
Router::Node& Router::make_path(Route& route) {
  Node* node = &root_;
  std::string readable;
  for (const std::string_view segment : segments_of(route.path)) {
    readable += '/';
    if (is_parameter(segment)) {
      const std::string name(segment.substr(1, segment.size() - 2));
      if (name.empty() || std::ranges::find(route.parameters, name) != route.parameters.end())
        refuse(route, "each parameter needs a name of its own");
      if (route.parameters.size() == kPathParametersMax) refuse(route, "too many parameters");
      route.parameters.push_back(name);
      readable += segment;
      if (node->parameter == nullptr) node->parameter = std::make_unique<Node>();
      node = node->parameter.get();
    } else {
      const auto text = base::percent_decode(segment, false);
      if (!text || segment.find_first_of("{}") != std::string_view::npos)
        refuse(route, "a parameter is a whole segment, and a brace that is none is percent-encoded");
      readable += *text;
      node = &node->make_child(*text);
    }
    if (node->dialect != nullptr) route.dialect = node->dialect;
  }
  route.path = std::move(readable);
  return *node;
}

void Router::add(Route route) {
  check_members(route);
  Node& node = make_path(route);
  if (of_method(node.routes, route.method) != nullptr) refuse(route, "there are two of it");
  route.index = routes_.size();
  node.routes.push_back(&routes_.emplace_back(std::move(route)));
}

const Router::Node* Router::find_fixed(const Node& node, std::string_view segment) {
  if (node.fixed.empty() || segment.find('%') == std::string_view::npos) return node.child(segment);
  const auto decoded = base::percent_decode(segment, false);
  return decoded ? node.child(*decoded) : nullptr;
}

// One way down through the nodes. Goes no deeper than the longest path we know.
struct Router::Descent {
  PathParameters& parameters;
  const bool encoded;  // a segment of the path may have to be decoded

  const Node* to_end(const Node& node, std::string_view rest) {
    const std::size_t slash = rest.find('/');
    const std::string_view segment = rest.substr(0, slash);
    const auto onward = [&](const Node& next) -> const Node* {
      if (slash != std::string_view::npos) return to_end(next, rest.substr(slash + 1));
      return next.routes.empty() ? nullptr : &next;
    };
    if (const Node* fixed = encoded ? find_fixed(node, segment) : node.child(segment)) {
      if (const Node* end = onward(*fixed)) return end;
    }
    if (node.parameter == nullptr || segment.empty()) return nullptr;
    parameters.raw[parameters.count++] = segment;
    const Node* end = onward(*node.parameter);
    if (end == nullptr) --parameters.count;
    return end;
  }
};

const Dialect* Router::owner(std::string_view path) const {
  const Node* node = &root_;
  for (const std::string_view segment : base::split(path.substr(1), '/')) {
    node = find_fixed(*node, segment);
    if (node == nullptr || node->dialect != nullptr) break;
  }
  return node == nullptr ? nullptr : node->dialect;
}

Router::Match Router::find(Method method, std::string_view path) const {
  Match match;
  if (!path.starts_with('/')) return match;
  Descent descent{.parameters = match.parameters, .encoded = path.find('%') != std::string_view::npos};
  const Node* node = descent.to_end(root_, path.substr(1));
  if (node == nullptr) {
    match.dialect = owner(path);
    return match;
  }
  match.dialect = node->routes.front()->dialect;
  match.route = of_method(node->routes, method);
  if (match.route == nullptr) match.allowed = methods_of(node->routes);
  return match;
}

}  // namespace jeton::api::http
