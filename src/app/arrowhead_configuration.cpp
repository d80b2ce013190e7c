#include "app/arrowhead_configuration.hpp"

#include <fmt/format.h>

#include <array>
#include <stdexcept>

#include "app/config/host_port.hpp"
#include "app/config/table.hpp"

namespace jeton::app {
namespace {

// A key of ours that is told under its original name; `unit` is what the original counts a duration in.
struct Told {
  std::string_view path;
  base::Duration unit{};
};
constexpr std::array<Told, 13> kTold = {{{"arrowhead.domain-name"},
                                         {"identity.policy"},
                                         {"identity.management.filter"},
                                         {"identity.management.policy"},
                                         {"identity.blacklist.filter"},
                                         {"identity.blacklist.force"},
                                         {"arrowhead.max-page-size"},
                                         {"arrowhead.normalization-mode"},
                                         {"arrowhead.mqtt.enabled"},
                                         {"tokens.max-age", std::chrono::minutes{1}},
                                         {"tokens.time-limit", std::chrono::seconds{1}},
                                         {"tokens.simple-byte-size"},
                                         {"tokens.simple-usage-limit"}}};

struct Writer {
  const config::Config& config;
  base::Duration unit;

  std::string operator()(const config::Boolean& field) const { return field.place.of(config) ? "true" : "false"; }
  std::string operator()(const config::Integer& field) const { return fmt::to_string(field.place.of(config)); }
  std::string operator()(const config::Span& field) const { return fmt::to_string(field.place.of(config) / unit); }
  std::string operator()(const config::Text& field) const { return field.place.of(config); }
  std::string operator()(const config::Choice& field) const { return std::string(field.names[field.get(config)]); }
  template <class Other>
  std::string operator()(const Other& /*field*/) const {
    throw std::logic_error("get-config tells no keys of this type");
  }
};

}  // namespace

base::json::Members<std::string> arrowhead_configuration(const config::Config& config) {
  const auto listener = config::parse_host_port(config.http.listen.front());
  base::json::Members<std::string> told = {
      {"server.address", listener ? listener->host : std::string{}},
      {"server.port", listener ? fmt::to_string(listener->port) : std::string("0")}};
  for (const auto& [path, unit] : kTold) {
    const config::Row* row = config::find_row(path);
    told.emplace_back(std::string(row->original), std::visit(Writer{config, unit}, row->field));
  }
  return told;
}

}  // namespace jeton::app
