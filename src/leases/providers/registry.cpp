#include "leases/providers/registry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <vector>

#include "base/strings.hpp"
#include "leases/providers/influxdb/provider.hpp"
#include "leases/providers/influxdb1/provider.hpp"
#include "leases/providers/postgresql/provider.hpp"
#include "leases/providers/rabbitmq/provider.hpp"
#include "leases/providers/redis/provider.hpp"
#include "leases/providers/settings_check.hpp"
#include "leases/providers/webhook/provider.hpp"

namespace jeton::leases {
namespace {

struct Type {
  std::string_view name;
  base::Result<std::unique_ptr<Provider>> (*make)(std::string_view, const ProviderSettings&, const base::Clock&);
  std::vector<std::string_view> uses;  ///< settings, beside those that all have
};

std::span<const Type> types() {
  static const std::array kTypes = {
      Type{"influxdb", make_influxdb, {"token", "org", "roles", "adopt", "ca", "certificate", "key"}},
      Type{"influxdb1", make_influxdb1, {"user", "password", "database", "roles", "ca", "certificate", "key"}},
      Type{"postgresql",
           make_postgresql,
           {"user", "password", "roles", "create", "revoke", "databases", "connection-limit", "ca", "certificate",
            "key"}},
      Type{"redis", make_redis, {"user", "password", "roles", "rules", "acl-persistence", "ca", "certificate", "key"}},
      Type{"rabbitmq", make_rabbitmq, {"user", "password", "vhost", "roles", "ca", "certificate", "key"}},
      Type{"webhook", make_webhook, {"token", "ca", "certificate", "key"}},
  };
  return kTypes;
}

base::Error unknown_type(std::string_view name, std::string_view type) {
  std::vector<std::string_view> names;
  for (const Type& known : types()) names.push_back(known.name);
  const auto near = base::nearest(type, names);
  const std::string hint = near ? fmt::format("did you mean {}? There are", base::shown(*near)) : "there are";
  return wrong_setting(
      name, "type",
      fmt::format("there is no type {} of provider; {} {}", base::shown(type), hint, fmt::join(names, ", ")));
}

}  // namespace

base::Result<std::unique_ptr<Provider>> make_provider(std::string_view name, const ProviderSettings& settings,
                                                      const base::Clock& clock) {
  const auto type = std::ranges::find(types(), settings.type, &Type::name);
  if (type == types().end()) return base::failure(unknown_type(name, settings.type));
  if (auto status = refuse_unused(name, settings, type->uses); !status) return base::failure(status.error());
  constexpr std::array<std::string_view, 1> kNeeded = {"url"};
  if (auto status = require_settings(name, settings, kNeeded); !status) return base::failure(status.error());
  return type->make(name, settings, clock);
}

}  // namespace jeton::leases
