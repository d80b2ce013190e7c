#include "api/leases/messages.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "api/leases/bounded_json.hpp"
#include "base/limits.hpp"

namespace jeton::api::leases {
namespace {

namespace json = base::json;
using base::failure;
using base::invalid;
using base::Result;
using jeton::leases::LeaseRef;

base::Error no_token_id() {
  return invalid("token_id must be a non-empty string", "token_id");
}

// What would mean something in the address of a request to a provider (1.1.7).
bool has_path_characters(std::string_view id) {
  return id.find_first_of("/?#%") != std::string_view::npos || id.find("..") != std::string_view::npos;
}

Result<LeaseRef> read_which(const json::Object& message) {
  const Members members(message);
  auto provider = members.text_or_empty("provider");
  if (!provider) return failure(provider.error());
  const json::Value* token_id = members.find("token_id");
  if (token_id == nullptr && members.find("lease_id") != nullptr) {
    const auto name = required_text(message, "lease_id");
    if (!name) return failure(name.error());
    return check_id(*name, *std::move(provider));
  }
  const auto* id = token_id == nullptr ? nullptr : token_id->as<std::string>();
  if (id == nullptr || id->empty() || has_path_characters(*id)) return failure(no_token_id());
  if (const auto good = check_text(*id, "token_id", base::limits::kLeaseIdBytesMax); !good)
    return failure(good.error());
  return LeaseRef{.id = *id, .provider = *std::move(provider)};
}

template <class Request>
Result<Message> read_about_one(const json::Object& message) {
  auto which = read_which(message);
  if (!which) return failure(which.error());
  return Request{*std::move(which)};
}

// The time is looked at before anything is made (0.3, 4).
Result<Message> read_create_message(const json::Object& message) {
  const json::Value* options = Members(message).find("options");
  const auto* object = options == nullptr ? nullptr : options->as<json::Object>();
  if (object == nullptr) return failure(invalid("options must be an object", "options"));
  const auto ttl = read_milliseconds(options->member("ttl"), "ttl");
  if (!ttl) return failure(ttl.error());
  auto request = read_names(message);
  if (!request) return failure(request.error());
  request->ttl = *ttl;
  request->options = *object;
  std::erase_if(request->options, [](const auto& option) { return option.first == "ttl"; });
  return *std::move(request);
}

Result<Message> read_renew_message(const json::Object& message) {
  auto which = read_which(message);
  if (!which) return failure(which.error());
  const auto increment = read_increment(message);
  if (!increment) return failure(increment.error());
  return RenewRequest{.which = *std::move(which), .increment = *increment};
}

Result<ListRequest> read_filter(const json::Object& message) {
  ListRequest request;
  const Members members(message);
  auto& filter = request.filter;
  for (auto [name, member] :
       {std::pair("owner", &filter.owner), {"provider", &filter.provider}, {"prefix", &filter.prefix}}) {
    auto text = members.text(name);
    if (!text) return failure(text.error());
    if (*text && !(*text)->empty()) *member = *std::move(text);
  }
  auto cursor = members.text_or_empty("cursor");
  if (!cursor) return failure(cursor.error());
  filter.cursor = *std::move(cursor);
  const auto limit = members.integer("limit");
  if (!limit) return failure(limit.error());
  if (*limit) filter.limit = **limit;
  return request;
}

Result<Message> read_list_message(const json::Object& message) {
  auto request = read_filter(message);
  if (!request) return failure(request.error());
  const auto status = Members(message).text_or_empty("status");
  if (!status) return failure(status.error());
  if (!status->empty()) {
    const auto state = read_status(*status);
    if (!state) return failure(state.error());
    request->filter.state = *state;
  }
  return *std::move(request);
}

Result<Message> read_irrevocable_message(const json::Object& message) {
  auto request = read_filter(message);
  if (!request) return failure(request.error());
  request->filter.state = model::LeaseState::kIrrevocable;
  return *std::move(request);
}

Result<Message> read_prefix_message(const json::Object& message) {
  RevokeManyRequest request;
  auto prefix = required_text(message, "prefix");
  if (!prefix) return failure(prefix.error());
  request.selection.prefix = *std::move(prefix);
  return request;
}

Result<Message> read_owner_message(const json::Object& message) {
  RevokeManyRequest request;
  auto owner = required_text(message, "owner");
  if (!owner) return failure(owner.error());
  request.selection.owner = *std::move(owner);
  return request;
}

Result<Message> read_force_message(const json::Object& message) {
  auto which = read_which(message);
  if (!which) return failure(which.error());
  auto reason = read_reason(message);
  if (!reason) return failure(reason.error());
  return AbandonRequest{.which = *std::move(which), .reason = *std::move(reason)};
}

struct Row {
  std::string_view action;
  Result<Message> (*read)(const json::Object&);
};
constexpr std::array<Row, 10> kActions = {{{"create", read_create_message},
                                           {"get", read_about_one<GetRequest>},
                                           {"revoke", read_about_one<RevokeRequest>},
                                           {"list", read_list_message},
                                           {"get_all", read_list_message},
                                           {"renew", read_renew_message},
                                           {"revoke_prefix", read_prefix_message},
                                           {"revoke_owner", read_owner_message},
                                           {"revoke_force", read_force_message},
                                           {"irrevocable", read_irrevocable_message}}};

}  // namespace

Result<Message> read_message(std::string_view text) {
  if (const auto within = check_bounds(text); !within) return failure(within.error());
  const auto value = json::parse(text);
  if (!value) return failure(invalid("invalid JSON"));
  const auto* message = value->as<json::Object>();
  if (message == nullptr) return failure(invalid("request must be an object"));
  const json::Value* action = value->member("action");
  const auto* name = action == nullptr ? nullptr : action->as<std::string>();
  const auto row =
      name == nullptr ? kActions.end() : std::ranges::find(kActions, std::string_view(*name), &Row::action);
  if (row == kActions.end()) return failure(invalid("unknown action", "action"));
  return row->read(*message);
}

std::string message_schema() {
  return R"({"type":"object","required":["action"],"properties":{)"
         R"("action":{"type":"string","enum":["create","get","revoke","list","get_all","renew","revoke_prefix",)"
         R"("revoke_owner","revoke_force","irrevocable"]},)"
         R"("options":{"type":"object","properties":{"ttl":{"type":"integer","description":"milliseconds"}}},)"
         R"("provider":{"type":"string"},"role":{"type":"string"},"idempotency_key":{"type":"string"},)"
         R"("token_id":{"type":"string"},"lease_id":{"type":"string"},)"
         R"("increment":{"type":"integer","description":"milliseconds"},)"
         R"("prefix":{"type":"string"},"owner":{"type":"string"},"status":{"type":"string"},)"
         R"("limit":{"type":"integer"},"cursor":{"type":"string"},"reason":{"type":"string"}}})";
}

}  // namespace jeton::api::leases
