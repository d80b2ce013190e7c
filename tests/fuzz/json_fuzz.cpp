// Any text into the JSON reader: it refuses or reads, and what it reads it can write and read again, the same.
#include <cstdlib>
#include <string_view>

#include "base/json/reader.hpp"
#include "base/json/writer.hpp"

namespace {

namespace json = jeton::base::json;

struct Inner {
  std::optional<std::string> text;
  std::optional<std::int64_t> number;
  std::optional<json::Raw> raw;
};
BOOST_DESCRIBE_STRUCT(Inner, (), (text, number, raw))

struct Outer {
  std::optional<std::string_view> view;
  std::optional<std::vector<std::optional<Inner>>> list;
  std::optional<json::Members<Inner>> members;
  std::optional<bool> flag;
  std::optional<jeton::base::Instant> at;
};
BOOST_DESCRIBE_STRUCT(Outer, (), (view, list, members, flag, at))

void check(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto value = json::parse(text)) {
    const std::string written = json::write(*value);
    const auto again = json::parse(written);
    check(again.has_value());
    check(json::write(*again) == written);
  }
  if (const auto raw = json::read_unpadded<Inner>(text); raw && raw->raw)
    check(json::parse(raw->raw->text).has_value());
  if (const auto outer = json::read_unpadded<Outer>(text)) {
    const std::string written = json::write(*outer);
    const auto again = json::read_unpadded<Outer>(written);
    check(again.has_value());
    check(json::write(*again) == written);
  }
  return 0;
}
