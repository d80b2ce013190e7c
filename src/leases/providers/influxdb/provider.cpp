#include "leases/providers/influxdb/provider.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/json/reader.hpp"
#include "base/json/writer.hpp"
#include "base/strings.hpp"
#include "leases/providers/http_service.hpp"
#include "leases/providers/influxdb/answers.hpp"
#include "leases/providers/influxdb/description.hpp"
#include "leases/providers/label.hpp"
#include "leases/providers/options.hpp"
#include "leases/providers/settings_check.hpp"

namespace jeton::leases {
namespace {

using influxdb::Listed;
using influxdb::Mark;
using Again = HttpService::Again;

constexpr std::string_view kAuthorizations = "/api/v2/authorizations";
// One list serves all handles of a call that are known by their label only.
constexpr std::size_t kBatchMax = 16;
// No authorization has it: asking for it tells whether our token is good, whatever else there is.
constexpr std::string_view kNoId = "ffffffffffffffff";
constexpr std::string_view kEarlierLabel = "earlier_";

std::string path_of(std::string_view id) {
  return fmt::format("{}/{}", kAuthorizations, id);
}

base::Result<std::string> read_permissions(const base::json::Value& value) {
  const auto* list = value.as<base::json::Array>();
  const bool good = list != nullptr && !list->empty() && std::ranges::all_of(*list, [](const base::json::Value& item) {
                      return item.as<base::json::Object>() != nullptr;
                    });
  if (!good) {
    return base::failure(base::invalid(
        R"(permissions must be a list of at least one, such as [{"action":"read","resource":{"type":"buckets"}}])"));
  }
  return base::json::write(value);
}

base::Result<std::string> read_role(std::string_view text) {
  const auto value = base::json::parse(text);
  if (!value) return base::failure(value.error());
  return read_permissions(*value);
}

struct Data {
  std::string lease;
  std::string description;
};
BOOST_DESCRIBE_STRUCT(Data, (), (lease, description))

model::LeaseHandle handle_of(const Mark& mark, std::string id) {
  return {.label = mark.label,
          .external_id = std::move(id),
          .data = base::json::write(Data{.lease = mark.lease, .description = mark.note})};
}

class Influxdb final : public Provider {
 public:
  using Roles = std::map<std::string, std::string>;  // name -> permissions, JSON

  Influxdb(HttpService service, std::string org, Roles roles, bool adopt)
      : service_(std::move(service)), org_(std::move(org)), roles_(std::move(roles)), adopts_(adopt) {}

  Traits traits() const override {
    return {.assigns_ids = true,
            .gives_secret = true,
            .ends_by_itself = false,
            .ends_sessions = true,  // every request shows its token
            .batch_max = kBatchMax};
  }
  base::Result<Prepared> prepare(const NewCredential& wanted) const override;
  Outcome<void> renew(const model::LeaseHandle& handle, base::Instant expires_at, base::Tick deadline) override;
  std::vector<Outcome<void>> revoke(std::span<const model::LeaseHandle> handles, base::Tick deadline) override;
  Outcome<bool> exists(const model::LeaseHandle& handle, base::Tick deadline) override;
  Outcome<std::vector<Found>> list(std::string_view tag, base::Tick deadline) override;
  Outcome<void> check(base::Tick deadline) override;

 private:
  using All = std::optional<Outcome<std::vector<Listed>>>;

  base::Result<std::string> organisation(const base::json::Object& options) const;
  base::Result<std::string> permissions(const NewCredential& wanted) const;
  static base::Status check_other(std::string_view name, std::string_view role);
  base::Result<std::string> body(const NewCredential& wanted, const Mark& mark) const;
  Outcome<Credential> create(const std::string& body, base::Tick deadline) const;
  Outcome<std::vector<Listed>> all(base::Tick deadline) const;
  /// The ids under a label; `known` is filled by the first who needs it.
  Outcome<std::vector<std::string>> ids_of(const std::string& label, All& known, base::Tick deadline) const;
  Outcome<void> revoke_one(const model::LeaseHandle& handle, All& known, base::Tick deadline) const;
  Outcome<void> remove(const std::string& id, base::Tick deadline) const;

