// Conditions of a management query, put together at run time: columns and operators are ours, every value is bound.
#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "store/sql.hpp"

namespace jeton::store {

/// Joined by AND. Columns are literals of the calling table; values are views that outlive the filter.
class Filter {
 public:
  void equals(std::string_view column, Value value) { compare(column, "=", value); }
  /// `comparison` is a literal: "=", "<", ">=" …
  void compare(std::string_view column, std::string_view comparison, Value value);
  /// A condition without values, a literal.
  void require(std::string_view condition);
  /// `column = one of values`; no condition when there are none.
  void any_of(std::string_view column, std::span<const std::string> values);
  void any_of(std::string_view column, std::span<const Value> values);
  /// `columns` is "(a, b)", `rows` holds width values for each row, one after the other; no condition when there are
  /// none.
  void any_row_of(std::string_view columns, std::size_t width, std::span<const Value> rows);

  /// kInvalid past limits::kFilterValuesMax.
  base::Status check() const;
  /// "" or " WHERE …".
  const std::string& where() const { return where_; }
  const std::vector<Value>& values() const { return values_; }

 private:
  void begin_condition();
  void append_list(std::span<const Value> values);
  void append_placeholder(Value value);

  std::string where_;
  std::vector<Value> values_;
};

/// "ORDER BY column, id LIMIT n OFFSET m" with a leading blank.
std::string order_and_limit(std::string_view column, bool descending, std::int64_t limit, std::int64_t offset);

}  // namespace jeton::store
