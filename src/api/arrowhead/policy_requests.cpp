#include "api/arrowhead/policy_requests.hpp"

#include <fmt/format.h>

#include <array>
#include <limits>
#include <utility>

#include "api/arrowhead/member_checks.hpp"
#include "api/arrowhead/requester.hpp"

namespace jeton::api::arrowhead {
namespace {

using authorization::AccessQuestion;
using authorization::AccessRequest;
using authorization::InstanceId;
using base::failure;
using base::invalid;
using base::Result;
using base::Status;
using model::NameKind;
using model::Normalizer;
using model::TargetType;
using store::PolicyQuery;
using store::PolicySort;

// The first is the default. At provider level createdBy is the provider itself (Q5).
constexpr std::array<std::pair<std::string_view, PolicySort>, 8> kSortFields = {
    {{"instanceId", PolicySort::kInstanceId},
     {"id", PolicySort::kId},
     {"createdAt", PolicySort::kCreatedAt},
     {"targetType", PolicySort::kTargetType},
     {"cloud", PolicySort::kCloud},
     {"provider", PolicySort::kProvider},
     {"target", PolicySort::kTarget},
     {"createdBy", PolicySort::kCreatedBy}}};

bool has_elements(const std::optional<TextList>& list) {
  return list && !list->empty();
}

Status check_target_names(const std::optional<TextList>& target_names, const std::optional<std::string>& target_type) {
  if (!has_elements(target_names) || !is_blank(target_type)) return {};
  return failure(invalid("targetType is missing; targetNames can only be read with it", "targetType"));
}

Status take_target_type(const std::optional<std::string>& text, PolicyQuery& query) {
  if (is_blank(text)) return {};
  const auto type = check_literal<TargetType>(*text, "targetType");
  if (!type) return failure(type.error());
  query.target_type = *type;
  return {};
}

// The second and third phase of a query: what both kinds of request filter by.
Status take_filters(const std::optional<TextList>& instance_ids, const std::optional<TextList>& clouds,
                    const std::optional<TextList>& target_names, const Normalizer& names, PolicyQuery& query) {
  if (instance_ids) {
    for (const std::string& text : *instance_ids) {
      auto id = authorization::parse_instance_id(text, names, "instanceIds");
      if (!id) return failure(std::move(id.error()));
      query.keys.push_back({id->level, std::move(id->target)});
    }
  }
  if (clouds) {
    for (const std::string& text : *clouds) query.clouds.push_back(names.cloud(text));
    for (const std::string& cloud : query.clouds) {
      if (const auto valid = model::validate_cloud(cloud, "cloudIdentifiers"); !valid) return valid;
    }
  }
  if (has_elements(target_names)) {
    for (const std::string& text : *target_names) query.targets.push_back(names.target(*query.target_type, text));
    for (const std::string& target : query.targets) {
      if (const auto valid = model::validate_target(*query.target_type, target, "targetNames"); !valid) return valid;
    }
  }
  return {};
}

std::string_view normalize_cloud(const std::optional<std::string_view>& text, const Normalizer& names,
                                 std::string& buffer) {
  const std::string_view cloud = names.normalize(NameKind::kCloud, text_or_empty(text), buffer);
  return cloud.empty() ? model::kLocalCloud : cloud;
}

// Everything but what verify and check differ in: who is provider and consumer.
AccessRequest normalized(const VerifyRequest& request, TargetType type, const Normalizer& names, NameBuffers& buffers) {
  return {.cloud = normalize_cloud(request.cloud, names, buffers.cloud),
          .provider = names.normalize(NameKind::kSystem, text_or_empty(request.provider), buffers.provider),
          .target_type = type,
          .target = names.normalize(model::name_kind(type), text_or_empty(request.target), buffers.target),
          .consumer = names.normalize(NameKind::kSystem, text_or_empty(request.consumer), buffers.consumer),
          .scope = names.normalize(NameKind::kScope, text_or_empty(request.scope), buffers.scope)};
}

// The name is built only for a failure.
Status check_name(NameKind kind, std::string_view name, std::string_view member, const Place& place) {
  return model::is_valid(kind, name) ? Status{} : model::validate(kind, name, place.of(member));
}

Status check_names(const AccessRequest& access, const Place& place) {
  if (const auto valid = check_name(NameKind::kSystem, access.provider, "provider", place); !valid) return valid;
  if (const auto valid = check_name(NameKind::kSystem, access.consumer, "consumer", place); !valid) return valid;
  if (const auto valid = check_name(NameKind::kCloud, access.cloud, "cloud", place); !valid) return valid;
  if (const auto valid = check_name(model::name_kind(access.target_type), access.target, "target", place); !valid)
    return valid;
  return access.scope.empty() ? Status{} : check_name(NameKind::kScope, access.scope, "scope", place);
}

AccessQuestion owned(const AccessRequest& access) {
  return {.cloud = std::string(access.cloud),
          .provider = std::string(access.provider),
          .target_type = access.target_type,
          .target = std::string(access.target),
          .consumer = std::string(access.consumer),
          .scope = std::string(access.scope)};
}

Status check_raw_question(const VerifyRequest& request, const Place& place) {
  if (const auto checked = require_text(request.provider, "provider", place); !checked) return checked;
  if (const auto checked = require_text(request.consumer, "consumer", place); !checked) return checked;
  if (const auto type = require_literal<TargetType>(request.target_type, "targetType", place); !type)
    return failure(type.error());
  return require_text(request.target, "target", place);
}

}  // namespace

Result<authorization::Revocation> check_revoke(std::string_view instance_id, std::string_view caller,
                                               const Normalizer& names) {
  std::string buffer;
  const auto requester = check_requester(caller, names, buffer);
  if (!requester) return failure(requester.error());
  auto id = authorization::parse_instance_id(instance_id, names, "instanceId");
  if (!id) return failure(std::move(id.error()));
  return authorization::Revocation{.id = *std::move(id), .caller = std::string(*requester)};
}

Result<std::vector<InstanceId>> check_revocations(const TextList& instance_ids, const Normalizer& names) {
  if (instance_ids.empty()) {
    return failure(
        invalid("the list instanceIds is empty; at least one policy instance id is required", "instanceIds"));
  }
  if (const auto checked = check_elements(instance_ids, "instanceIds"); !checked) return failure(checked.error());
  std::vector<InstanceId> ids;
  ids.reserve(instance_ids.size());
  for (const std::string& text : instance_ids) {
    auto id = authorization::parse_instance_id(text, names, "instanceIds");
    if (!id) return failure(std::move(id.error()));
    ids.push_back(*std::move(id));
  }
  return ids;
}

Result<PolicyQuery> check_lookup(const LookupRequest& request, std::string_view caller, const Normalizer& names) {
  std::string buffer;
  const auto requester = check_requester(caller, names, buffer);
  if (!requester) return failure(requester.error());
  if (!has_elements(request.instance_ids) && !has_elements(request.target_names) &&
      !has_elements(request.cloud_identifiers)) {
    return failure(invalid(
        "one of instanceIds, targetNames and cloudIdentifiers must have an element; targetType alone is not enough"));
  }
  PolicyQuery query{.level = model::PolicyLevel::kProvider,
                    .providers = {std::string(*requester)},
                    .keys = {},
                    .clouds = {},
                    .target_type = {},
                    .targets = {},
                    .slice = {.sort = PolicySort::kInstanceId, .limit = std::numeric_limits<std::int64_t>::max()}};
  if (const auto checked = check_elements(request.instance_ids, "instanceIds"); !checked)
    return failure(checked.error());
  if (const auto checked = check_elements(request.target_names, "targetNames"); !checked)
    return failure(checked.error());
  if (const auto checked = check_target_names(request.target_names, request.target_type); !checked)
    return failure(checked.error());
  if (const auto checked = check_elements(request.cloud_identifiers, "cloudIdentifiers"); !checked)
    return failure(checked.error());
  if (const auto taken = take_target_type(request.target_type, query); !taken) return failure(taken.error());
  const auto taken = take_filters(request.instance_ids, request.cloud_identifiers, request.target_names, names, query);
  if (!taken) return failure(taken.error());
  return query;
}

Result<PolicyQuery> check_query(const QueryRequest& request, std::int64_t page_size_max, const Normalizer& names) {
  const auto level = require_literal<model::PolicyLevel>(request.level, "level");
  if (!level) return failure(level.error());
  const auto slice = slice_of<PolicySort>(request.pagination, kSortFields, false, page_size_max);
  if (!slice) return failure(slice.error());
  PolicyQuery query{
      .level = *level, .providers = {}, .keys = {}, .clouds = {}, .target_type = {}, .targets = {}, .slice = *slice};
  if (const auto checked = check_elements(request.providers, "providers"); !checked) return failure(checked.error());
  if (const auto checked = check_elements(request.instance_ids, "instanceIds"); !checked)
    return failure(checked.error());
  if (const auto taken = take_target_type(request.target_type, query); !taken) return failure(taken.error());
  if (const auto checked = check_elements(request.target_names, "targetNames"); !checked)
    return failure(checked.error());
  if (const auto checked = check_target_names(request.target_names, request.target_type); !checked)
    return failure(checked.error());
  if (const auto checked = check_elements(request.cloud_identifiers, "cloudIdentifiers"); !checked)
    return failure(checked.error());
  if (request.providers) {
    for (const std::string& text : *request.providers) query.providers.push_back(names.system(text));
    for (const std::string& provider : query.providers) {
      if (const auto valid = model::validate_system(provider, "providers"); !valid) return failure(valid.error());
    }
  }
  const auto taken = take_filters(request.instance_ids, request.cloud_identifiers, request.target_names, names, query);
  if (!taken) return failure(taken.error());
  return query;
}

Result<AccessRequest> check_verify(const VerifyRequest& request, std::string_view caller, const Normalizer& names,
                                   NameBuffers& buffers) {
  const auto requester = check_requester(caller, names, buffers.requester);
  if (!requester) return failure(requester.error());
  if (is_blank(request.provider) && is_blank(request.consumer)) {
    return failure(invalid("provider and consumer are both missing; one of them is required, the caller is the other",
                           "provider"));
  }
  const auto type = require_literal<TargetType>(request.target_type, "targetType");
  if (!type) return failure(type.error());
  if (const auto checked = require_text(request.target, "target"); !checked) return failure(checked.error());
  AccessRequest access = normalized(request, *type, names, buffers);
  if (access.provider.empty()) access.provider = *requester;
  if (access.consumer.empty()) access.consumer = *requester;
  if (*requester != access.provider && *requester != access.consumer) {
    return failure(
        base::forbidden(fmt::format("{} may only ask about itself, as provider or as consumer", *requester)));
  }
  if (const auto valid = check_names(access, {}); !valid) return failure(valid.error());
  return access;
}

Result<std::vector<AccessQuestion>> check_questions(const VerifyListRequest& request, const Normalizer& names) {
  if (const auto checked = require_list(request.list); !checked) return failure(checked.error());
  const auto& list = *request.list;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (const auto checked = check_raw_question(*list[i], Place::item("list", i)); !checked)
      return failure(checked.error());
  }
  std::vector<AccessQuestion> questions;
  questions.reserve(list.size());
  NameBuffers buffers;
  for (const auto& item : list) {
    questions.push_back(owned(normalized(*item, *literal<TargetType>(*item->target_type), names, buffers)));
  }
  for (std::size_t i = 0; i < questions.size(); ++i) {
    if (const auto valid = check_names(questions[i].view(), Place::item("list", i)); !valid)
      return failure(valid.error());
  }
  return questions;
}

}  // namespace jeton::api::arrowhead
