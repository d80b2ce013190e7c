#include "leases/providers/rabbitmq/role.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/json/types.hpp"
#include "base/strings.hpp"

namespace jeton::leases::rabbitmq {

base::Result<Role> read_role(std::string_view text, std::string_view vhost) {
  const auto value = base::json::parse(text);
  if (!value) return base::failure(value.error());
  const auto* members = value->as<base::json::Object>();
  if (members == nullptr)
    return base::failure(base::invalid(R"(expected {"configure":"…","write":"…","read":"…"}, regular expressions)"));
  Role role{.permissions = {}, .vhost = std::string(vhost)};
  const auto place_of = [&role](std::string_view name) -> std::string* {
    if (name == "configure") return &role.permissions.configure;
    if (name == "write") return &role.permissions.write;
    if (name == "read") return &role.permissions.read;
    return name == "vhost" ? &role.vhost : nullptr;
  };
  for (const auto& [name, given] : *members) {
    std::string* place = place_of(name);
    const auto* expression = given.as<std::string>();
    if (place == nullptr || expression == nullptr) {
      return base::failure(base::invalid(
          fmt::format("{} is not known, or no text; expected configure, write, read and vhost", base::shown(name))));
    }
    *place = *expression;
  }
  for (const std::string_view needed : {"configure", "write", "read"}) {
    if (value->member(needed) == nullptr)
      return base::failure(base::invalid(fmt::format("\"{}\" is missing; \"\" allows nothing", needed)));
  }
  return role;
}

}  // namespace jeton::leases::rabbitmq
