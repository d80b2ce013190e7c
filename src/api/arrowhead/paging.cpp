#include "api/arrowhead/paging.hpp"

#include <fmt/format.h>

#include <limits>

namespace jeton::api::arrowhead {
namespace {

// As far as the systems we replace can count; the offset then stays far from overflowing.
constexpr std::int64_t kPageMax = std::numeric_limits<std::int32_t>::max();

base::Result<std::optional<bool>> direction_of(const std::optional<std::string>& text) {
  if (!text || base::is_blank(*text)) return std::nullopt;
  const std::string_view word = base::trim(*text);
  if (base::equals_ignoring_case(word, "ASC")) return false;
  if (base::equals_ignoring_case(word, "DESC")) return true;
  return base::failure(base::invalid(
      fmt::format("pagination.direction is {}; it must be ASC or DESC", base::shown(word)), "pagination.direction"));
}

base::Status take_page(const Pagination& from, std::int64_t page_size_max, PageBounds& out) {
  if (!from.page && !from.size) return {};
  if (!from.page || !from.size) {
    const std::string_view missing = from.page ? "size" : "page";
    return base::failure(
        base::invalid(fmt::format("pagination.{} is missing; page and size come together or not at all", missing),
                      fmt::format("pagination.{}", missing)));
  }
  if (*from.size > page_size_max) {
    return base::failure(base::invalid(
        fmt::format("pagination.size is {}; at most {} is allowed", *from.size, page_size_max), "pagination.size"));
  }
  if (*from.page > kPageMax) {
    return base::failure(base::invalid(
        fmt::format("pagination.page is {}; at most {} is possible", *from.page, kPageMax), "pagination.page"));
  }
  if (*from.size >= 1) out.limit = *from.size;
  if (*from.page > 0) out.offset = *from.page * out.limit;
  return {};
}

}  // namespace

base::Result<PageBounds> page_bounds(const std::optional<Pagination>& pagination, std::int64_t page_size_max) {
  PageBounds bounds{.offset = 0, .limit = page_size_max, .descending = {}};
  if (!pagination) return bounds;
  if (const auto taken = take_page(*pagination, page_size_max, bounds); !taken) return base::failure(taken.error());
  auto descending = direction_of(pagination->direction);
  if (!descending) return base::failure(std::move(descending.error()));
  bounds.descending = *descending;
  return bounds;
}

base::Error unknown_sort_field(std::string_view given, std::string_view choices) {
  return base::invalid(fmt::format("pagination.sortField is {}; possible are: {}", base::shown(given), choices),
                       "pagination.sortField");
}

}  // namespace jeton::api::arrowhead
