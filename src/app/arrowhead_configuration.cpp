#include "app/arrowhead_configuration.hpp"

#include <fmt/format.h>

#include "app/config/host_port.hpp"
#include "base/enum_text.hpp"

namespace jeton::app {
namespace {

template <class Unit>
std::string in(base::Duration duration) {
  return fmt::to_string(std::chrono::duration_cast<Unit>(duration).count());
}

std::string flag(bool value) {
  return value ? "true" : "false";
}

}  // namespace

base::json::Members<std::string> arrowhead_configuration(const config::Config& config) {
  const auto listener = config::parse_host_port(config.http.listen.front());
  return {{"server.address", listener ? listener->host : std::string{}},
          {"server.port", listener ? fmt::to_string(listener->port) : std::string("0")},
          {"domain.name", config.arrowhead.domain_name},
          {"authentication.policy", "declared"},
          {"enable.management.filter", flag(config.identity.management.filter)},
          {"management.policy", std::string(base::enum_text(config.identity.management.policy))},
          {"max.page.size", fmt::to_string(config.arrowhead.max_page_size)},
          {"normalization.mode", std::string(base::enum_text(config.arrowhead.normalization_mode))},
          {"token.max.age", in<std::chrono::minutes>(config.tokens.max_age)},
          {"token.time.limit", in<std::chrono::seconds>(config.tokens.time_limit)},
          {"simple.token.byte.size", fmt::to_string(config.tokens.simple_byte_size)},
          {"simple.token.usage.limit", fmt::to_string(config.tokens.simple_usage_limit)}};
}

}  // namespace jeton::app
