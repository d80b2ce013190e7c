#include "api/mqtt/topics.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace jeton::api::mqtt {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kBaseTopics = {{
    {"generalManagement", "arrowhead/consumer-authorization/general/management/"},
    {"authorizationManagement", "arrowhead/consumer-authorization/authorization/management/"},
    {"authorizationTokenManagement", "arrowhead/consumer-authorization/authorization-token/management/"},
    {"authorization", "arrowhead/consumer-authorization/authorization/"},
    {"authorizationToken", "arrowhead/consumer-authorization/authorization-token/"},
}};

constexpr auto kServices = [] {
  std::array<std::string_view, kBaseTopics.size()> names{};
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = kBaseTopics[i].first;
  return names;
}();

}  // namespace

std::string_view base_topic(std::string_view service) {
  const auto* found = std::ranges::find(kBaseTopics, service, [](const auto& row) { return row.first; });
  return found == kBaseTopics.end() ? std::string_view{} : found->second;
}

std::span<const std::string_view> services() {
  return kServices;
}

std::string_view interface_template(bool tls) {
  return tls ? "generic_mqtts" : "generic_mqtt";
}

Topics::Topics(const http::Router& router) {
  for (std::size_t service = 0; service < kServices.size(); ++service) {
    for (const http::Route& route : router.routes()) {
      if (!route.documented || route.service != kServices[service]) continue;
      std::string topic = std::string(base_topic(route.service)) + route.operation;
      if (find(topic) != nullptr) continue;
      entries_.push_back({.topic = std::move(topic), .route = &route, .service = service, .index = entries_.size()});
    }
  }
}

const Topics::Entry* Topics::find(std::string_view topic) const {
  const auto found = std::ranges::find(entries_, topic, &Entry::topic);
  return found == entries_.end() ? nullptr : &*found;
}

std::string_view Topics::of(const http::Route* route) const {
  const auto found = std::ranges::find(entries_, route, &Entry::route);
  return found == entries_.end() ? std::string_view{} : std::string_view(found->topic);
}

}  // namespace jeton::api::mqtt
