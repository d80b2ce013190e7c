// What a neighbour's error answer means here (arrowhead-authorization 4.1, 4.2, 9.4).
#pragma once
#include <string>
#include <string_view>
#include <utility>

#include "base/error.hpp"

namespace jeton::cloud {

/// Why a question brought nothing that can be used.
struct Trouble {
  base::Error error;
  /// Whoever was asked says so itself, as the contract wants it. Else it was not reached, or somebody else may have
  /// answered: whatever stands before it, or listens where it was.
  bool own_word = false;
};

/// An answer that is none of the contract's.
inline base::Error unusable(std::string why) {
  return {base::ErrorCode::kExternalFault, std::move(why), {}};
}

/// `body` is what came with the status. An ErrorMessage keeps its kind and its sentence, cut to what a log line takes;
/// any other answer is kExternalFault, save 401 and 403, which speak for themselves, and 502 to 504, which are
/// kExternal.
Trouble error_of_answer(std::string_view neighbour, int status, std::string_view body);

}  // namespace jeton::cloud
