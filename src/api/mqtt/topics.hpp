// Where each operation is asked for over MQTT (arrowhead-mqtt 4). Pure; made from the table of routes, which is the
// single source of operations.
#pragma once
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/http/router.hpp"

namespace jeton::api::mqtt {

/// "arrowhead/consumer-authorization/authorization-token/" of "authorizationToken"; empty for a service that is not
/// offered over MQTT.
std::string_view base_topic(std::string_view service);

/// The services offered over MQTT, in the order in which they are subscribed (3.3).
std::span<const std::string_view> services();

/// The interface template under which they are found (2).
std::string_view interface_template(bool tls);

/// An operation of another service that is offered over MQTT too.
struct AddedTopic {
  std::string service;
  std::string operation;
  std::string topic;
};

/// Letter case counts, as brokers have it.
class Topics {
 public:
  struct Entry {
    std::string topic;
    const http::Route* route = nullptr;
    std::size_t service = 0;  ///< its place among services(); added topics follow, each as a service of its own
    std::size_t index = 0;    ///< its place among all()
  };
  /// `router` has all its routes and outlives it. Of several routes of an operation the first that is documented
  /// counts. Of what is added, only operations that have a route.
  explicit Topics(const http::Router& router, std::span<const AddedTopic> added = {});

  /// In the order of services(), then what was added.
  const std::vector<Entry>& all() const { return entries_; }
  /// One more than the greatest Entry::service.
  std::size_t service_count() const { return service_count_; }
  /// Null: we do not ask for messages of that topic.
  const Entry* find(std::string_view topic) const;
  /// The topic of an operation; empty for a route that is not offered over MQTT.
  std::string_view of(const http::Route* route) const;

 private:
  void add(const http::Router& router, std::size_t place, std::string_view service,
           const std::function<std::string(const http::Route&)>& topic_of);

  std::vector<Entry> entries_;
  std::size_t service_count_ = 0;
};

}  // namespace jeton::api::mqtt
