#include "leases/providers/postgresql/provider.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "base/strings.hpp"
#include "leases/providers/label.hpp"
#include "leases/providers/options.hpp"
#include "leases/providers/postgresql/handle_data.hpp"
#include "leases/providers/postgresql/place.hpp"
#include "leases/providers/postgresql/revocation.hpp"
#include "leases/providers/postgresql/sessions.hpp"
#include "leases/providers/postgresql/statements.hpp"
#include "leases/providers/settings_check.hpp"

namespace jeton::leases {
namespace {

using postgresql::Again;
using postgresql::Doomed;
using postgresql::Failure;
using postgresql::HandleData;
using postgresql::NewRole;
using postgresql::Sessions;

constexpr std::size_t kBatchMax = 200;

using Groups = std::vector<std::string>;

struct Configured {
  std::map<std::string, Groups> roles;
  std::vector<std::string> create;
  std::vector<std::string> revoke;
  std::vector<std::string> databases;
  std::uint64_t connections_max = 0;
};

class Postgresql final : public Provider {
 public:
  Postgresql(postgresql::Place place, Configured configured, std::size_t connections, const base::Clock& clock)
      : configured_(std::move(configured)), sessions_(std::move(place), 2 * connections, clock) {}

  Traits traits() const override {
    return {.ends_by_itself = true,
            .ends_sessions = true,
            .batch_max = kBatchMax,
            .label_bytes_max = postgresql::kNameBytesMax};
  }
  base::Result<Prepared> prepare(const NewCredential& wanted) const override;
  Outcome<void> renew(const model::LeaseHandle& handle, base::Instant expires_at, base::Tick deadline) override;
  std::vector<Outcome<void>> revoke(std::span<const model::LeaseHandle> handles, base::Tick deadline) override;
  Outcome<bool> exists(const model::LeaseHandle& handle, base::Tick deadline) override;
  Outcome<std::vector<Found>> list(std::string_view tag, base::Tick deadline) override;
  Outcome<void> check(base::Tick deadline) override;

 private:
  using Column = std::vector<std::string>;

  base::Result<Groups> groups_of(std::string_view role) const;
  HandleData data_of(std::string_view name, std::string_view group) const;
  Outcome<Credential> create(NewRole role, const base::Secret& password, const std::string& group,
                             base::Tick deadline) const;
  Outcome<void> transact(Sessions::Session session, const std::vector<std::string>& steps, Again again,
                         base::Tick deadline) const;
  Outcome<Column> ask(std::string_view question, const std::vector<std::string>& parameters, base::Tick deadline) const;

