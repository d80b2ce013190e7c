#include "leases/providers/redis/provider.hpp"

#include <fmt/format.h>

#include <array>
#include <atomic>
#include <map>
#include <utility>

#include "base/log.hpp"
#include "base/strings.hpp"
#include "leases/providers/idle_connections.hpp"
#include "leases/providers/label.hpp"
#include "leases/providers/options.hpp"
#include "leases/providers/problem_text.hpp"
#include "leases/providers/redis/commands.hpp"
#include "leases/providers/settings_check.hpp"
#include "net/redis/address.hpp"
#include "net/redis/connection.hpp"

namespace jeton::leases {
namespace {

using net::redis::Command;
using net::redis::Connection;
using net::redis::Failure;
using net::redis::Value;
using redis::Persistence;
using redis::Rules;

constexpr std::size_t kBatchMax = 500;

/// A connection, and how users that are made over it are kept.
struct Session {
  std::unique_ptr<Connection> connection;
  Persistence persistence = Persistence::kNone;

  bool is_idle() const { return connection->is_idle(); }
};

/// What it means when nobody knows whether a command was executed.
enum class Again : std::uint8_t { kHarms, kIsHarmless };

struct Configured {
  std::string name;  ///< of the provider
  net::redis::Address address;
  net::tls::ClientFiles files;
  Persistence persistence = Persistence::kAuto;
  std::map<std::string, Rules> roles;
  std::optional<Rules> rules;  ///< of requests without a role
};

class Redis final : public Provider {
 public:
  Redis(Configured configured, std::size_t connections, const base::Clock& clock)
      : configured_(std::move(configured)),
        secrets_{configured_.address.password},
        clock_(clock),
        idle_(2 * connections) {}

  Traits traits() const override { return {.ends_sessions = true, .batch_max = kBatchMax}; }
  base::Result<Prepared> prepare(const NewCredential& wanted) const override;
  /// Nothing to tell: a user has no end.
  Outcome<void> renew(const model::LeaseHandle&, base::Instant, base::Tick) override { return {}; }
  std::vector<Outcome<void>> revoke(std::span<const model::LeaseHandle> handles, base::Tick deadline) override;
  Outcome<bool> exists(const model::LeaseHandle& handle, base::Tick deadline) override;
  Outcome<std::vector<Found>> list(std::string_view tag, base::Tick deadline) override;
  Outcome<void> check(base::Tick deadline) override;

 private:
  using Answers = std::vector<Value>;

  Outcome<Credential> create(const std::string& name, const Rules& rules, const base::Secret& secret,
                             base::Tick deadline) const;
  Outcome<void> remove(const std::vector<std::string>& names, base::Tick deadline) const;
  Outcome<Session> begin(base::Tick deadline) const;
  Outcome<Session> connect(base::Tick deadline) const;
  Outcome<Answers> call(Session& session, const std::vector<Command>& commands, Again again, base::Tick deadline) const;
  Outcome<Value> ask(const Command& command, base::Tick deadline) const;
  void add_persisting(const Session& session, std::vector<Command>& commands) const;
  void give_back(Session session) const;
  Problem problem(Trouble trouble, std::string_view text) const;
  Problem problem(const Failure& failure, Again again) const;
  Problem refusal(std::string_view what, const Value& error) const;

