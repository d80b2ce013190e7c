// Query parameters that hold a list (arrowhead-authorization 1.3).
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/http/call.hpp"
#include "base/result.hpp"

namespace jeton::api::arrowhead {

/// The values of a list parameter: several occurrences are one value each, a single one is split at its commas; nullopt
/// when it is absent. kInvalid when a value is not percent-encoded UTF-8.
base::Result<std::optional<std::vector<std::string>>> query_list(const http::Call& call, std::string_view name);

}  // namespace jeton::api::arrowhead
