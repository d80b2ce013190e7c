// What can be asked about leases, whichever form it was asked in: REST, messages, messages over MQTT. Finds out who
// asks and what it may, then has the use-case do it (token-lease 1.4).
#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "api/http/lease_answer.hpp"
#include "api/http/middleware/limit_rate.hpp"
#include "api/leases/messages.hpp"
#include "api/leases/requests.hpp"
#include "base/clock.hpp"
#include "base/worker_pool.hpp"
#include "identity/management_access.hpp"
#include "leases/abandon_lease.hpp"
#include "leases/create_lease.hpp"
#include "leases/get_lease.hpp"
#include "leases/instances.hpp"
#include "leases/lease_access.hpp"
#include "leases/lease_figures.hpp"
#include "leases/list_leases.hpp"
#include "leases/renew_lease.hpp"
#include "leases/revoke_lease.hpp"
#include "leases/revoke_leases.hpp"
#include "leases/steady_time.hpp"
#include "model/names.hpp"

namespace jeton::api::http {

/// All outlive the routes.
struct LeaseParts {
  const model::Normalizer& names;
  const identity::ManagementAccess& management;  ///< says who is an operator, by service `leases` and the operation
  const jeton::leases::LeaseAccess& access;
  jeton::leases::Instances& instances;
  const jeton::leases::SteadyTime& time;
  jeton::leases::CreateLease& create;
  const jeton::leases::GetLease& get;
  const jeton::leases::ListLeases& list;
  const jeton::leases::LeaseFigures& figures;
  jeton::leases::RenewLease& renew;
  jeton::leases::RevokeLease& revoke;
  jeton::leases::RevokeLeases& revoke_many;
  jeton::leases::AbandonLease& abandon;
  jeton::leases::ReleaseLeases& release;
  middleware::LimitRate& create_rate;  ///< leases that one owner may create in a second
  base::WorkerPool& workers;           ///< for what reads the store
  base::WorkerPool& askers;            ///< for what waits for other servers
  const base::Clock& clock;
  std::string anonymous_owner;  ///< the owner of those without an identity; empty: there is none
};

/// Each answers at once or later, from any thread. None blocks. Thread-safe.
class LeaseOperations {
 public:
  /// The operations of REST, for which policies name operators; those of messages are the same ones.
  static constexpr std::string_view kCreate = "create";
  static constexpr std::string_view kGet = "get";
  static constexpr std::string_view kList = "list";
  static constexpr std::string_view kRenew = "renew";
  static constexpr std::string_view kRevoke = "revoke";
  static constexpr std::string_view kRevokeMany = "revoke-many";
  static constexpr std::string_view kAbandon = "abandon";
  static constexpr std::string_view kRelease = "release";
  static constexpr std::string_view kCounts = "counts";
  static constexpr std::string_view kProviders = "providers";

  explicit LeaseOperations(LeaseParts parts) : parts_(std::move(parts)) {}

  const LeaseParts& parts() const { return parts_; }

  using Caller = identity::Caller;
  void run(const SharedLeaseAnswer& answer, const Caller& caller, leases::CreateRequest request) const;
  void run(const SharedLeaseAnswer& answer, const Caller& caller, leases::GetRequest request) const;
  void run(const SharedLeaseAnswer& answer, const Caller& caller, leases::RevokeRequest request) const;
  void run(const SharedLeaseAnswer& answer, const Caller& caller, leases::RenewRequest request) const;
  void run(const SharedLeaseAnswer& answer, const Caller& caller, leases::ListRequest request) const;
  void run(const SharedLeaseAnswer& answer, const Caller& caller, leases::RevokeManyRequest request) const;
  void run(const SharedLeaseAnswer& answer, const Caller& caller, leases::AbandonRequest request) const;
  void run(const SharedLeaseAnswer& answer, const Caller& caller, leases::ReleaseRequest request) const;
  /// How many leases there are; with a prefix also how many of those names have ended and are not taken back yet.
  void counts(const SharedLeaseAnswer& answer, const Caller& caller, std::string prefix) const;
  /// The configured providers: what they are called, and whether they are well.
  void providers(const SharedLeaseAnswer& answer, const Caller& caller) const;

 private:
  using Who = jeton::leases::Who;
  using Job = std::move_only_function<void()>;

  std::string owner_named(std::string_view name) const;
  void as_who(const SharedLeaseAnswer& answer, const Caller& caller, std::string_view operation,
              std::move_only_function<void(Who)> next) const;
  void as_operator(const SharedLeaseAnswer& answer, const Caller& caller, std::string_view operation,
                   std::move_only_function<void(Who)> next) const;
  void on_asker(const SharedLeaseAnswer& answer, Job job) const;
  void on_worker(const SharedLeaseAnswer& answer, Job job) const;
  /// What an owner asks for, from which provider with which role.
  struct Question {
    std::string owner;
    std::string provider;
    std::string role;
  };
  void if_allowed(const SharedLeaseAnswer& answer, Question question, Job next) const;
  void create(const SharedLeaseAnswer& answer, jeton::leases::LeaseWish wish) const;
  void renew(const SharedLeaseAnswer& answer, Who who, leases::RenewRequest request) const;

  const LeaseParts parts_;
};

}  // namespace jeton::api::http
