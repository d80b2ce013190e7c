#include "crypto/openssl_error.hpp"

#include <openssl/err.h>

#include <stdexcept>

namespace jeton::crypto {

std::string take_openssl_reason() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  return reason == nullptr ? "no reason given" : reason;
}

void throw_openssl_failure(std::string_view step) {
  throw std::runtime_error(fmt::format("OpenSSL cannot {}: {}", step, take_openssl_reason()));
}

}  // namespace jeton::crypto
