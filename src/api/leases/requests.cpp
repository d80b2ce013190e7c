#include "api/leases/requests.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "api/leases/bounded_json.hpp"
#include "base/limits.hpp"
#include "base/strings.hpp"

namespace jeton::api::leases {
namespace {

namespace json = base::json;
using base::failure;
using base::invalid;
using base::Result;
using jeton::leases::LeaseRef;
using Selection = jeton::leases::RevokeLeases::Selection;

/// Takes a member out of the object; null when it is not there.
json::Value take(json::Object& object, std::string_view name) {
  const auto found = std::ranges::find(object, name, &json::Object::value_type::first);
  if (found == object.end()) return {};
  json::Value value = std::move(found->second);
  object.erase(found);
  return value;
}

base::Status read_ttl(const json::Value& value, std::optional<base::Duration>& out) {
  if (value.is_null()) return {};
  const auto ttl = read_milliseconds(&value, "ttl");
  if (!ttl) return failure(ttl.error());
  if (out && *out != *ttl) return failure(invalid("ttl is given twice, and differs", "ttl"));
  out = *ttl;
  return {};
}

base::Status read_texts(const Members& body, Selection& out) {
  for (auto [name, member] : {std::pair("prefix", &out.prefix), {"owner", &out.owner}, {"provider", &out.provider}}) {
    auto text = body.text(name);
    if (!text) return failure(text.error());
    if (*text && (*text)->empty()) return failure(invalid(fmt::format("{} must be a non-empty string", name), name));
    *member = *std::move(text);
  }
  return {};
}

bool is_empty(const Selection& selection) {
  return !selection.prefix && !selection.owner && !selection.provider;
}

}  // namespace

Result<std::string> required_text(const json::Object& body, std::string_view name) {
  const json::Value* value = Members(body).find(name);
  const auto* text = value == nullptr ? nullptr : value->as<std::string>();
  if (text == nullptr || base::is_blank(*text))
    return failure(invalid(fmt::format("{} must be a non-empty string", name), std::string(name)));
  if (const auto good = check_text(*text, name, base::limits::kLeaseTextBytesMax); !good) return failure(good.error());
  return *text;
}

Result<CreateRequest> read_names(const json::Object& body) {
  CreateRequest request;
  const Members members(body);
  for (auto [name, member] : {std::pair("provider", &request.provider), {"role", &request.role}}) {
    auto text = members.text_or_empty(name);
    if (!text) return failure(text.error());
    *member = *std::move(text);
  }
  auto key = members.text_or_empty("idempotency_key");
  if (!key) return failure(key.error());
  request.idempotency_key = *std::move(key);
  return request;
}

Result<CreateRequest> read_create(const json::Object& body) {
  auto request = read_names(body);
  if (!request) return request;
  const Members members(body);
  if (const json::Value* options = members.find("options")) {
    const auto* object = options->as<json::Object>();
    if (object == nullptr) return failure(invalid("options must be an object", "options"));
    request->options = *object;
  }
  if (const json::Value* ttl = members.find("ttl")) {
    if (const auto read = read_ttl(*ttl, request->ttl); !read) return failure(read.error());
  }
  if (const auto read = read_ttl(take(request->options, "ttl"), request->ttl); !read) return failure(read.error());
  return request;
}

Result<base::Duration> read_increment(const json::Object& body) {
  const json::Value* value = Members(body).find("increment");
  if (value == nullptr) return base::Duration::zero();
  const auto increment = read_milliseconds(value, "increment");
  if (increment && *increment == base::Duration::zero()) {
    return failure(
        invalid("increment must be above 0 milliseconds; without it the lease's own ttl counts again", "increment"));
  }
  return increment;
}

Result<std::string> read_reason(const json::Object& body) {
  return required_text(body, "reason");
}

Result<RevokeManyRequest> read_revoke_many(const json::Object& body) {
  RevokeManyRequest request;
  if (const auto read = read_texts(Members(body), request.selection); !read) return failure(read.error());
  if (is_empty(request.selection)) return failure(invalid("prefix, owner or provider must be given"));
  return request;
}

Result<ReleaseRequest> read_release(const json::Object& body) {
  ReleaseRequest request;
  const Members members(body);
  if (const auto read = read_texts(members, request.selection); !read) return failure(read.error());
  const auto all = members.boolean("all");
  if (!all) return failure(all.error());
  if (members.find("id") != nullptr) {
    auto id = required_text(body, "id");
    if (!id) return failure(id.error());
    if (*all || request.selection.prefix || request.selection.owner)
      return failure(invalid("id must stand alone, or with provider", "id"));
    request.which = LeaseRef{.id = *std::move(id), .provider = request.selection.provider.value_or("")};
    request.selection = {};
    return request;
  }
  if (*all != is_empty(request.selection)) {
    return failure(*all ? invalid("all must stand alone", "all")
                        : invalid("id, prefix, owner, provider, or all as true, must be given"));
  }
  return request;
}

Result<LeaseRef> check_id(std::string_view id, std::string provider) {
  if (id.empty()) return failure(invalid("id must not be empty", "id"));
  if (const auto good = check_text(id, "id", base::limits::kLeaseIdBytesMax); !good) return failure(good.error());
  return LeaseRef{.id = std::string(id), .provider = std::move(provider)};
}

Result<model::LeaseState> read_status(std::string_view text) {
  const auto state = base::enum_from<model::LeaseState>(text);
  if (state) return *state;
  return failure(invalid(
      fmt::format("status must be {}, not {}", base::enum_choices<model::LeaseState>(), base::shown(text)), "status"));
}

}  // namespace jeton::api::leases
