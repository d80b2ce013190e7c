// Requester validation, the first step of most operations (arrowhead-authorization 5). Pure.
#pragma once
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "model/names.hpp"

namespace jeton::api::arrowhead {

/// The caller's name, normalized: a view into `name` when it is right already, else into `buffer`. kInvalid when it is
/// blank or no valid system name: authentication believes names that operations cannot use (9.2).
base::Result<std::string_view> check_requester(std::string_view name, const model::Normalizer& names,
                                               std::string& buffer);

}  // namespace jeton::api::arrowhead
