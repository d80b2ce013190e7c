#include "model/policy.hpp"

#include <fmt/format.h>

namespace jeton::model {

std::string instance_id(PolicyLevel level, const PolicyTarget& target) {
  // The provider level's prefix is not its literal (2.6).
  const std::string_view prefix = level == PolicyLevel::kManagement ? "MGMT" : "PR";
  return fmt::format("{}|{}|{}|{}|{}", prefix, target.cloud, target.provider, base::enum_text(target.target_type),
                     target.target);
}

}  // namespace jeton::model
