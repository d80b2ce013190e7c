#include "api/arrowhead/requester.hpp"

namespace jeton::api::arrowhead {

base::Result<std::string_view> check_requester(std::string_view name, const model::Normalizer& names,
                                               std::string& buffer) {
  const std::string_view normalized = names.normalize(model::NameKind::kSystem, name, buffer);
  if (normalized.empty()) {
    return base::failure(base::invalid("the caller's system name is missing; this operation needs one", "requester"));
  }
  if (const auto valid = model::validate_system(normalized, "requester"); !valid) return base::failure(valid.error());
  return normalized;
}

}  // namespace jeton::api::arrowhead
