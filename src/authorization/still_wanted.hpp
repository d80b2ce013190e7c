// Whether anybody still waits for the outcome of a write.
#pragma once
#include <functional>

#include "base/result.hpp"

namespace jeton::authorization {

/// Asked on the commit thread before a write begins; a failure is its outcome, and nothing is written. May be asked twice.
using StillWanted = std::move_only_function<base::Status()>;

}  // namespace jeton::authorization
