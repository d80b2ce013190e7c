// The paging object of the Arrowhead contract (arrowhead-authorization 2.8), from request to slice of a query.
#pragma once
#include <boost/describe/class.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.hpp"
#include "store/page.hpp"

namespace jeton::api::arrowhead {

struct Pagination {
  std::optional<std::int64_t> page;
  std::optional<std::int64_t> size;
  std::optional<std::string> direction;
  std::optional<std::string> sort_field;
};
BOOST_DESCRIBE_STRUCT(Pagination, (), (page, size, direction, sort_field))

/// The part that does not depend on the sort fields. kInvalid: page without size or the reverse, a size past `page_size_max`, an
/// unknown direction.
struct PageBounds {
  std::int64_t offset = 0;
  std::int64_t limit = 0;
  std::optional<bool> descending;  ///< nullopt: the operation's default
};
base::Result<PageBounds> page_bounds(const std::optional<Pagination>& pagination, std::int64_t page_size_max);

base::Error unknown_sort_field(std::string_view given, std::string_view choices);

/// `fields` are the operation's sort fields; the first is the default one.
template <class Field>
base::Result<store::Slice<Field>> slice_of(const std::optional<Pagination>& pagination, std::span<const std::pair<std::string_view, Field>> fields,
                                           bool descending_by_default, std::int64_t page_size_max);

}  // namespace jeton::api::arrowhead
