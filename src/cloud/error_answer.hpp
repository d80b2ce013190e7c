// What a neighbour's error answer means here (arrowhead-authorization 4.1, 4.2, 9.4).
#pragma once
#include <string_view>

#include "base/error.hpp"

namespace jeton::cloud {

/// `body` is what came with the status. An ErrorMessage keeps its kind and its sentence, cut to what a log line takes;
/// any other answer is kInternal, save 401 and 403, which speak for themselves.
base::Error error_of_answer(std::string_view neighbour, int status, std::string_view body);

}  // namespace jeton::cloud
