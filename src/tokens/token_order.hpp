// What a client asks for when it wants a token. All names normalized and valid.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "model/token.hpp"
#include "store/still_wanted.hpp"

namespace jeton::tokens {

struct TokenOrder {
  model::TokenVariant variant =
      model::TokenVariant::kTimeLimited;  ///< one that is issued here (arrowhead-authorization 5.5)
  std::string cloud;
  std::string consumer;
  std::string provider;
  model::TargetType target_type = model::TargetType::kServiceDefinition;
  std::string target;
  std::string scope;                        ///< empty: none
  std::optional<base::Instant> expires_at;  ///< absent: tokens.time-limit; not used for usage-limited tokens
  std::optional<std::int64_t> usage_limit;  ///< absent: tokens.simple-usage-limit; used for usage-limited tokens only
};

}  // namespace jeton::tokens
