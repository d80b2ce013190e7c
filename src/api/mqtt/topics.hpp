// Where each operation is asked for over MQTT (arrowhead-mqtt 4). Pure; made from the table of routes, which is the
// single source of operations.
#pragma once
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

/// Letter case counts, as brokers have it.
class Topics {
 public:
  struct Entry {
    std::string topic;
    const http::Route* route = nullptr;
    std::size_t service = 0;  ///< its place among services()
    std::size_t index = 0;    ///< its place among all()
  };
  /// `router` has all its routes and outlives it. Of several routes of an operation the first that is documented
  /// counts.
  explicit Topics(const http::Router& router);

  /// In the order of services().
  const std::vector<Entry>& all() const { return entries_; }
  /// Null: we do not ask for messages of that topic.
  const Entry* find(std::string_view topic) const;
  /// The topic of an operation; empty for a route that is not offered over MQTT.
  std::string_view of(const http::Route* route) const;

 private:
  std::vector<Entry> entries_;
};

}  // namespace jeton::api::mqtt
