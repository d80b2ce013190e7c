// Pages of a query's answer.
#pragma once
#include <cstdint>
#include <vector>

namespace jeton::store {

/// How much of a sorted answer is wanted. Rows with equal sort keys are ordered by id, in the same direction, so that
/// pages neither overlap nor leave rows out.
template <class Field>
struct Slice {
  Field sort{};
  bool descending = false;
  std::int64_t offset = 0;
  std::int64_t limit = 1'000;
};

template <class Record>
struct Page {
  std::vector<Record> rows;
  std::int64_t total = 0;  ///< all rows that match, on this page or not
};

}  // namespace jeton::store