  const HttpService service_;
  const std::string org_;
  const Roles roles_;
  const bool adopts_;
};

base::Result<std::string> Influxdb::organisation(const base::json::Object& options) const {
  const base::json::Value* option = find_option(options, "orgID");
  if (option == nullptr) {
    if (!org_.empty()) return org_;
    return base::failure(
        base::invalid("the option orgID is needed: this provider has no organisation of its own", "orgID"));
  }
  const auto* id = option->as<std::string>();
  if (id == nullptr || !influxdb::is_id(*id))
    return base::failure(base::invalid("orgID must be a text of 16 lower-case hexadecimal digits", "orgID"));
  return *id;
}

// A role says all that may be had under it. What else a caller may have, it asks for without a role.
base::Result<std::string> Influxdb::permissions(const NewCredential& wanted) const {
  const base::json::Value* option = find_option(wanted.options, "permissions");
  if (!wanted.role.empty()) {
    if (option != nullptr)
      return base::failure(base::invalid("a role gives its own permissions; leave one of the two out", "permissions"));
    const auto gives = find_role(roles_, wanted.role);
    if (!gives) return base::failure(gives.error());
    return **gives;
  }
  if (option == nullptr)
    return base::failure(base::invalid("the option permissions is needed, or a role", "permissions"));
  auto out = read_permissions(*option);
  if (!out) out.error().where = "permissions";
  return out;
}

// InfluxDB reads the names of members in any letter case, the last of them counting: none of ours may be said again so.
base::Status Influxdb::check_other(std::string_view name, std::string_view role) {
  constexpr std::array<std::string_view, 4> kReserved = {"orgID", "permissions", "description", "userID"};
  const bool is_reserved = std::ranges::any_of(
      kReserved, [&](std::string_view ours) { return name != ours && base::equals_ignoring_case(ours, name); });
  if (is_reserved)
    return base::failure(base::invalid(
        fmt::format("the option {} is not passed on; orgID, permissions, description and userID are spelled like this",
                    base::shown(name)),
        std::string(name)));
  if (role.empty()) return {};
  return base::failure(base::invalid(
      fmt::format("with a role the options orgID and description are all that counts; leave {} out", base::shown(name)),
      std::string(name)));
}

base::Result<std::string> Influxdb::body(const NewCredential& wanted, const Mark& mark) const {
  const auto org = organisation(wanted.options);
  if (!org) return base::failure(org.error());
  const auto gives = permissions(wanted);
  if (!gives) return base::failure(gives.error());
  std::string out = R"({"orgID":)";
  base::json::append_text(out, *org);
  out += R"(,"permissions":)" + *gives;
  constexpr std::array<std::string_view, 3> kOurs = {"orgID", "permissions", "description"};
  for (const auto& [name, value] : wanted.options) {
    if (std::ranges::find(kOurs, name) != kOurs.end()) continue;
    if (const auto allowed = check_other(name, wanted.role); !allowed) return base::failure(allowed.error());
    out += ',';
    base::json::append_text(out, name);
    out += ':';
    base::json::append_value(out, value);
  }
  out += R"(,"description":)";
  base::json::append_text(out, influxdb::write_description(mark, wanted.expires_at));
  out += '}';
  return out;
}

base::Result<Provider::Prepared> Influxdb::prepare(const NewCredential& wanted) const {
  Mark mark{.label = std::string(wanted.label), .lease = std::string(wanted.lease), .note = {}};
  if (const base::json::Value* note = find_option(wanted.options, "description"); note != nullptr) {
    if (note->as<std::string>() == nullptr)
      return base::failure(base::invalid("description must be a text", "description"));
    mark.note = *note->as<std::string>();
  }
  auto request = body(wanted, mark);
  if (!request) return base::failure(request.error());
  return Prepared{.handle = handle_of(mark, {}), .make = [this, request = std::move(*request)](base::Tick deadline) {
                    return create(request, deadline);
                  }};
}

Provider::Outcome<Credential> Influxdb::create(const std::string& body, base::Tick deadline) const {
  const HttpService::Request request{.method = "POST",
                                     .path = std::string(kAuthorizations),
                                     .body = body,
                                     .deadline = deadline,
                                     .again = Again::kHarms};
  const auto answer = service_.send(request);
  if (!answer) return std::unexpected(answer.error());
  if (answer->status != 201) return std::unexpected(service_.refusal(request, *answer, influxdb::read_error(*answer)));
  auto made = influxdb::read_made(answer->body);
  if (!made) return std::unexpected(service_.unusable(request, "it says 201, and holds no id and token"));
  return Credential{
      .external_id = std::move(made->id), .value = std::move(made->token), .issued = std::move(made->created_at)};
}

Provider::Outcome<void> Influxdb::renew(const model::LeaseHandle& handle, base::Instant expires_at,
                                        base::Tick deadline) {
  // A description of an earlier manager stays as it is: who took its leases over has their records.
  if (!is_label(handle.label)) return {};
  HttpService::Request request{
      .method = "PATCH", .path = path_of(handle.external_id), .deadline = deadline, .again = Again::kHarms};
  if (!influxdb::is_id(handle.external_id))
    return std::unexpected(service_.problem(request, Trouble::kRejected, "the id of the token is not known"));
  const Data data = base::json::read_unpadded<Data>(handle.data).value_or(Data{});
  request.body = R"({"description":)";
  base::json::append_text(
      request.body,
      influxdb::write_description({.label = handle.label, .lease = data.lease, .note = data.description}, expires_at));
  request.body += '}';
  const auto answer = service_.send(request);
  if (!answer) return std::unexpected(answer.error());
  if (answer->status != 200) return std::unexpected(service_.refusal(request, *answer, influxdb::read_error(*answer)));
  return {};
}

std::vector<Provider::Outcome<void>> Influxdb::revoke(std::span<const model::LeaseHandle> handles,
                                                      base::Tick deadline) {
  std::vector<Outcome<void>> out;
  out.reserve(handles.size());
  All known;
  for (const model::LeaseHandle& handle : handles) {
    const bool in_vain = !out.empty() && !out.back() && is_of_provider(out.back().error().trouble);
    out.push_back(in_vain ? out.back() : revoke_one(handle, known, deadline));
  }
  return out;
}

Provider::Outcome<void> Influxdb::revoke_one(const model::LeaseHandle& handle, All& known, base::Tick deadline) const {
  if (!handle.external_id.empty()) return remove(handle.external_id, deadline);
  const auto ids = ids_of(handle.label, known, deadline);
  if (!ids) return std::unexpected(ids.error());
  for (const std::string& id : *ids) {
    if (auto removed = remove(id, deadline); !removed) return removed;
  }
  return {};
}

Provider::Outcome<void> Influxdb::remove(const std::string& id, base::Tick deadline) const {
  const HttpService::Request request{.method = "DELETE", .path = path_of(id), .deadline = deadline};
  if (!influxdb::is_id(id)) {
    return std::unexpected(
        service_.problem(request, Trouble::kRejected, fmt::format("{} is no id of a token", base::shown(id))));
  }
  const auto answer = service_.send(request);
  if (!answer) return std::unexpected(answer.error());
  if (answer->status == 204 || influxdb::is_absent(*answer)) return {};
  return std::unexpected(service_.refusal(request, *answer, influxdb::read_error(*answer)));
}

Provider::Outcome<std::vector<Listed>> Influxdb::all(base::Tick deadline) const {
  const HttpService::Request request{.path = std::string(kAuthorizations), .deadline = deadline};
  const auto answer = service_.send(request);
  if (!answer) return std::unexpected(answer.error());
  if (answer->status != 200) return std::unexpected(service_.refusal(request, *answer, influxdb::read_error(*answer)));
  auto listed = influxdb::read_list(answer->body);
  if (!listed) return std::unexpected(service_.unusable(request, "it is no list of authorizations"));
  return std::move(*listed);
}

Provider::Outcome<std::vector<std::string>> Influxdb::ids_of(const std::string& label, All& known,
                                                             base::Tick deadline) const {
  if (!is_label(label))
    return std::unexpected(service_.problem({}, Trouble::kRejected, "it is no label of a leased token"));
  if (!known) known = all(deadline);
  if (!*known) return std::unexpected(known->error());
  std::vector<std::string> ids;
  for (const Listed& one : **known) {
    const auto mark = influxdb::read_description(one.description);
    if (mark && mark->label == label) ids.push_back(one.id);
  }
  return ids;
}

Provider::Outcome<bool> Influxdb::exists(const model::LeaseHandle& handle, base::Tick deadline) {
  if (handle.external_id.empty()) {
    All known;
    const auto ids = ids_of(handle.label, known, deadline);
    if (!ids) return std::unexpected(ids.error());
    return !ids->empty();
  }
  const HttpService::Request request{.path = path_of(handle.external_id), .deadline = deadline};
  if (!influxdb::is_id(handle.external_id))
    return std::unexpected(service_.problem(request, Trouble::kRejected, "the handle holds no id of a token"));
  const auto answer = service_.send(request);
  if (!answer) return std::unexpected(answer.error());
  if (influxdb::is_absent(*answer)) return false;
  if (answer->status != 200) return std::unexpected(service_.refusal(request, *answer, influxdb::read_error(*answer)));
  const auto one = influxdb::read_one(answer->body);
  if (!one || one->id != handle.external_id)
    return std::unexpected(service_.unusable(request, "it is not the authorization that was asked for"));
  return true;
}

Provider::Outcome<std::vector<Found>> Influxdb::list(std::string_view tag, base::Tick deadline) {
  auto listed = all(deadline);
  if (!listed) return std::unexpected(listed.error());
  const std::string ours = label_prefix(tag);
  std::vector<Found> out;
  for (Listed& one : *listed) {
    if (const auto mark = influxdb::read_description(one.description)) {
      if (mark->label.starts_with(ours)) out.push_back({.handle = handle_of(*mark, std::move(one.id)), .earlier = {}});
    } else if (auto earlier = adopts_ ? influxdb::read_earlier(one.description) : std::nullopt) {
      Mark by_id{.label = std::string(kEarlierLabel) + one.id, .lease = {}, .note = {}};
      out.push_back({.handle = handle_of(by_id, std::move(one.id)), .earlier = std::move(earlier)});
    }
  }
  return out;
}

Provider::Outcome<void> Influxdb::check(base::Tick deadline) {
  const HttpService::Request request{.path = path_of(kNoId), .deadline = deadline};
  const auto answer = service_.send(request);
  if (!answer) return std::unexpected(answer.error());
  if (answer->status == 200 || influxdb::is_absent(*answer)) return {};
  Problem problem = service_.refusal(request, *answer, influxdb::read_error(*answer));
  if (answer->status == 403) problem.trouble = Trouble::kDenied;  // the token's user is inactive
  return std::unexpected(std::move(problem));
}

}  // namespace

base::Result<std::unique_ptr<Provider>> make_influxdb(std::string_view name, const ProviderSettings& settings,
                                                      const base::Clock& clock) {
  constexpr std::array<std::string_view, 1> kNeeded = {"token"};
  if (auto status = require_settings(name, settings, kNeeded); !status) return base::failure(status.error());
  if (!settings.org.empty() && !influxdb::is_id(settings.org)) {
    return base::failure(
        wrong_setting(name, "org", "expected the organisation's id, 16 lower-case hexadecimal digits"));
  }
  auto roles = read_roles<std::string>(name, settings, read_role);
  if (!roles) return base::failure(roles.error());
  auto service = HttpService::create(name, settings, base::Secret(fmt::format("Token {}", settings.token.reveal())),
                                     {settings.token}, clock);
  if (!service) return base::failure(service.error());
  return std::make_unique<Influxdb>(std::move(*service), settings.org, std::move(*roles), settings.adopt);
}

}  // namespace jeton::leases
