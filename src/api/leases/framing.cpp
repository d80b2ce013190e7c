#include "api/leases/framing.hpp"

#include <cstdint>

#include "base/strings.hpp"

namespace jeton::api::leases {
namespace {

constexpr unsigned kBitsAByte = 7;
constexpr unsigned kMore = 0x80;
constexpr unsigned kLengthBits = 64;

}  // namespace

std::optional<std::string_view> read_bare_string(std::string_view bytes) {
  std::uint64_t length = 0;
  for (unsigned shift = 0; shift < kLengthBits; shift += kBitsAByte) {
    if (bytes.empty()) return std::nullopt;
    const std::uint64_t byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    const std::uint64_t bits = byte & (kMore - 1);
    if ((bits << shift) >> shift != bits) return std::nullopt;
    length |= bits << shift;
    if ((byte & kMore) != 0) continue;
    if (length > bytes.size()) return std::nullopt;
    const std::string_view text = bytes.substr(0, length);
    return base::is_utf8(text) ? std::optional(text) : std::nullopt;
  }
  return std::nullopt;
}

void append_bare_string(std::string& out, std::string_view text) {
  for (std::size_t length = text.size();;) {
    const auto bits = static_cast<unsigned>(length % kMore);
    length /= kMore;
    out += static_cast<char>(length == 0 ? bits : bits | kMore);
    if (length == 0) break;
  }
  out += text;
}

}  // namespace jeton::api::leases
