// What OpenSSL left in this thread's error queue, as text. For the .cpp files of this module.
#pragma once
#include <string>
#include <string_view>

namespace jeton::crypto {

/// Takes the oldest reason out of the queue and empties it; "no reason given" when there is none.
std::string take_openssl_reason();

[[noreturn]] void throw_openssl_failure(std::string_view step);

/// For calls that fail only when the machine is broken (no memory, no entropy, a library built without the algorithm):
/// throws std::runtime_error naming `step`.
inline void require(bool succeeded, std::string_view step) {
  if (!succeeded) [[unlikely]]
    throw_openssl_failure(step);
}

}  // namespace jeton::crypto