  const Configured configured_;
  mutable Sessions sessions_;
};

base::Result<Groups> Postgresql::groups_of(std::string_view role) const {
  if (role.empty() && !configured_.create.empty() && std::ranges::none_of(configured_.create, postgresql::names_group))
    return Groups{};  // the statements give all there is
  if (configured_.roles.empty())
    return base::failure(base::invalid("this provider has no roles; ask without one", "role"));
  const auto groups = find_role(configured_.roles, role);
  if (!groups) return base::failure(groups.error());
  return **groups;
}

HandleData Postgresql::data_of(std::string_view name, std::string_view group) const {
  HandleData out{.group = std::string(group), .databases = configured_.databases, .revoke = {}};
  for (const std::string& statement : configured_.revoke) {
    if (group.empty() && postgresql::names_group(statement)) continue;
    out.revoke.push_back(postgresql::fill_template(statement, name, group));
  }
  return out;
}

base::Result<Provider::Prepared> Postgresql::prepare(const NewCredential& wanted) const {
  if (auto status = only_options(wanted.options, {}); !status) return base::failure(status.error());
  auto groups = groups_of(wanted.role);
  if (!groups) return base::failure(groups.error());
  std::string name(wanted.label);
  std::string group = groups->empty() ? std::string() : groups->front();
  NewRole role{.name = name,
               .verifier = {},
               .expires_at = wanted.expires_at,
               .connections_max = configured_.connections_max,
               .groups = *std::move(groups),
               .lease = std::string(wanted.lease)};
  std::string data = postgresql::write_handle_data(data_of(name, group));
  return Prepared{.handle = {.label = name, .external_id = name, .data = std::move(data)},
                  .make = [this, role = std::move(role), group = std::move(group),
                           password = base::Secret(std::string(wanted.secret))](base::Tick deadline) {
                    return create(role, password, group, deadline);
                  }};
}

Provider::Outcome<Credential> Postgresql::create(NewRole role, const base::Secret& password, const std::string& group,
                                                 base::Tick deadline) const {
  auto session = sessions_.begin(deadline);
  if (!session) return std::unexpected(std::move(session.error()));
  role.verifier = (*session)->verifier(password, role.name).reveal();
  std::vector<std::string> steps = {postgresql::create_role(role), postgresql::try_joining(role.name)};
  for (const std::string& statement : configured_.create)
    steps.push_back(postgresql::fill_template(statement, role.name, group));
  if (auto done = transact(*std::move(session), steps, Again::kHarms, deadline); !done)
    return std::unexpected(std::move(done.error()));
  return Credential{.external_id = role.name, .value = password, .issued = {}};
}

Provider::Outcome<void> Postgresql::renew(const model::LeaseHandle& handle, base::Instant expires_at,
                                          base::Tick deadline) {
  if (!is_label(handle.label)) return std::unexpected(sessions_.problem(Trouble::kRejected, "it is no role of ours"));
  auto session = sessions_.begin(deadline);
  if (!session) return std::unexpected(std::move(session.error()));
  return transact(*std::move(session), {postgresql::renew_role(handle.label, expires_at)}, Again::kHarms, deadline);
}

std::vector<Provider::Outcome<void>> Postgresql::revoke(std::span<const model::LeaseHandle> handles,
                                                        base::Tick deadline) {
  std::vector<Doomed> doomed;
  for (const model::LeaseHandle& handle : handles) {
    if (!is_label(handle.label)) continue;
    auto data = postgresql::read_handle_data(handle.data);
    doomed.push_back({handle.label, data ? *std::move(data) : data_of(handle.label, {})});
  }
  std::vector<Outcome<void>> removed;
  if (!doomed.empty()) removed = postgresql::remove_roles(sessions_, doomed, deadline);
  std::vector<Outcome<void>> out;
  out.reserve(handles.size());
  auto next = removed.begin();
  for (const model::LeaseHandle& handle : handles) {
    if (is_label(handle.label)) {
      out.push_back(*next++);
    } else {
      out.push_back(std::unexpected(sessions_.problem(Trouble::kRejected, "it is no role of ours")));
    }
  }
  return out;
}

Provider::Outcome<bool> Postgresql::exists(const model::LeaseHandle& handle, base::Tick deadline) {
  if (!is_label(handle.label)) return false;
  const std::array name = {handle.label};
  const auto found = ask(postgresql::kWhichExist, {postgresql::array_of(name)}, deadline);
  if (!found) return std::unexpected(found.error());
  return !found->empty();
}

Provider::Outcome<std::vector<Found>> Postgresql::list(std::string_view tag, base::Tick deadline) {
  const auto names = ask(postgresql::kListByPrefix, {label_prefix(tag)}, deadline);
  if (!names) return std::unexpected(names.error());
  std::vector<Found> out;
  out.reserve(names->size());
  for (const std::string& name : *names) {
    if (is_label(name)) out.push_back(found_by_label(name));
  }
  return out;
}

Provider::Outcome<void> Postgresql::check(base::Tick deadline) {
  const auto said = ask(postgresql::kCheck, {}, deadline);
  if (!said) return std::unexpected(said.error());
  const std::string word = said->empty() ? std::string() : said->front();
  if (word == "good") return {};
  if (word == "standby")
    return std::unexpected(sessions_.problem(Trouble::kUnreachable, "the server is a standby, where nothing is made"));
  return std::unexpected(sessions_.problem(Trouble::kDenied, "the manager's account lacks CREATEROLE"));
}

Provider::Outcome<void> Postgresql::transact(Sessions::Session session, const std::vector<std::string>& steps,
                                             Again again, base::Tick deadline) const {
  const auto done = session->transact(steps, sessions_.left(deadline) / 2, deadline);
  if (done || done.error().kind == Failure::Kind::kRefused) sessions_.give_back(std::move(session));
  if (!done) return std::unexpected(sessions_.problem(done.error(), again));
  return {};
}

// Nothing is changed by it, so that an answer that does not come says only that the server is away.
Provider::Outcome<Postgresql::Column> Postgresql::ask(std::string_view question,
                                                      const std::vector<std::string>& parameters,
                                                      base::Tick deadline) const {
  auto session = sessions_.begin(deadline);
  if (!session) return std::unexpected(std::move(session.error()));
  auto answer = (*session)->ask(question, parameters, deadline);
  if (answer || answer.error().kind == Failure::Kind::kRefused) sessions_.give_back(*std::move(session));
  if (!answer) return std::unexpected(sessions_.problem(answer.error(), Again::kIsHarmless));
  return *std::move(answer);
}

base::Status check_statements(std::string_view name, std::string_view key, const std::vector<std::string>& statements) {
  for (const std::string& statement : statements) {
    if (auto status = postgresql::check_template(statement); !status)
      return base::failure(wrong_setting(name, key, status.error().message));
  }
  return {};
}

}  // namespace

base::Result<std::unique_ptr<Provider>> make_postgresql(std::string_view name, const ProviderSettings& settings,
                                                        const base::Clock& clock) {
  auto place = postgresql::read_place(name, settings);
  if (!place) return base::failure(place.error());
  auto roles = read_roles<Groups>(name, settings, postgresql::read_groups);
  if (!roles) return base::failure(roles.error());
  if (auto status = check_statements(name, "create", settings.create); !status) return base::failure(status.error());
  if (auto status = check_statements(name, "revoke", settings.revoke); !status) return base::failure(status.error());
  if (roles->empty() && settings.create.empty()) {
    return base::failure(
        wrong_setting(name, "roles", "a provider of type postgresql needs the setting \"roles\", or \"create\""));
  }
  if (roles->empty() && std::ranges::any_of(settings.create, postgresql::names_group))
    return base::failure(wrong_setting(name, "roles", "a statement of create names {role}, and there are no roles"));
  if (std::ranges::any_of(settings.databases, [](const std::string& database) { return base::is_blank(database); }))
    return base::failure(wrong_setting(name, "databases", "expected names of databases, found an empty one"));
  place->words.emplace_back("fallback_application_name", fmt::format("jeton {}", name));
  Configured configured{.roles = *std::move(roles),
                        .create = settings.create,
                        .revoke = settings.revoke,
                        .databases = settings.databases,
                        .connections_max = settings.connection_limit};
  return std::make_unique<Postgresql>(*std::move(place), std::move(configured), settings.connections, clock);
}

}  // namespace jeton::leases
