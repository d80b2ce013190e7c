// The two types that stand for JSON whose shape is not ours: a value to look into, and text that is only carried.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.hpp"

namespace jeton::base::json {

/// One JSON value of any shape, compact text without insignificant white space, known to be well-formed.
struct Raw {
  std::string text;
  bool operator==(const Raw&) const = default;
};

/// Members in order of appearance; of a repeated name the last value counts, as it is for every object we read.
template <class T>
using Members = std::vector<std::pair<std::string, T>>;

/// A whole number past 64 bits, as its digits.
struct BigInteger {
  std::string digits;
  bool operator==(const BigInteger&) const = default;
};

class Value;
using Array = std::vector<Value>;
using Object = Members<Value>;

/// A JSON value as a tree. Whole numbers and floating point numbers are different types, as in the wire contracts that
/// compare them: 5 does not equal 5.0. Objects compare without regard to the order of members, arrays with it.
class Value {
 public:
  using Data = std::variant<std::nullptr_t, bool, std::int64_t, BigInteger, double, std::string, Array, Object>;

  Value() = default;
  explicit Value(Data data) : data_(std::move(data)) {}

  template <class T>
  const T* as() const {
    return std::get_if<T>(&data_);
  }
  bool is_null() const { return std::holds_alternative<std::nullptr_t>(data_); }
  /// The member of that name; null when this is no object or has none.
  const Value* member(std::string_view name) const;
  const Data& data() const { return data_; }

  friend bool operator==(const Value& a, const Value& b);

 private:
  Data data_;
};

/// Reads any JSON text (no padding needed). kInvalid says what is wrong; depth is bounded by limits::kJsonDepthMax.
Result<Value> parse(std::string_view text);

}  // namespace jeton::base::json
