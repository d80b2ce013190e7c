// What a provider says about its trouble, fit to be kept, shown and logged.
#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/secret.hpp"

namespace jeton::leases {

inline constexpr std::size_t kProblemBytesMax = 240;

/// On one line, in UTF-8, at most kProblemBytesMax bytes, and without the secrets: services echo what they were asked.
std::string problem_text(std::string_view text, std::span<const base::Secret> secrets);

}  // namespace jeton::leases
