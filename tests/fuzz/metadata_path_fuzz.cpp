// Input: a path, a line feed, then metadata. Whatever the path, it ends inside the metadata and never at a null.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "authorization/metadata_path.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  const std::size_t line = text.find('\n');
  const auto path = jeton::authorization::MetadataPath::parse(std::string_view(text).substr(0, line));
  const auto metadata =
      jeton::base::json::parse(line == std::string::npos ? "{}" : std::string_view(text).substr(line + 1));
  if (!metadata) return 0;
  const auto* found = path.find(*metadata);
  if (found != nullptr && (found->is_null() || metadata->as<jeton::base::json::Object>() == nullptr)) std::abort();
  return 0;
}
