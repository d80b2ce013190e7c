#include "leases/providers/rabbitmq/provider.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/json/reader.hpp"
#include "base/json/writer.hpp"
#include "base/strings.hpp"
#include "leases/providers/http_service.hpp"
#include "leases/providers/label.hpp"
#include "leases/providers/options.hpp"
#include "leases/providers/rabbitmq/role.hpp"
#include "leases/providers/settings_check.hpp"

namespace jeton::leases {
namespace {

using Again = HttpService::Again;
using rabbitmq::Role;

constexpr std::size_t kBatchMax = 50;
constexpr std::string_view kWhoAmI = "/api/whoami";

std::string user_path(std::string_view name) {
  return "/api/users/" + base::percent_encode(name);
}

// The reason is a text, or a list of its parts.
struct ErrorAnswer {
  std::string error;
  base::json::Value reason;
};
BOOST_DESCRIBE_STRUCT(ErrorAnswer, (), (error, reason))

struct ListedUser {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(ListedUser, (), (name))

struct Users {
  std::optional<std::vector<ListedUser>> users;
};
BOOST_DESCRIBE_STRUCT(Users, (), (users))

struct WhoAmI {
  base::json::Value tags;
};
BOOST_DESCRIBE_STRUCT(WhoAmI, (), (tags))

std::optional<std::string> own_words(const HttpService::Answer& answer) {
  const auto error = base::json::read_unpadded<ErrorAnswer>(answer.body);
  if (!error || error->error.empty()) return std::nullopt;
  const auto* text = error->reason.as<std::string>();
  return fmt::format("{}: {}", error->error, text != nullptr ? *text : base::json::write(error->reason));
}

// A list in the newer versions, words with commas in the older ones.
bool is_administrator(const base::json::Value& tags) {
  static constexpr std::string_view kTag = "administrator";
  if (const auto* text = tags.as<std::string>()) return std::ranges::count(base::split(*text, ','), kTag) != 0;
  const auto* list = tags.as<base::json::Array>();
  return list != nullptr && std::ranges::any_of(*list, [](const base::json::Value& tag) {
           return tag.as<std::string>() != nullptr && *tag.as<std::string>() == kTag;
         });
}

class Rabbitmq final : public Provider {
 public:
  using Roles = std::map<std::string, Role>;

  Rabbitmq(HttpService service, Roles roles) : service_(std::move(service)), roles_(std::move(roles)) {}

  Traits traits() const override { return {.ends_sessions = true, .batch_max = kBatchMax}; }
  base::Result<Prepared> prepare(const NewCredential& wanted) const override;
  /// Nothing to tell: a user has no end.
  Outcome<void> renew(const model::LeaseHandle&, base::Instant, base::Tick) override { return {}; }
  std::vector<Outcome<void>> revoke(std::span<const model::LeaseHandle> handles, base::Tick deadline) override;
  Outcome<bool> exists(const model::LeaseHandle& handle, base::Tick deadline) override;
  Outcome<std::vector<Found>> list(std::string_view tag, base::Tick deadline) override;
  Outcome<void> check(base::Tick deadline) override;

 private:
  Outcome<Credential> create(const std::string& name, const base::Secret& password, const Role& role,
                             base::Tick deadline) const;
  Outcome<void> permit(const std::string& name, const Role& role, base::Tick deadline) const;
  Outcome<void> remove(const std::string& name, base::Tick deadline) const;
  Outcome<void> answers_here(const HttpService::Request& request, const HttpService::Answer& not_found) const;
  Outcome<bool> remove_together(std::span<const model::LeaseHandle> handles, base::Tick deadline) const;
  Outcome<void> revoke_one(const std::string& name, bool is_removed, base::Tick deadline) const;
  Outcome<void> close_connections(const std::string& name, base::Tick deadline) const;
  Problem refusal(const HttpService::Request& request, const HttpService::Answer& answer) const {
    return service_.refusal(request, answer, own_words(answer));
  }

