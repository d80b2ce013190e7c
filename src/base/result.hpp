// Result<T>: a value or an Error. Expected failures travel this way; exceptions mean the machine broke.
#pragma once
#include <expected>
#include <utility>

#include "base/error.hpp"

namespace jeton::base {

template <class T>
using Result = std::expected<T, Error>;

using Status = Result<void>;

/// Shorthand for returning a failure: `return failure(invalid("…"));`
inline std::unexpected<Error> failure(Error error) {
  return std::unexpected<Error>(std::move(error));
}

}  // namespace jeton::base
