#include "store/filter.hpp"
#include "base/limits.hpp"

#include <algorithm>

namespace jeton::store {

void Filter::begin_condition() {
  where_ += where_.empty() ? " WHERE " : " AND ";
}

void Filter::append_placeholder(Value value) {
  values_.push_back(value);
  where_ += '$';
  where_ += std::to_string(values_.size());
}

void Filter::append_list(std::span<const Value> values) {
  where_ += '(';
  for (const Value& value : values) {
    if (where_.back() != '(') where_ += ", ";
    append_placeholder(value);
  }
  where_ += ')';
}

void Filter::compare(std::string_view column, std::string_view comparison, Value value) {
  begin_condition();
  where_ += column;
  where_ += ' ';
  where_ += comparison;
  where_ += ' ';
  append_placeholder(value);
}

void Filter::require(std::string_view condition) {
  begin_condition();
  where_ += condition;
}

void Filter::any_of(std::string_view column, std::span<const std::string> values) {
  std::vector<Value> bound;
  bound.reserve(values.size());
  for (const std::string& value : values) bound.push_back(value_of(value));
  any_of(column, bound);
}

void Filter::any_of(std::string_view column, std::span<const Value> values) {
  if (values.empty()) return;
  begin_condition();
  where_ += column;
  where_ += " IN ";
  append_list(values);
}

void Filter::any_row_of(std::string_view columns, std::size_t width, std::span<const Value> rows) {
  if (rows.empty()) return;
  begin_condition();
  where_ += columns;
  where_ += " IN (VALUES ";
  for (std::size_t i = 0; i < rows.size(); i += width) {
    if (i != 0) where_ += ", ";
    append_list(rows.subspan(i, width));
  }
  where_ += ')';
}

base::Status Filter::check() const {
  if (values_.size() <= base::limits::kFilterValuesMax) return {};
  return base::failure(base::invalid("the query names " + std::to_string(values_.size()) +
                                     " values to match; at most " + std::to_string(base::limits::kFilterValuesMax) +
                                     " are accepted"));
}

std::string order_and_limit(std::string_view column, bool descending, std::int64_t limit, std::int64_t offset) {
  const std::string_view direction = descending ? " DESC" : " ASC";
  std::string out = " ORDER BY ";
  if (column != "id") {
    out += column;
    out += direction;
    out += ", ";
  }
  out += "id";
  out += direction;
  out += " LIMIT " + std::to_string(std::max<std::int64_t>(limit, 0));
  out += " OFFSET " + std::to_string(std::max<std::int64_t>(offset, 0));
  return out;
}

}  // namespace jeton::store
