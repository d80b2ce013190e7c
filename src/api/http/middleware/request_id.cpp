#include "api/http/middleware/request_id.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "base/limits.hpp"
#include "crypto/random.hpp"

namespace jeton::api::http::middleware {
namespace {

constexpr std::string_view kDigits = "0123456789abcdefghijkmnopqrstuvwxyz";  // without l, which reads as 1
// Fits the small-string buffer: no allocation a request.
constexpr std::size_t kFreshIdCharacters = 15;

constexpr bool is_sane(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-._:/+=@").find(c) != std::string_view::npos;
}

// A random start per thread, then counting: unique without a shared counter.
std::uint64_t next_number() {
  thread_local std::uint64_t number = [] {
    std::array<std::uint8_t, 8> bytes{};
    crypto::fill_random(bytes);
    std::uint64_t start = 0;
    for (const std::uint8_t byte : bytes) start = (start << 8U) | byte;
    return start;
  }();
  // An odd stride permutes all 64-bit numbers, so neighbours do not look alike.
  number += 0x9e3779b97f4a7c15ULL;
  return number;
}

}  // namespace

bool is_sane_request_id(std::string_view id) {
  return !id.empty() && id.size() <= base::limits::kRequestIdBytesMax && std::ranges::all_of(id, is_sane);
}

std::string request_id(std::string_view presented) {
  if (is_sane_request_id(presented)) return std::string(presented);
  std::uint64_t number = next_number();
  std::string id(kFreshIdCharacters, '0');
  for (char& c : id) {
    c = kDigits[number % kDigits.size()];
    number /= kDigits.size();
  }
  return id;
}

}  // namespace jeton::api::http::middleware