  const Configured configured_;
  const std::array<base::Secret, 1> secrets_;
  const base::Clock& clock_;
  mutable IdleConnections<Session> idle_;
  mutable std::atomic<bool> warned_ = false;
};

base::Result<Provider::Prepared> Redis::prepare(const NewCredential& wanted) const {
  if (auto status = only_options(wanted.options, {}); !status) return base::failure(status.error());
  const Rules* rules = wanted.role.empty() && configured_.rules ? &*configured_.rules : nullptr;
  if (rules == nullptr) {
    const auto role = find_role(configured_.roles, wanted.role);
    if (!role) return base::failure(role.error());
    rules = *role;
  }
  std::string name(wanted.label);
  return Prepared{.handle = {.label = name, .external_id = name, .data = "{}"},
                  .make = [this, name, rules = *rules, secret = base::Secret(std::string(wanted.secret))](
                              base::Tick deadline) { return create(name, rules, secret, deadline); }};
}

Provider::Outcome<Credential> Redis::create(const std::string& name, const Rules& rules, const base::Secret& secret,
                                            base::Tick deadline) const {
  auto session = begin(deadline);
  if (!session) return std::unexpected(std::move(session.error()));
  std::vector<Command> commands = {redis::create_command(name, rules, secret.reveal())};
  add_persisting(*session, commands);
  auto answers = call(*session, commands, Again::kHarms, deadline);
  if (!answers) return std::unexpected(std::move(answers.error()));
  if (answers->front().is_error()) {
    give_back(*std::move(session));
    return std::unexpected(refusal("the user was refused", answers->front()));
  }
  if (!answers->back().is_error()) {
    give_back(*std::move(session));
    return Credential{.external_id = name, .value = secret, .issued = {}};
  }
  // A user that the next restart forgets is no lease.
  Problem lost = refusal("the user could not be kept", answers->back());
  auto undone = call(*session, {redis::revoke_command(std::array{name})}, Again::kHarms, deadline);
  if (!undone || undone->front().is_error()) {
    lost.trouble = Trouble::kAmbiguous;
  } else {
    give_back(*std::move(session));
  }
  return std::unexpected(std::move(lost));
}

// Removed, and kept so: a restart would bring back a user that is still in the file.
Provider::Outcome<void> Redis::remove(const std::vector<std::string>& names, base::Tick deadline) const {
  auto session = begin(deadline);
  if (!session) return std::unexpected(std::move(session.error()));
  std::vector<Command> commands = {redis::revoke_command(names)};
  add_persisting(*session, commands);
  auto answers = call(*session, commands, Again::kIsHarmless, deadline);
  if (!answers) return std::unexpected(std::move(answers.error()));
  give_back(*std::move(session));
  if (answers->front().is_error()) return std::unexpected(refusal("users are not removed", answers->front()));
  if (answers->back().is_error()) {
    // The server's trouble, not that of these users.
    Problem problem = refusal("the removal of users could not be kept", answers->back());
    if (problem.trouble == Trouble::kRejected) problem.trouble = Trouble::kBusy;
    return std::unexpected(std::move(problem));
  }
  return {};
}

std::vector<Provider::Outcome<void>> Redis::revoke(std::span<const model::LeaseHandle> handles, base::Tick deadline) {
  std::vector<std::string> names;
  for (const model::LeaseHandle& handle : handles) {
    if (is_label(handle.label)) names.push_back(handle.label);
  }
  const Outcome<void> removed = names.empty() ? Outcome<void>{} : remove(names, deadline);
  std::vector<Outcome<void>> out;
  out.reserve(handles.size());
  for (const model::LeaseHandle& handle : handles) {
    out.push_back(is_label(handle.label) ? removed
                                         : std::unexpected(problem(Trouble::kRejected, "it is no user of ours")));
  }
  return out;
}

Provider::Outcome<bool> Redis::exists(const model::LeaseHandle& handle, base::Tick deadline) {
  const auto answer = ask({"ACL", "GETUSER", handle.label}, deadline);
  if (!answer) return std::unexpected(answer.error());
  return answer->kind != Value::Kind::kNull;
}

Provider::Outcome<std::vector<Found>> Redis::list(std::string_view tag, base::Tick deadline) {
  const auto answer = ask({"ACL", "USERS"}, deadline);
  if (!answer) return std::unexpected(answer.error());
  const std::string ours = label_prefix(tag);
  std::vector<Found> out;
  for (const Value& user : answer->items) {
    if (!user.text.starts_with(ours) || !is_label(user.text)) continue;
    out.push_back(found_by_label(user.text));
  }
  return out;
}

Provider::Outcome<void> Redis::check(base::Tick deadline) {
  const auto answer = ask({"ACL", "WHOAMI"}, deadline);
  if (!answer) return std::unexpected(answer.error());
  return {};
}

Provider::Outcome<Session> Redis::begin(base::Tick deadline) const {
  const base::Tick now = clock_.monotonic();
  if (now >= deadline)
    return std::unexpected(problem(Trouble::kBusy, configured_.address.shown() + ": no time was left to ask"));
  while (auto idle = idle_.take(now)) {
    if (idle->is_idle()) return std::move(*idle);
  }
  return connect(deadline);
}

Provider::Outcome<Session> Redis::connect(base::Tick deadline) const {
  auto connection = Connection::open(configured_.address, configured_.files, clock_, deadline);
  if (!connection) return std::unexpected(problem(connection.error(), Again::kIsHarmless));
  Session out{*std::move(connection), configured_.persistence};
  if (out.persistence != Persistence::kAuto) return out;
  auto answers = call(out, redis::kAskPersistence, Again::kIsHarmless, deadline);
  if (!answers) return std::unexpected(std::move(answers.error()));
  const auto found = redis::found_persistence(*answers);
  if (!found) {
    return std::unexpected(
        refusal("how users are kept is not told (allow CONFIG GET and INFO, or set acl-persistence)", found.error()));
  }
  out.persistence = *found;
  return out;
}

// The session is of no more use after a failure.
Provider::Outcome<Redis::Answers> Redis::call(Session& session, const std::vector<Command>& commands, Again again,
                                              base::Tick deadline) const {
  auto answers = session.connection->call(commands, deadline);
  if (!answers) return std::unexpected(problem(answers.error(), again));
  return *std::move(answers);
}

Provider::Outcome<Value> Redis::ask(const Command& command, base::Tick deadline) const {
  auto session = begin(deadline);
  if (!session) return std::unexpected(std::move(session.error()));
  auto answers = call(*session, {command}, Again::kIsHarmless, deadline);
  if (!answers) return std::unexpected(std::move(answers.error()));
  give_back(*std::move(session));
  if (answers->front().is_error()) return std::unexpected(refusal("a question was refused", answers->front()));
  return std::move(answers->front());
}

void Redis::add_persisting(const Session& session, std::vector<Command>& commands) const {
  switch (session.persistence) {
    case Persistence::kAclFile:
      commands.push_back({"ACL", "SAVE"});
      return;
    case Persistence::kConfigRewrite:
      commands.push_back({"CONFIG", "REWRITE"});
      return;
    case Persistence::kAuto:
    case Persistence::kNone:
      break;
  }
  if (warned_.exchange(true)) return;
  base::log::warn("leases", "users of this Redis end with its process: it has neither an ACL file nor a configuration",
                  {{"provider", configured_.name}, {"server", configured_.address.shown()}});
}

void Redis::give_back(Session session) const {
  idle_.give(std::make_unique<Session>(std::move(session)), clock_.monotonic());
}

Problem Redis::problem(Trouble trouble, std::string_view text) const {
  return {.trouble = trouble, .message = problem_text(text, secrets_), .retry_after = std::nullopt};
}

Problem Redis::problem(const Failure& failure, Again again) const {
  switch (failure.kind) {
    case Failure::Kind::kNotReached:
      return problem(Trouble::kUnreachable, failure.message);
    case Failure::Kind::kRefused: {
      const Trouble trouble = redis::trouble_of(failure.word);
      return problem(trouble == Trouble::kRejected ? Trouble::kDenied : trouble, failure.message);
    }
    case Failure::Kind::kNoAnswer:
    case Failure::Kind::kLost:
      break;
  }
  return problem(again == Again::kHarms ? Trouble::kAmbiguous : Trouble::kUnreachable, failure.message);
}

Problem Redis::refusal(std::string_view what, const Value& error) const {
  return problem(redis::trouble_of(error.error_word()),
                 fmt::format("{}: {}: {}", configured_.address.shown(), what, error.text));
}

// The account may stand in the URL or beside it.
base::Result<net::redis::Address> read_address(std::string_view name, const ProviderSettings& settings) {
  auto address = net::redis::read_address(settings.url);
  if (!address) return base::failure(wrong_setting(name, "url", address.error().message));
  const bool beside = !settings.user.empty() || !settings.password.empty();
  if (!beside) return address;
  if (!address->password.empty())
    return base::failure(wrong_setting(name, "password", "the account is in the URL already; set it in one place"));
  if (settings.password.empty())
    return base::failure(wrong_setting(name, "password", "the user has no password; set it"));
  address->user = settings.user;
  address->password = settings.password;
  return address;
}

base::Result<net::tls::ClientFiles> read_files(std::string_view name, const ProviderSettings& settings, bool tls) {
  const std::string_view set = !settings.ca.empty()            ? "ca"
                               : !settings.certificate.empty() ? "certificate"
                               : !settings.key.empty()         ? "key"
                                                               : "";
  if (!set.empty() && !tls)
    return base::failure(wrong_setting(name, set, "it is for a URL that begins with rediss://"));
  if (settings.certificate.empty() != settings.key.empty()) {
    return base::failure(
        wrong_setting(name, settings.key.empty() ? "key" : "certificate", "certificate and key go together; set both"));
  }
  return net::tls::ClientFiles{.ca = settings.ca, .certificate = settings.certificate, .key = settings.key};
}

}  // namespace

base::Result<std::unique_ptr<Provider>> make_redis(std::string_view name, const ProviderSettings& settings,
                                                   const base::Clock& clock) {
  Configured configured;
  auto address = read_address(name, settings);
  if (!address) return base::failure(address.error());
  auto files = read_files(name, settings, address->tls);
  if (!files) return base::failure(files.error());
  const auto persistence = redis::read_persistence(settings.acl_persistence);
  if (!persistence) return base::failure(wrong_setting(name, "acl-persistence", persistence.error().message));
  auto roles = read_roles<Rules>(name, settings, redis::read_rules);
  if (!roles) return base::failure(roles.error());
  if (!settings.rules.empty()) {
    auto rules = redis::read_rules(settings.rules);
    if (!rules) return base::failure(wrong_setting(name, "rules", rules.error().message));
    configured.rules = *std::move(rules);
  } else if (roles->empty()) {
    return base::failure(
        wrong_setting(name, "roles", "a provider of type redis needs the setting \"roles\", or \"rules\""));
  }
  configured.name = name;
  configured.address = *std::move(address);
  configured.files = *std::move(files);
  configured.persistence = *persistence;
  configured.roles = *std::move(roles);
  return std::make_unique<Redis>(std::move(configured), settings.connections, clock);
}

}  // namespace jeton::leases
