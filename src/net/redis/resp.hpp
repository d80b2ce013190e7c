// The Redis serialization protocol, versions 2 and 3 (redis.io, "RESP protocol spec"). Pure: bytes in, values out.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace jeton::net::redis {

/// One answer, or a part of it. Which forms the server chose for a text, a list or a null is not kept.
struct Value {
  enum class Kind : std::uint8_t {
    kNull,
    kText,   ///< simple, bulk or verbatim, the latter without its format
    kError,  ///< `text` begins with the server's word for it: "WRONGPASS invalid username-password pair …"
    kInteger,
    kNumber,   ///< a floating point or big number, as it was written, in `text`
    kBoolean,  ///< `integer` is 0 or 1
    kList,     ///< array or set
    kMap,      ///< keys and values by turns
    kPush,     ///< out of band: belongs to no command
  };
  Kind kind = Kind::kNull;
  std::string text;
  std::int64_t integer = 0;
  std::vector<Value> items;

  bool is_error() const { return kind == Kind::kError; }
  /// The machine word of an error, "ERR" in most cases; empty for everything else.
  std::string_view error_word() const;

  bool operator==(const Value&) const = default;
};

/// Past any of these an answer is refused, however little of it has arrived.
struct ValueLimits {
  std::size_t depth_max = 16;
  std::size_t items_max = 4'000'000;            ///< on all levels together
  std::size_t bytes_max = 256UL * 1024 * 1024;  ///< of one answer
  std::size_t line_bytes_max = 64UL * 1024;     ///< of what is not counted in advance: errors, numbers, simple texts
};

/// Takes the bytes of a connection as they come. One thread.
class Parser {
 public:
  explicit Parser(const ValueLimits& limits = {}) : limits_(limits) {}

  void feed(std::string_view bytes) { buffer_ += bytes; }
  /// The next complete value; absent: more bytes are needed. kInvalid: this is no such protocol, or past a limit;
  /// nothing comes after it. Attributes (RESP3) are read and left out.
  base::Result<std::optional<Value>> next();
  /// Whether a value has begun, or is there and was not asked for.
  bool holds_bytes() const { return at_ < buffer_.size() || !open_.empty(); }

 private:
  struct Open {
    Value value;
    std::size_t missing = 0;
    bool attribute = false;
  };
  /// One step through what has arrived.
  enum class Step : std::uint8_t { kMore, kNeedsBytes, kWhole, kFailed };

  Step step();
  Step begin(char type, std::string_view rest);
  Step begin_bulk(char type, std::string_view rest);
  Step begin_items(char type, std::string_view rest);
  Step take_bulk();
  Step add(Value value);
  Step fail(std::string_view why);
  std::optional<std::string_view> line();
  std::optional<std::int64_t> length(std::string_view digits, std::size_t most);
  void forget_read_bytes();

  const ValueLimits limits_;
  std::string buffer_;
  std::size_t at_ = 0;        // in buffer_: what has not been read
  std::size_t searched_ = 0;  // in buffer_: no line ends before
  std::size_t taken_ = 0;     // bytes of the value that has begun
  std::size_t items_ = 0;     // the same
  struct Bulk {
    char type = '$';
    std::size_t bytes = 0;
  };
  std::optional<Bulk> bulk_;  // announced
  std::vector<Open> open_;    // lists that have begun, the innermost last
  std::optional<Value> whole_;
  std::string failure_;
};

/// Appends a command as the server reads it: a list of its words.
void append_command(std::string& out, std::span<const std::string> words);

}  // namespace jeton::net::redis
