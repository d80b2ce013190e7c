#include "api/leases/cbor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "base/limits.hpp"
#include "base/strings.hpp"

namespace jeton::api::leases::cbor {
namespace {

namespace json = base::json;
namespace limits = base::limits;
using base::failure;
using base::invalid;
using base::Result;
using json::Value;

// RFC 8949 3: the upper three bits of the first byte, and the lower five.
enum class Major : std::uint8_t { kUnsigned, kNegative, kBytes, kText, kArray, kMap, kTag, kOther };
constexpr unsigned kMajorShift = 5;
constexpr std::uint8_t kInfoMask = 0x1f;
constexpr std::uint8_t kOneByte = 24;  // and 25, 26, 27 for two, four and eight
constexpr std::uint8_t kEightBytes = 27;
constexpr std::uint8_t kIndefinite = 31;
constexpr std::uint8_t kFalse = 20;
constexpr std::uint8_t kTrue = 21;
constexpr std::uint8_t kNull = 22;
constexpr std::uint8_t kUndefined = 23;
constexpr std::uint8_t kHalf = 25;
constexpr std::uint8_t kSingle = 26;
constexpr std::uint8_t kDouble = 27;
constexpr char kBreak = '\xff';

void append_head(std::string& out, Major major, std::uint64_t argument) {
  const auto first = static_cast<std::uint8_t>(static_cast<unsigned>(major) << kMajorShift);
  if (argument < kOneByte) {
    out += static_cast<char>(first | argument);
    return;
  }
  std::uint8_t info = kOneByte;
  for (unsigned bits = 8; info < kEightBytes && (argument >> bits) != 0; bits *= 2) ++info;
  out += static_cast<char>(first | info);
  for (unsigned bytes = 1U << (info - kOneByte); bytes > 0; --bytes)
    out += static_cast<char>((argument >> (8 * (bytes - 1))) & 0xffU);
}

struct Head {
  Major major = Major::kUnsigned;
  std::uint8_t info = 0;
  std::uint64_t argument = 0;
};

// RFC 8949 appendix D.
double half_to_double(std::uint64_t bits) {
  const auto exponent = static_cast<int>((bits >> 10U) & 0x1fU);
  const auto mantissa = static_cast<double>(bits & 0x3ffU);
  double value = 0;
  if (exponent == 0) {
    value = std::ldexp(mantissa, -24);
  } else if (exponent != 31) {
    value = std::ldexp(mantissa + 1024, exponent - 25);
  } else {
    value = mantissa == 0 ? std::numeric_limits<double>::infinity() : std::numeric_limits<double>::quiet_NaN();
  }
  return (bits & 0x8000U) != 0 ? -value : value;
}

class Decoder {
 public:
  explicit Decoder(std::string_view bytes) : rest_(bytes) {}

  Result<Value> document() {
    auto value = item();
    if (value && !rest_.empty()) return failure(invalid("invalid CBOR: there is something behind the end"));
    return value;
  }

 private:
  static base::Error cut_short() { return invalid("invalid CBOR: it ends inside an item"); }
  static base::Error unfit(std::string_view what) { return invalid(fmt::format("a request in CBOR has no {}", what)); }

  Result<Head> head() {
    if (rest_.empty()) return failure(cut_short());
    const auto first = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    Head head{static_cast<Major>(first >> kMajorShift), static_cast<std::uint8_t>(first & kInfoMask), 0};
    if (head.info < kOneByte) {
      head.argument = head.info;
    } else if (head.info <= kEightBytes) {
      const std::size_t size = std::size_t{1} << static_cast<unsigned>(head.info - kOneByte);
      if (rest_.size() < size) return failure(cut_short());
      for (const char byte : rest_.substr(0, size))
        head.argument = (head.argument << 8U) | static_cast<unsigned char>(byte);
      rest_.remove_prefix(size);
    } else if (head.info != kIndefinite) {
      return failure(invalid("invalid CBOR: a reserved length"));
    }
    return head;
  }

  bool take_break() {
    if (rest_.empty() || rest_.front() != kBreak) return false;
    rest_.remove_prefix(1);
    return true;
  }

  Result<Value> item() {
    const auto read = head();
    if (!read) return failure(read.error());
    switch (read->major) {
      case Major::kUnsigned:
      case Major::kNegative:
        return number(*read);
      case Major::kText: {
        auto read_text = text(*read);
        if (!read_text) return failure(read_text.error());
        return Value(Value::Data(*std::move(read_text)));
      }
      case Major::kArray:
      case Major::kMap:
        return nested(*read);
      case Major::kOther:
        return other(*read);
      case Major::kBytes:
        return failure(unfit("byte strings"));
      case Major::kTag:
        break;
    }
    return failure(unfit("tags"));
  }

