// The mark by which credentials of ours are known wherever they are (token-lease 6): `lt_<tag>_<random>`.
#pragma once
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "base/strings.hpp"
#include "leases/provider.hpp"

namespace jeton::leases {

inline constexpr std::string_view kMark = "lt_";
inline constexpr std::size_t kLabelBytesMax = 63;

/// Whether it is a label of some installation of ours: the mark, a tag and a random part, [a-z0-9] in both. What is not
/// is never touched, whatever a record says.
inline bool is_label(std::string_view text) {
  const auto is_part = [](std::string_view part) {
    return !part.empty() &&
           std::ranges::all_of(part, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
  };
  const auto parts = base::split(text, '_');
  return text.size() <= kLabelBytesMax && text.starts_with(kMark) && parts.size() == 3 &&
         std::ranges::all_of(parts, is_part);
}

/// With what the labels of the installation `tag` begin.
inline std::string label_prefix(std::string_view tag) {
  return fmt::format("{}{}_", kMark, tag);
}

/// A credential that is called by its label.
inline Found found_by_label(std::string_view label) {
  return {.handle = {.label = std::string(label), .external_id = std::string(label), .data = "{}"}, .earlier = {}};
}

}  // namespace jeton::leases