  const HttpService service_;
  const Roles roles_;
};

base::Result<Provider::Prepared> Rabbitmq::prepare(const NewCredential& wanted) const {
  if (auto status = only_options(wanted.options, {}); !status) return base::failure(status.error());
  const auto role = find_role(roles_, wanted.role);
  if (!role) return base::failure(role.error());
  std::string name(wanted.label);
  return Prepared{.handle = found_by_label(name).handle,
                  .make = [this, name, password = base::Secret(std::string(wanted.secret)),
                           role = **role](base::Tick deadline) { return create(name, password, role, deadline); }};
}

Provider::Outcome<Credential> Rabbitmq::create(const std::string& name, const base::Secret& password, const Role& role,
                                               base::Tick deadline) const {
  HttpService::Request request{
      .method = "PUT", .path = user_path(name), .deadline = deadline, .again = Again::kHarms, .secret = password};
  request.body = R"({"tags":"","password":)";
  base::json::append_text(request.body, password.reveal());
  request.body += '}';
  const auto answer = service_.send(request);
  if (!answer) return std::unexpected(answer.error());
  // An existing user is overwritten without a word but for the status. It is ours: nobody else makes such names.
  if (answer->status == 204)
    return std::unexpected(service_.problem(request, Trouble::kAmbiguous, "there was a user of that name already"));
  if (answer->status != 201) return std::unexpected(refusal(request, *answer));
  const auto permitted = permit(name, role, deadline);
  if (permitted) return Credential{.external_id = name, .value = password, .issued = {}};
  // A user without permissions is of no use to anybody.
  Problem problem = permitted.error();
  const bool gone = remove(name, deadline).has_value();
  if (!gone) problem.trouble = Trouble::kAmbiguous;
  return std::unexpected(std::move(problem));
}

Provider::Outcome<void> Rabbitmq::permit(const std::string& name, const Role& role, base::Tick deadline) const {
  const HttpService::Request request{
      .method = "PUT",
      .path = fmt::format("/api/permissions/{}/{}", base::percent_encode(role.vhost), base::percent_encode(name)),
      .body = base::json::write(role.permissions),
      .deadline = deadline};
  const auto answer = service_.send(request);
  if (!answer) return std::unexpected(answer.error());
  if (answer->status == 201 || answer->status == 204) return {};
  return std::unexpected(refusal(request, *answer));
}

Provider::Outcome<void> Rabbitmq::remove(const std::string& name, base::Tick deadline) const {
  const HttpService::Request request{.method = "DELETE", .path = user_path(name), .deadline = deadline};
  const auto answer = service_.send(request);
  if (!answer) return std::unexpected(answer.error());
  if (answer->status == 204) return {};
  if (answer->status == 404) return answers_here(request, *answer);
  return std::unexpected(refusal(request, *answer));
}

// A path that the service does not know is answered as a user that it does not know: only when our paths are the right
// ones, a user is gone.
Provider::Outcome<void> Rabbitmq::answers_here(const HttpService::Request& request,
                                               const HttpService::Answer& not_found) const {
  if (!own_words(not_found)) return std::unexpected(refusal(request, not_found));
  const HttpService::Request who{.path = std::string(kWhoAmI), .deadline = request.deadline};
  const auto answer = service_.send(who);
  if (!answer) return std::unexpected(answer.error());
  if (answer->status == 200) return {};
  return std::unexpected(service_.problem(who, Trouble::kUnreachable, "the URL is none of RabbitMQ's management"));
}

// True when all are gone. It is not atomic: one that is missing keeps those behind it from being deleted.
Provider::Outcome<bool> Rabbitmq::remove_together(std::span<const model::LeaseHandle> handles,
                                                  base::Tick deadline) const {
  std::vector<std::string> names;
  names.reserve(handles.size());
  for (const model::LeaseHandle& handle : handles) names.push_back(handle.label);
  const HttpService::Request request{.method = "POST",
                                     .path = "/api/users/bulk-delete",
                                     .body = fmt::format(R"({{"users":{}}})", base::json::write(names)),
                                     .deadline = deadline};
  const auto answer = service_.send(request);
  if (!answer) return std::unexpected(answer.error());
  if (answer->status == 204) return true;
  Problem problem = refusal(request, *answer);
  if (problem.trouble == Trouble::kRejected) return false;
  return std::unexpected(std::move(problem));
}

// The node ends the connections of a user that it deletes; this is for those that it did not know of yet.
Provider::Outcome<void> Rabbitmq::close_connections(const std::string& name, base::Tick deadline) const {
  const HttpService::Request request{
      .method = "DELETE", .path = "/api/connections/username/" + base::percent_encode(name), .deadline = deadline};
  const auto answer = service_.send(request);
  if (!answer) return std::unexpected(answer.error());
  const bool done = answer->status == 204 || answer->status == 404 || answer->status == 405;
  if (done) return {};  // older versions do not know the path
  return std::unexpected(refusal(request, *answer));
}

std::vector<Provider::Outcome<void>> Rabbitmq::revoke(std::span<const model::LeaseHandle> handles,
                                                      base::Tick deadline) {
  bool together = false;
  if (handles.size() > 1 && std::ranges::all_of(handles, is_label, &model::LeaseHandle::label)) {
    const auto gone = remove_together(handles, deadline);
    if (!gone) return std::vector<Outcome<void>>(handles.size(), std::unexpected(gone.error()));
    together = *gone;
  }
  std::vector<Outcome<void>> out;
  out.reserve(handles.size());
  for (const model::LeaseHandle& handle : handles) {
    const bool in_vain = !out.empty() && !out.back() && is_of_provider(out.back().error().trouble);
    out.push_back(in_vain ? out.back() : revoke_one(handle.label, together, deadline));
  }
  return out;
}

Provider::Outcome<void> Rabbitmq::revoke_one(const std::string& name, bool is_removed, base::Tick deadline) const {
  if (!is_label(name))
    return std::unexpected(service_.problem({}, Trouble::kRejected, "it is no name of a leased user"));
  if (!is_removed) {
    if (auto removed = remove(name, deadline); !removed) return removed;
  }
  return close_connections(name, deadline);
}

Provider::Outcome<bool> Rabbitmq::exists(const model::LeaseHandle& handle, base::Tick deadline) {
  const HttpService::Request request{.path = user_path(handle.label), .deadline = deadline};
  const auto answer = service_.send(request);
  if (!answer) return std::unexpected(answer.error());
  if (answer->status == 404) {
    if (const auto here = answers_here(request, *answer); !here) return std::unexpected(here.error());
    return false;
  }
  if (answer->status != 200) return std::unexpected(refusal(request, *answer));
  const auto user = base::json::read_unpadded<ListedUser>(answer->body);
  if (!user || user->name != handle.label)
    return std::unexpected(service_.unusable(request, "it is not the user that was asked for"));
  return true;
}

Provider::Outcome<std::vector<Found>> Rabbitmq::list(std::string_view tag, base::Tick deadline) {
  const HttpService::Request request{.path = "/api/users?columns=name", .deadline = deadline};
  const auto answer = service_.send(request);
  if (!answer) return std::unexpected(answer.error());
  if (answer->status != 200) return std::unexpected(refusal(request, *answer));
  const auto read = base::json::read_unpadded<Users>(fmt::format(R"({{"users":{}}})", answer->body));
  if (!read || !read->users) return std::unexpected(service_.unusable(request, "it is no list of users"));
  const std::string ours = label_prefix(tag);
  std::vector<Found> out;
  for (const ListedUser& user : *read->users) {
    if (!user.name.starts_with(ours)) continue;
    out.push_back(found_by_label(user.name));
  }
  return out;
}

Provider::Outcome<void> Rabbitmq::check(base::Tick deadline) {
  const HttpService::Request request{.path = std::string(kWhoAmI), .deadline = deadline};
  const auto answer = service_.send(request);
  if (!answer) return std::unexpected(answer.error());
  if (answer->status != 200) return std::unexpected(refusal(request, *answer));
  const auto who = base::json::read_unpadded<WhoAmI>(answer->body);
  if (!who) return std::unexpected(service_.unusable(request, "it does not say who we are"));
  if (!is_administrator(who->tags))
    return std::unexpected(
        service_.problem(request, Trouble::kDenied, "the manager's account lacks the tag administrator"));
  return {};
}

}  // namespace

base::Result<std::unique_ptr<Provider>> make_rabbitmq(std::string_view name, const ProviderSettings& settings,
                                                      const base::Clock& clock) {
  constexpr std::array<std::string_view, 3> kNeeded = {"user", "password", "roles"};
  if (auto status = require_settings(name, settings, kNeeded); !status) return base::failure(status.error());
  auto roles = read_roles<Role>(name, settings,
                                [&](std::string_view text) { return rabbitmq::read_role(text, settings.vhost); });
  if (!roles) return base::failure(roles.error());
  auto authorization = basic_authorization(name, settings);
  if (!authorization) return base::failure(authorization.error());
  auto service = HttpService::create(name, settings, std::move(*authorization), {settings.password}, clock);
  if (!service) return base::failure(service.error());
  return std::make_unique<Rabbitmq>(std::move(*service), std::move(*roles));
}

}  // namespace jeton::leases
