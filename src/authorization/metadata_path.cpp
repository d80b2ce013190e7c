#include "authorization/metadata_path.hpp"

#include <charconv>
#include <cstdint>
#include <limits>

#include "base/strings.hpp"

namespace jeton::authorization {
namespace {

using base::json::Value;

// Digits only, as far as Java's int reaches.
std::optional<std::size_t> index_of(std::string_view digits) {
  std::int32_t index = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, code] = std::from_chars(digits.data(), end, index);
  if (code != std::errc{} || stop != end || digits.front() == '-') return std::nullopt;
  return static_cast<std::size_t>(index);
}

}  // namespace

MetadataPath::Segment MetadataPath::segment(std::string_view text) {
  const std::size_t open = text.find('[');
  if (open != std::string_view::npos && open != 0 && text.ends_with(']')) {
    if (const auto index = index_of(text.substr(open + 1, text.size() - open - 2))) {
      return {.name = std::string(text.substr(0, open)), .index = index};
    }
  }
  return {.name = std::string(text), .index = std::nullopt};
}

MetadataPath MetadataPath::parse(std::string_view text) {
  MetadataPath path;
  for (const std::string_view part : base::split(base::trim(text), '.')) path.segments_.push_back(segment(part));
  return path;
}

const Value* MetadataPath::find(const Value& metadata) const {
  const Value* current = &metadata;
  for (const Segment& segment : segments_) {
    current = current->member(segment.name);
    if (current == nullptr) return nullptr;
    if (!segment.index) continue;
    const auto* list = current->as<base::json::Array>();
    if (list == nullptr || *segment.index >= list->size()) return nullptr;
    current = &(*list)[*segment.index];
  }
  return current->is_null() ? nullptr : current;
}

}  // namespace jeton::authorization
