// A provider in memory that does what a test tells it: a service with credentials, and troubles on its way.
#pragma once
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "leases/provider.hpp"

namespace jeton::leases::testing {

/// What the provider has; shared by those that stand for one service before and after a restart of ours.
struct Service {
  mutable std::mutex mutex;  // guards the rest
  std::condition_variable changed;
  std::map<std::string, std::string> credentials;  // label -> secret
  std::vector<std::string> revoked;                // labels, in order of the calls
  std::size_t revoke_calls = 0;
  std::size_t creates = 0;
  std::size_t renewals = 0;
  std::size_t checks = 0;
  std::optional<Problem> create_problem;  // answered to create
  bool executes_anyway = false;           // although it answers with create_problem
  std::optional<Problem> revoke_problem;
  std::set<std::string> stuck;  // labels that revoke rejects
  std::optional<Problem> renew_problem;
  bool away = false;
  bool creating_waits = false;  // until told otherwise
  std::vector<Found> foreign;   // shown by list beside its own

  template <class Do>
  auto locked(Do todo) {
    const std::scoped_lock lock(mutex);
    auto done = todo(*this);
    changed.notify_all();
    return done;
  }
  std::size_t count() const {
    const std::scoped_lock lock(mutex);
    return credentials.size();
  }
  bool has(const std::string& label) const {
    const std::scoped_lock lock(mutex);
    return credentials.contains(label);
  }
};

class ScriptedProvider final : public Provider {
 public:
  explicit ScriptedProvider(Service& service, Traits traits = {}) : service_(service), traits_(traits) {}

  Traits traits() const override { return traits_; }

  base::Result<Prepared> prepare(const NewCredential& wanted) const override {
    for (const auto& [name, value] : wanted.options) {
      if (name == "unknown") return base::failure(base::invalid("option unknown is none", "options.unknown"));
    }
    Prepared prepared{.handle = {.label = std::string(wanted.label), .external_id = {}, .data = "{}"}, .make = {}};
    prepared.make = [this, label = std::string(wanted.label), secret = std::string(wanted.secret)](base::Tick) {
      return make(label, secret);
    };
    return prepared;
  }

  Outcome<void> renew(const model::LeaseHandle&, base::Instant, base::Tick) override {
    const std::scoped_lock lock(service_.mutex);
    ++service_.renewals;
    if (service_.away) return std::unexpected(kAway);
    if (service_.renew_problem) return std::unexpected(*service_.renew_problem);
    return {};
  }

  std::vector<Outcome<void>> revoke(std::span<const model::LeaseHandle> handles, base::Tick) override {
    const std::scoped_lock lock(service_.mutex);
    ++service_.revoke_calls;
    std::vector<Outcome<void>> outcomes;
    for (const model::LeaseHandle& handle : handles) {
      if (service_.away) {
        outcomes.emplace_back(std::unexpected(kAway));
      } else if (service_.revoke_problem) {
        outcomes.emplace_back(std::unexpected(*service_.revoke_problem));
      } else if (service_.stuck.contains(handle.label)) {
        outcomes.emplace_back(std::unexpected(Problem{Trouble::kRejected, "it owns something", {}}));
      } else {
        service_.credentials.erase(handle.label);
        service_.revoked.push_back(handle.label);
        outcomes.emplace_back();
      }
    }
    service_.changed.notify_all();
    return outcomes;
  }

  Outcome<bool> exists(const model::LeaseHandle& handle, base::Tick) override {
    const std::scoped_lock lock(service_.mutex);
    if (service_.away) return std::unexpected(kAway);
    return service_.credentials.contains(handle.label);
  }

  Outcome<std::vector<Found>> list(std::string_view tag, base::Tick) override {
    const std::scoped_lock lock(service_.mutex);
    if (service_.away) return std::unexpected(kAway);
    std::vector<Found> found = service_.foreign;
    for (const auto& [label, secret] : service_.credentials) {
      if (label.starts_with("lt_" + std::string(tag) + "_"))
        found.push_back({.handle = {.label = label, .external_id = label, .data = "{}"}, .earlier = {}});
    }
    return found;
  }

  Outcome<void> check(base::Tick) override {
    const std::scoped_lock lock(service_.mutex);
    ++service_.checks;
    if (service_.away) return std::unexpected(kAway);
    return {};
  }

  inline static const Problem kAway{Trouble::kUnreachable, "connection refused", {}};

 private:
  Outcome<Credential> make(const std::string& label, const std::string& secret) const {
    std::unique_lock lock(service_.mutex);
    ++service_.creates;
    service_.changed.notify_all();
    service_.changed.wait(lock, [this] { return !service_.creating_waits; });
    if (service_.away) return std::unexpected(kAway);
    if (!service_.create_problem || service_.executes_anyway) service_.credentials[label] = secret;
    if (service_.create_problem) return std::unexpected(*service_.create_problem);
    return Credential{.external_id = label, .value = base::Secret(secret), .issued = "2026-01-05T07:00:00Z"};
  }

  Service& service_;
  const Traits traits_;
};

}  // namespace jeton::leases::testing
