// Policy instance ids as clients send them: "PR|LOCAL|PumpStation|SERVICE_DEF|flowRate" (arrowhead-authorization 2.5).
// Pure.
#pragma once
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "model/names.hpp"
#include "model/policy.hpp"

namespace jeton::authorization {

/// Which policy set an id names. Its owner is target.provider.
struct InstanceId {
  model::PolicyLevel level = model::PolicyLevel::kProvider;
  model::PolicyTarget target;

  bool operator==(const InstanceId&) const = default;
};

/// Normalizes and validates. kInvalid names the id and the part that is wrong, with `where` as Error::where. Too few
/// parts and more than six are kInvalid alike, a blank id too; empty parts at the end are ignored.
base::Result<InstanceId> parse_instance_id(std::string_view text, const model::Normalizer& names,
                                           std::string_view where = {});

}  // namespace jeton::authorization
