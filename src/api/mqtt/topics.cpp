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

// An empty topic: it is not offered.
void Topics::add(const http::Router& router, std::size_t place, std::string_view service,
                 const std::function<std::string(const http::Route&)>& topic_of) {
  for (const http::Route& route : router.routes()) {
    if (!route.documented || route.service != service) continue;
    std::string topic = topic_of(route);
    if (topic.empty() || find(topic) != nullptr) continue;
    entries_.push_back({.topic = std::move(topic), .route = &route, .service = place, .index = entries_.size()});
  }
  service_count_ = std::max(service_count_, place + 1);
}

Topics::Topics(const http::Router& router, std::span<const AddedTopic> added) {
  for (std::size_t place = 0; place < kServices.size(); ++place) {
    add(router, place, kServices[place],
        [](const http::Route& route) { return std::string(base_topic(route.service)) + route.operation; });
  }
  for (const AddedTopic& other : added) {
    add(router, service_count_, other.service, [&other](const http::Route& route) {
      return route.operation == other.operation ? other.topic : std::string{};
    });
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
