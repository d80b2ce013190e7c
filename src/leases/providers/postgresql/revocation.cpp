#include "leases/providers/postgresql/revocation.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "leases/providers/postgresql/statements.hpp"

namespace jeton::leases::postgresql {
namespace {

template <class T>
using Outcome = Provider::Outcome<T>;
using Names = std::vector<std::string>;

// One that holds a lock on what a role owns must not use up the time of all.
constexpr int kLockShare = 4;

/// Some roles, over one connection to the manager's own database.
class Removal {
 public:
  Removal(Sessions& sessions, Connection& connection, base::Tick deadline)
      : sessions_(sessions), connection_(connection), deadline_(deadline) {}

  /// All or none.
  Outcome<void> remove(std::vector<const Doomed*> roles);
  /// The connection is of no more use.
  bool failed() const { return failed_; }
  Outcome<Names> existing(const Names& names) { return ask(kWhichExist, names); }

 private:
  Outcome<Names> ask(std::string_view question, const Names& names);
  Outcome<void> transact(Connection& connection, const std::vector<std::string>& steps);
  Outcome<void> end_sessions(const Names& names);
  Outcome<std::set<std::string>> heirs_of(const std::vector<const Doomed*>& roles);
  Outcome<void> clear_databases(const std::vector<const Doomed*>& roles, const std::set<std::string>& heirs);
  Problem problem(const Failure& failure);

  Sessions& sessions_;
  Connection& connection_;
  const base::Tick deadline_;
  bool failed_ = false;
};

Names names_of(const std::vector<const Doomed*>& roles) {
  Names out;
  out.reserve(roles.size());
  for (const Doomed* role : roles) out.push_back(role->name);
  return out;
}

// Statements for all of them; roles with the same heir go together. Without their group the manager inherits.
std::vector<std::string> give_away_all(const std::vector<const Doomed*>& roles, const std::set<std::string>& heirs) {
  std::map<std::string, Names> by_heir;
  for (const Doomed* role : roles)
    by_heir[heirs.contains(role->data.group) ? role->data.group : std::string()].push_back(role->name);
  std::vector<std::string> out;
  out.reserve(by_heir.size());
  for (const auto& [heir, names] : by_heir) out.push_back(give_away(names, heir));
  return out;
}

Outcome<void> Removal::remove(std::vector<const Doomed*> roles) {
  const auto there = existing(names_of(roles));
  if (!there) return std::unexpected(there.error());
  const std::set<std::string_view> known(there->begin(), there->end());
  std::erase_if(roles, [&](const Doomed* role) { return !known.contains(role->name); });
  if (roles.empty()) return {};
  const Names names = names_of(roles);
  if (auto done = transact(connection_, {lock_out(names)}); !done) return done;
  // Locked out again, so that several who take back the same role do so one after the other.
  const auto joined = transact(connection_, {lock_out(names), join(names)});
  if (failed_) return joined;
  const auto ended = end_sessions(names);  // whether or not the rest can be done
  if (!joined) return joined;
  if (!ended) return ended;
  const auto heirs = heirs_of(roles);
  if (!heirs) return std::unexpected(heirs.error());
  if (auto done = clear_databases(roles, *heirs); !done) return done;
  // A login that had passed before the roles were locked out shows only now.
  if (auto done = end_sessions(names); !done) return done;
  std::vector<std::string> steps;
  for (const Doomed* role : roles) steps.insert(steps.end(), role->data.revoke.begin(), role->data.revoke.end());
  for (std::string& step : give_away_all(roles, *heirs)) steps.push_back(std::move(step));
  steps.push_back(drop_roles(names));
  return transact(connection_, steps);
}

Outcome<void> Removal::end_sessions(const Names& names) {
  if (const auto asked = ask(kEndSessions, names); !asked) return std::unexpected(asked.error());
  if (connection_.server_version() < kAwaitsFromVersion) return {};
  if (const auto asked = ask(kAwaitEndOfSessions, names); !asked) return std::unexpected(asked.error());
  return {};
}

// A group may have been dropped since, or the role may have been taken out of it.
Outcome<std::set<std::string>> Removal::heirs_of(const std::vector<const Doomed*>& roles) {
  std::set<std::string> groups;
  for (const Doomed* role : roles) groups.insert(role->data.group);
  const auto usable = ask(kWhichInherit, Names(groups.begin(), groups.end()));
  if (!usable) return std::unexpected(usable.error());
  return std::set<std::string>(usable->begin(), usable->end());
}

// Of the other databases.
Outcome<void> Removal::clear_databases(const std::vector<const Doomed*>& roles, const std::set<std::string>& heirs) {
  std::map<std::string, std::vector<const Doomed*>> by_database;
  for (const Doomed* role : roles) {
    for (const std::string& database : role->data.databases) by_database[database].push_back(role);
  }
  for (const auto& [database, owners] : by_database) {
    auto session = sessions_.begin_in(database, deadline_);
    if (!session) return std::unexpected(std::move(session.error()));
    if (!*session) continue;
    if (auto done = transact(**session, give_away_all(owners, heirs)); !done) return done;
  }
  return {};
}

Outcome<Names> Removal::ask(std::string_view question, const Names& names) {
  auto answer = connection_.ask(question, {array_of(names)}, deadline_);
  if (!answer) return std::unexpected(problem(answer.error()));
  return *std::move(answer);
}

Outcome<void> Removal::transact(Connection& connection, const std::vector<std::string>& steps) {
  const auto done = connection.transact(steps, sessions_.left(deadline_) / kLockShare, deadline_);
  if (!done) return std::unexpected(problem(done.error()));
  return {};
}

Problem Removal::problem(const Failure& failure) {
  failed_ = failed_ || failure.kind != Failure::Kind::kRefused;
  return sessions_.problem(failure, Again::kIsHarmless);
}

// Whether it is gone all the same: another call may have been quicker, and "there is no such role" was its trace.
Outcome<void> remove_one(Removal& removal, const Doomed& role) {
  auto done = removal.remove({&role});
  if (done || removal.failed()) return done;
  const auto there = removal.existing({role.name});
  if (there && there->empty()) return {};
  return done;
}

}  // namespace

std::vector<Outcome<void>> remove_roles(Sessions& sessions, std::span<const Doomed> doomed, base::Tick deadline) {
  std::vector<Outcome<void>> out(doomed.size());
  auto session = sessions.begin(deadline);
  if (!session) {
    std::ranges::fill(out, Outcome<void>(std::unexpected(session.error())));
    return out;
  }
  Removal removal(sessions, **session, deadline);
  std::vector<const Doomed*> all;
  for (const Doomed& role : doomed) all.push_back(&role);
  const Outcome<void> together = doomed.size() > 1 ? removal.remove(all) : remove_one(removal, doomed.front());
  std::ranges::fill(out, together);
  if (!together && doomed.size() > 1 && !is_of_provider(together.error().trouble)) {
    std::size_t tried = 0;
    for (; tried < doomed.size() && !removal.failed(); ++tried) out[tried] = remove_one(removal, doomed[tried]);
    // What ended the work says nothing against those that it did not come to.
    if (tried < doomed.size())
      std::fill(
          out.begin() + static_cast<std::ptrdiff_t>(tried), out.end(),
          Outcome<void>(std::unexpected(Problem{Trouble::kBusy, "the time was over before it was its turn", {}})));
  }
  if (!removal.failed()) sessions.give_back(*std::move(session));
  return out;
}

}  // namespace jeton::leases::postgresql
