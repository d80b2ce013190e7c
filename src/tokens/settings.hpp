// What the operator decides about tokens: the section `tokens` of the configuration, which has the defaults.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.hpp"

namespace jeton::tokens {

struct Settings {
  base::Duration time_limit{};                   ///< of time-limited and self-contained tokens that ask for none
  base::Duration max_age{};                      ///< after which every token ends
  std::int64_t simple_usage_limit = 0;           ///< of usage-limited tokens that ask for none
  std::size_t simple_byte_size = 0;              ///< random bytes of a simple token; below 16 none is made (8.2)
  std::vector<std::string> unbounded_whitelist;  ///< who may generate without asking the policies, in any spelling
  base::Duration cleaner_interval{};
};

}  // namespace jeton::tokens
