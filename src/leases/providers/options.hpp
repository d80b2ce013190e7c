// Reading the role and the options of a request, in the same words for every type of provider.
#pragma once
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json/types.hpp"
#include "base/result.hpp"

namespace jeton::leases {

/// The option of that name; null when there is none, or it is null.
const base::json::Value* find_option(const base::json::Object& options, std::string_view name);

/// kInvalid, at the option, for the first that is none of `known`.
base::Status only_options(const base::json::Object& options, std::span<const std::string_view> known);

base::Error unknown_role(std::string_view role, std::span<const std::string_view> roles);

/// What a role gives. kInvalid, at "role", when there is none of that name, or none is asked for.
template <class T>
base::Result<const T*> find_role(const std::map<std::string, T>& roles, std::string_view role) {
  if (const auto found = roles.find(std::string(role)); found != roles.end()) return &found->second;
  std::vector<std::string_view> names;
  names.reserve(roles.size());
  for (const auto& [name, gives] : roles) names.push_back(name);
  return base::failure(unknown_role(role, names));
}

}  // namespace jeton::leases
