#include "api/arrowhead/query_list.hpp"

#include <utility>

#include "base/strings.hpp"

namespace jeton::api::arrowhead {

base::Result<std::optional<std::vector<std::string>>> query_list(const http::Call& call, std::string_view name) {
  auto values = call.query_values(name);
  if (!values) return base::failure(values.error());
  if (call.has_inputs()) return *std::move(values);  // a list already, never text to split
  if (values->empty()) return std::nullopt;
  if (values->size() > 1) return *std::move(values);
  // A single empty occurrence is an empty list.
  const std::string only = std::move(values->front());
  values->clear();
  if (only.empty()) return *std::move(values);
  for (const std::string_view piece : base::split(only, ',')) values->emplace_back(base::trim(piece));
  return *std::move(values);
}

}  // namespace jeton::api::arrowhead
