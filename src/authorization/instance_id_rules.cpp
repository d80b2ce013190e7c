#include "authorization/instance_id_rules.hpp"

#include <fmt/format.h>

#include <optional>
#include <vector>

#include "base/limits.hpp"
#include "base/strings.hpp"

namespace jeton::authorization {
namespace {

using base::failure;
using base::Result;
using base::shown;
using base::limits::kInstanceIdCharactersMax;
using model::PolicyLevel;
using model::TargetType;

constexpr std::size_t kLocalParts = 5;
constexpr std::size_t kForeignParts = 6;

// Only the prefixes count; PROVIDER, the level's literal elsewhere, is none.
std::optional<PolicyLevel> level_of(std::string_view part) {
  if (part == "PR") return PolicyLevel::kProvider;
  if (part == "MGMT") return PolicyLevel::kManagement;
  return std::nullopt;
}

// At most one part more than the longest form has: enough to see that there are too many.
std::vector<std::string_view> parts_of(std::string_view text) {
  while (text.ends_with('|')) text.remove_suffix(1);
  std::vector<std::string_view> parts;
  parts.reserve(kForeignParts + 1);
  for (std::size_t start = 0; parts.size() <= kForeignParts;) {
    const std::size_t pipe = text.find('|', start);
    parts.push_back(text.substr(start, pipe - start));
    if (pipe == std::string_view::npos) break;
    start = pipe + 1;
  }
  return parts;
}

bool is_local(const std::vector<std::string_view>& parts) {
  return parts.size() == kLocalParts && base::equals_ignoring_case(base::trim(parts[1]), model::kLocalCloud);
}

Result<InstanceId> read(const std::vector<std::string_view>& parts, const model::Normalizer& names) {
  const bool local = is_local(parts);
  if (!local && parts.size() != kForeignParts) {
    return failure(
        base::invalid(fmt::format("{} parts joined by | are there; five with LOCAL as the second are right, or six "
                                  "with a foreign cloud's two names",
                                  parts.size() > kForeignParts ? "too many" : "too few")));
  }
  const std::string prefix = base::to_upper(base::trim(parts[0]));
  const auto level = level_of(prefix);
  if (!level) return failure(base::invalid(fmt::format("{} is no level prefix: PR and MGMT are", shown(prefix))));

  const std::size_t provider = local ? 2 : 3;
  const std::string type_text = base::to_upper(base::trim(parts[provider + 1]));
  const auto type = base::enum_from<TargetType>(type_text);
  if (!type) {
    return failure(
        base::invalid(fmt::format("{} is no target type: {} are", shown(type_text), base::enum_choices<TargetType>())));
  }
  InstanceId id{.level = *level,
                .target = {.cloud = local ? std::string(model::kLocalCloud)
                                          : names.system(parts[1]) + '|' + names.system(parts[2]),
                           .provider = names.system(parts[provider]),
                           .target_type = *type,
                           .target = names.target(*type, parts[provider + 2])}};
  if (const auto ok = model::validate_cloud(id.target.cloud); !ok) return failure(ok.error());
  if (const auto ok = model::validate_system(id.target.provider); !ok) return failure(ok.error());
  if (const auto ok = model::validate_target(*type, id.target.target); !ok) return failure(ok.error());
  return id;
}

}  // namespace

Result<InstanceId> parse_instance_id(std::string_view text, const model::Normalizer& names, std::string_view where) {
  // Valid parts add up to less than the contract's limit; a text past it can only be one whose white space is worth no
  // look.
  if (text.size() > kInstanceIdCharactersMax) {
    return failure(base::invalid(
        fmt::format("the policy instance id {} has more than {} characters", shown(text), kInstanceIdCharactersMax),
        std::string(where)));
  }
  auto id = read(parts_of(text), names);
  if (id) return id;
  return failure(base::invalid(fmt::format("{} is not a valid policy instance id: {}", shown(text), id.error().message),
                               std::string(where)));
}

}  // namespace jeton::authorization
