// Any bytes as answers of a Redis server: the parser must refuse or read them within its limits, and do the same
// however they are cut. The first byte says into pieces of which size.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "net/redis/resp.hpp"

namespace {

namespace redis = jeton::net::redis;

constexpr redis::ValueLimits kLimits{.depth_max = 4, .items_max = 64, .bytes_max = 4096, .line_bytes_max = 256};

struct Read {
  std::vector<redis::Value> values;
  bool failed = false;
};

Read read(std::string_view bytes, std::size_t step) {
  Read out;
  redis::Parser parser(kLimits);
  for (std::size_t at = 0; at < bytes.size() && !out.failed; at += step) {
    parser.feed(bytes.substr(at, step));
    for (;;) {
      auto value = parser.next();
      out.failed = !value;
      if (!value || !*value) break;
      out.values.push_back(**std::move(value));
    }
  }
  if (out.failed && parser.next()) std::abort();
  return out;
}

std::size_t check(const redis::Value& value, std::size_t depth) {
  if (depth > kLimits.depth_max) std::abort();
  if (value.text.size() > kLimits.bytes_max) std::abort();
  if (value.kind == redis::Value::Kind::kMap && value.items.size() % 2 != 0) std::abort();
  std::size_t count = 1;
  for (const redis::Value& item : value.items) count += check(item, depth + 1);
  return count;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Read whole = read(bytes, bytes.size() + 1);
  const Read pieces = read(bytes, 1U + data[0]);
  for (const redis::Value& value : whole.values) {
    if (check(value, 0) > kLimits.items_max) std::abort();
  }
  if (whole.values != pieces.values || whole.failed != pieces.failed) std::abort();

  std::string command;
  const std::vector<std::string> words = {std::string(bytes), "and"};
  redis::append_command(command, words);
  redis::Parser parser;
  parser.feed(command);
  const auto back = parser.next();
  if (!back || !*back || (*back)->items.size() != 2 || (*back)->items[0].text != bytes) std::abort();
  return 0;
}
