#include "leases/providers/options.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.hpp"

namespace jeton::leases {

const base::json::Value* find_option(const base::json::Object& options, std::string_view name) {
  const auto found = std::ranges::find(options, name, &base::json::Object::value_type::first);
  return found == options.end() || found->second.is_null() ? nullptr : &found->second;
}

base::Status only_options(const base::json::Object& options, std::span<const std::string_view> known) {
  for (const auto& [name, value] : options) {
    if (std::ranges::find(known, name) != known.end()) continue;
    const std::string what =
        known.empty() ? "this provider takes none but ttl" : fmt::format("expected {}", fmt::join(known, ", "));
    return base::failure(base::invalid(fmt::format("there is no option {}; {}", base::shown(name), what), "options"));
  }
  return {};
}

base::Error unknown_role(std::string_view role, std::span<const std::string_view> roles) {
  if (roles.empty()) return base::invalid("this provider has no roles, and gives nothing without one", "role");
  if (role.empty()) return base::invalid(fmt::format("a role is needed: {}", fmt::join(roles, ", ")), "role");
  const auto near = base::nearest(role, roles);
  return base::invalid(near
                           ? fmt::format("there is no role {}; did you mean {}?", base::shown(role), base::shown(*near))
                           : fmt::format("there is no role {}; expected {}", base::shown(role), fmt::join(roles, ", ")),
                       "role");
}

}  // namespace jeton::leases