  static Result<Value> number(const Head& head) {
    if (head.info == kIndefinite) return failure(invalid("invalid CBOR: a number without an end"));
    constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (head.argument > kMax) return failure(unfit("integers past 64 bits"));
    const auto value = static_cast<std::int64_t>(head.argument);
    return Value(Value::Data(head.major == Major::kUnsigned ? value : -1 - value));
  }

  Result<std::string> piece(std::uint64_t size) {
    if (size > rest_.size()) return failure(cut_short());
    const std::string_view text = rest_.substr(0, size);
    if (!base::is_utf8(text)) return failure(invalid("invalid CBOR: a text is not valid UTF-8"));
    rest_.remove_prefix(size);
    return std::string(text);
  }

  Result<std::string> text(const Head& read) {
    if (read.info != kIndefinite) return piece(read.argument);
    std::string out;
    while (!take_break()) {
      const auto next = head();
      if (!next) return failure(next.error());
      if (next->major != Major::kText || next->info == kIndefinite)
        return failure(invalid("invalid CBOR: a text is made of something else than texts"));
      auto more = piece(next->argument);
      if (!more) return more;
      out += *more;
    }
    return out;
  }

  Result<Value> nested(const Head& head) {
    if (depth_ == limits::kLeaseMessageDepthMax) {
      return failure(
          invalid(fmt::format("request must not be nested deeper than {} levels", limits::kLeaseMessageDepthMax)));
    }
    ++depth_;
    auto value = head.major == Major::kArray ? array(head) : map(head);
    --depth_;
    return value;
  }

  // Whether another item of an array or map is there, of which `taken` have been read.
  bool more(const Head& head, std::uint64_t taken) {
    return head.info == kIndefinite ? !take_break() : taken < head.argument;
  }

  // A count that is a lie ends where the bytes do: nothing is set aside for it.
  Result<Value> array(const Head& head) {
    json::Array items;
    while (more(head, items.size())) {
      auto value = item();
      if (!value) return value;
      items.push_back(*std::move(value));
    }
    return Value(Value::Data(std::move(items)));
  }

  Result<Value> map(const Head& head) {
    json::Object members;
    for (std::uint64_t taken = 0; more(head, taken); ++taken) {
      if (taken == limits::kLeaseObjectMembersMax) {
        return failure(invalid(
            fmt::format("an object of the request must have at most {} members", limits::kLeaseObjectMembersMax)));
      }
      auto key = map_key();
      if (!key) return failure(key.error());
      auto value = item();
      if (!value) return value;
      const auto found = std::ranges::find(members, *key, &json::Object::value_type::first);
      if (found == members.end()) {
        members.emplace_back(*std::move(key), *std::move(value));
      } else {
        found->second = *std::move(value);
      }
    }
    return Value(Value::Data(std::move(members)));
  }

  Result<std::string> map_key() {
    const auto read = head();
    if (!read) return failure(read.error());
    if (read->major != Major::kText) return failure(unfit("keys but texts"));
    return text(*read);
  }

  static Result<Value> other(const Head& head) {
    switch (head.info) {
      case kFalse:
        return Value(Value::Data(false));
      case kTrue:
        return Value(Value::Data(true));
      case kNull:
      case kUndefined:
        return Value();
      case kHalf:
        return finite(half_to_double(head.argument));
      case kSingle:
        return finite(std::bit_cast<float>(static_cast<std::uint32_t>(head.argument)));
      case kDouble:
        return finite(std::bit_cast<double>(head.argument));
      case kIndefinite:
        return failure(invalid("invalid CBOR: a break where nothing can end"));
      default:
        return failure(unfit("simple values but true, false, null and undefined"));
    }
  }

  static Result<Value> finite(double number) {
    if (!std::isfinite(number)) return failure(unfit("infinite numbers"));
    return Value(Value::Data(number));
  }

  std::string_view rest_;
  std::size_t depth_ = 0;
};

}  // namespace

void append_integer(std::string& out, std::int64_t number) {
  if (number >= 0) return append_head(out, Major::kUnsigned, static_cast<std::uint64_t>(number));
  append_head(out, Major::kNegative, static_cast<std::uint64_t>(-1 - number));
}

void append_text(std::string& out, std::string_view text) {
  append_head(out, Major::kText, text.size());
  out += text;
}

void append_bytes(std::string& out, std::span<const std::uint8_t> bytes) {
  append_head(out, Major::kBytes, bytes.size());
  out.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

void append_array(std::string& out, std::uint64_t items) {
  append_head(out, Major::kArray, items);
}

void append_map(std::string& out, std::uint64_t pairs) {
  append_head(out, Major::kMap, pairs);
}

Result<Value> decode(std::string_view bytes) {
  if (bytes.size() > limits::kLeaseMessageBytesMax) {
    return failure(
        {base::ErrorCode::kTooLarge,
         fmt::format("request has {} bytes; it must have at most {}", bytes.size(), limits::kLeaseMessageBytesMax),
         {}});
  }
  return Decoder(bytes).document();
}

}  // namespace jeton::api::leases::cbor
