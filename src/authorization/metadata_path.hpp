// Where in a system's metadata a condition looks: "site.tags[1]" (arrowhead-authorization 7.2). Pure.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json/types.hpp"

namespace jeton::authorization {

class MetadataPath {
 public:
  /// Any text is a path. Segments are separated by dots, the whole is trimmed. "name[3]" takes an element of a list;
  /// brackets that are empty, hold anything but digits or more than 31 bits, come twice, follow no name or do not end
  /// the segment belong to the name.
  static MetadataPath parse(std::string_view text);

  /// The value at the path, inside `metadata`; null when there is none or it is JSON null.
  const base::json::Value* find(const base::json::Value& metadata) const;

 private:
  struct Segment {
    std::string name;
    std::optional<std::size_t> index;
  };
  static Segment segment(std::string_view text);

  std::vector<Segment> segments_;
};

}  // namespace jeton::authorization
