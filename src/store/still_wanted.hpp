// Whether anybody still waits for the outcome of a write.
#pragma once
#include <functional>

#include "base/result.hpp"

namespace jeton::store {

/// Asked before work that waited is begun, for a write on the commit thread; a failure is the outcome, and nothing is
/// written. May be asked several times.
using StillWanted = std::move_only_function<base::Status()>;

}  // namespace jeton::store
