#include "app/cli/display_width.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace jeton::cli {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

// Unicode 15, coarse: whole blocks instead of single code points.
constexpr std::array kNoColumn = {Range{0x0300, 0x036F}, Range{0x200B, 0x200F}, Range{0x20D0, 0x20FF},
                                  Range{0xFE00, 0xFE0F}};
constexpr std::array kTwoColumns = {Range{0x1100, 0x115F},   Range{0x2E80, 0xA4CF},   Range{0xAC00, 0xD7A3},
                                    Range{0xF900, 0xFAFF},   Range{0xFE30, 0xFE6F},   Range{0xFF00, 0xFF60},
                                    Range{0xFFE0, 0xFFE6},   Range{0x1F300, 0x1F64F}, Range{0x1F680, 0x1F6FF},
                                    Range{0x1F900, 0x1F9FF}, Range{0x20000, 0x3FFFD}};

bool in(const auto& ranges, char32_t c) {
  return std::ranges::any_of(ranges, [c](const Range& range) { return c >= range.first && c <= range.last; });
}

struct Letter {
  char32_t code = 0;
  std::size_t bytes = 1;
  bool broken = true;
};

// The first letter of a text that is not empty; a byte that begins none counts as one broken letter.
Letter first_letter(std::string_view text) {
  const auto byte = static_cast<unsigned char>(text.front());
  if (byte < 0x80) return {byte, 1, false};
  const std::size_t bytes = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2;
  if (byte < 0xC2 || byte > 0xF4 || text.size() < bytes) return {};
  char32_t code = byte & (0xFFU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0U) != 0x80U) return {};
    code = (code << 6U) | (next & 0x3FU);
  }
  return {code, bytes, false};
}

}  // namespace

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const Letter letter = first_letter(text);
    width += in(kNoColumn, letter.code) ? 0U : in(kTwoColumns, letter.code) ? 2U : 1U;
    text.remove_prefix(letter.bytes);
  }
  return width;
}

std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const Letter letter = first_letter(text);
    const bool moves = letter.broken || letter.code < 0x20 || (letter.code >= 0x7F && letter.code < 0xA0) ||
                       (letter.code >= 0x202A && letter.code <= 0x202E) ||
                       (letter.code >= 0x2066 && letter.code <= 0x2069);
    if (!moves) {
      out += text.substr(0, letter.bytes);
    } else {
      for (const char c : text.substr(0, letter.bytes)) out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
    text.remove_prefix(letter.bytes);
  }
  return out;
}

}  // namespace jeton::cli
