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
#include "base/strings.hpp"
#include "store/page.hpp"

namespace jeton::api::arrowhead {

struct Pagination {
  std::optional<std::int64_t> page;
  std::optional<std::int64_t> size;
  std::optional<std::string> direction;
  std::optional<std::string> sort_field;

  bool operator==(const Pagination&) const = default;
};
BOOST_DESCRIBE_STRUCT(Pagination, (), (page, size, direction, sort_field))

/// The part that does not depend on the sort fields. kInvalid: page without size or the reverse, a page past 32 bits, a
/// size past `page_size_max`, an unknown direction. A negative page is the first one, a size below 1 is
/// `page_size_max`.
struct PageBounds {
  std::int64_t offset = 0;
  std::int64_t limit = 0;
  std::optional<bool> descending;  ///< nullopt: the operation's default
};
base::Result<PageBounds> page_bounds(const std::optional<Pagination>& pagination, std::int64_t page_size_max);

base::Error unknown_sort_field(std::string_view given, std::string_view choices);

/// `fields` are the operation's sort fields; the first is the default one. A blank sort field counts as absent.
/// kInvalid: as page_bounds(), then a sort field that is none of these (trimmed, letter case counts).
template <class Field>
base::Result<store::Slice<Field>> slice_of(const std::optional<Pagination>& pagination,
                                           std::span<const std::pair<std::string_view, Field>> fields,
                                           bool descending_by_default, std::int64_t page_size_max) {
  const auto bounds = page_bounds(pagination, page_size_max);
  if (!bounds) return base::failure(bounds.error());
  store::Slice<Field> slice{.sort = fields.front().second,
                            .descending = bounds->descending.value_or(descending_by_default),
                            .offset = bounds->offset,
                            .limit = bounds->limit};
  if (!pagination || !pagination->sort_field || base::is_blank(*pagination->sort_field)) return slice;
  const std::string_view wanted = base::trim(*pagination->sort_field);
  std::string choices;
  for (const auto& [name, field] : fields) {
    if (name == wanted) {
      slice.sort = field;
      return slice;
    }
    if (!choices.empty()) choices += ", ";
    choices += name;
  }
  return base::failure(unknown_sort_field(wanted, choices));
}

}  // namespace jeton::api::arrowhead
