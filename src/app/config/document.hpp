// A YAML file as a tree with line numbers, made safe: bounded in size, depth and count, without anchors, aliases and
// tags. yaml-cpp stays inside the .cpp.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace jeton::config {

inline constexpr std::size_t kFileBytesMax = 1024 * 1024;
inline constexpr std::size_t kDepthMax = 16;
inline constexpr std::size_t kNodesMax = 20'000;

enum class NodeKind : std::uint8_t { kNull, kScalar, kList, kMap };

struct Member;

struct Node {
  NodeKind kind = NodeKind::kNull;
  std::size_t line = 0;         ///< counts from 1; for a value, where it begins
  std::string text;             ///< of a scalar
  std::vector<Node> items;      ///< of a list
  std::vector<Member> members;  ///< of a map, in file order; no key twice
};

struct Member {
  std::string key;
  std::size_t line = 0;
  Node value;
};

/// Something wrong at a line; `key` is the path it is about, or empty.
struct Finding {
  std::size_t line = 0;
  std::string key;
  std::string message;
};

struct Document {
  Node root;                      ///< kNull for an empty file; otherwise a map
  std::vector<Finding> findings;  ///< what makes the file unusable or ambiguous; never holds a value from the file
};

/// Reads one document. Stops at what makes the rest unreadable; a key given twice is found and the first one kept.
Document read_document(std::string_view text);

}  // namespace jeton::config
