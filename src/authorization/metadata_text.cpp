#include "authorization/metadata_text.hpp"

#include <algorithm>

namespace jeton::authorization {
namespace {

constexpr bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
}

// Latin Extended-A holds pairs of capital and small letter; in two stretches the capital is the odd one.
constexpr unsigned fold_latin_extended(unsigned code) {
  if (code == 0x130 || code == 0x131 || code == 0x138 || code == 0x149 || code == 0x17f) return code;
  if (code == 0x178) return 0xff;
  const bool odd_capital = (code >= 0x139 && code <= 0x148) || code >= 0x179;
  return (code % 2 == 1) == odd_capital ? code + 1 : code;
}

// Code points of two bytes in UTF-8: U+0080 to U+07FF. Their folded forms are of two bytes, too.
constexpr unsigned fold_two_bytes(unsigned code) {
  if (code >= 0xc0 && code <= 0xde && code != 0xd7) return code + 0x20;
  if (code >= 0x100 && code <= 0x17f) return fold_latin_extended(code);
  if (code == 0x386) return 0x3ac;
  if (code >= 0x388 && code <= 0x38a) return code + 37;
  if (code == 0x38c) return 0x3cc;
  if (code == 0x38e || code == 0x38f) return code + 63;
  if (code >= 0x391 && code <= 0x3ab && code != 0x3a2) return code + 0x20;
  if (code == 0x3c2) return 0x3c3;
  if (code >= 0x400 && code <= 0x40f) return code + 0x50;
  if (code >= 0x410 && code <= 0x42f) return code + 0x20;
  return code;
}

}  // namespace

std::string fold_case(std::string_view text) {
  std::string out(text);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto byte = static_cast<unsigned char>(out[i]);
    if (byte >= 'A' && byte <= 'Z') {
      out[i] = static_cast<char>(byte - 'A' + 'a');
    } else if (byte >= 0xc2 && byte <= 0xdf && i + 1 < out.size() && is_continuation(out[i + 1])) {
      const unsigned low = static_cast<unsigned char>(out[i + 1]) & 0x3fU;
      const unsigned code = fold_two_bytes((byte & 0x1fU) << 6U | low);
      out[i] = static_cast<char>(0xc0U | code >> 6U);
      out[++i] = static_cast<char>(0x80U | (code & 0x3fU));
    }
  }
  return out;
}

std::size_t utf16_length(std::string_view text) {
  const auto units = [](char c) { return is_continuation(c) ? 0U : static_cast<unsigned char>(c) >= 0xf0 ? 2U : 1U; };
  std::size_t length = 0;
  for (const char c : text) length += units(c);
  return length;
}

}  // namespace jeton::authorization
