// The feature `leases`: credentials of other services, handed out for a time.
#pragma once
#include <memory>
#include <vector>

#include "api/http/middleware/limit_rate.hpp"
#include "api/leases/dialect.hpp"
#include "api/mqtt/topics.hpp"
#include "app/feature.hpp"
#include "app/infrastructure.hpp"
#include "authorization/authorizer.hpp"
#include "base/secret.hpp"
#include "crypto/digest.hpp"
#include "identity/admission.hpp"
#include "identity/management_access.hpp"
#include "leases/abandon_lease.hpp"
#include "leases/create_lease.hpp"
#include "leases/get_lease.hpp"
#include "leases/instances.hpp"
#include "leases/lease_access.hpp"
#include "leases/lease_figures.hpp"
#include "leases/list_leases.hpp"
#include "leases/reconcile.hpp"
#include "leases/removed_providers.hpp"
#include "leases/renew_lease.hpp"
#include "leases/revoke_lease.hpp"
#include "leases/revoke_leases.hpp"
#include "leases/revoker.hpp"
#include "leases/steady_time.hpp"

namespace jeton::app {

class LeasesFeature final : public Feature {
 public:
  /// What cannot be taken from the configuration as it is.
  struct Prepared {
    std::vector<std::unique_ptr<leases::Instance>> providers;
    base::Secret installation_key;
    crypto::KeyedDigest digest;
  };
  /// kInvalid when a provider cannot be made of its settings. No provider is asked. The clock outlives them.
  static base::Result<Prepared> prepare(const config::Config& config, const base::Secret& master_key,
                                        const base::Clock& clock);

  LeasesFeature(const Infrastructure& on, const authorization::Authorizer& authorizer, Prepared prepared);
  ~LeasesFeature() override { stop(); }

  /// Who is let in, who operates, and how much a caller may ask. Before add_routes(); all outlive the feature.
  void admit_with(const identity::Admission& admission, const identity::ManagementAccess& management,
                  api::http::middleware::LimitRate& limit_rate);

  /// kInvalid when there are leases of a provider that is not configured any more, unless leases.removed-providers
  /// names it.
  base::Status load(const store::Snapshot& snapshot) override;
  void follow(store::Store& store) override { store.follow(revokers_); }
  void add_routes(api::http::Router& router) override;
  void add_tasks(TaskRunner& tasks) override;
  /// The messages over MQTT; none while there is nothing to lease from.
  std::vector<api::mqtt::AddedTopic> mqtt_topics() const;
  void stop() override { instances_.stop(); }
  void add_figures(FiguresPage& page) const override;
  Held held() const override { return {"providers of leases", instances_.all().size()}; }

 private:
  base::Status expect_providers(const store::Snapshot& snapshot) const;
  void add_leases(FiguresPage& page) const;
  void add_quotas(FiguresPage& page) const;
  void add_calls(FiguresPage& page) const;
  void watch_clock();

  const Infrastructure on_;
  const leases::Keep keep_;
  const leases::SteadyTime time_;
  const leases::LeaseNames names_;
  leases::Instances instances_;
  leases::Revokers revokers_;
  const leases::LeaseAccess access_;

  leases::CreateLease create_;
  const leases::GetLease get_;
  const leases::ListLeases list_;
  leases::RenewLease renew_;
  leases::RevokeLease revoke_;
  leases::RevokeLeases revoke_many_;
  leases::AbandonLease abandon_;
  leases::ReleaseLeases release_;
  leases::Reconcile reconcile_;
  leases::RemovedProviders removed_;
  leases::LeaseFigures figures_;
  bool clock_stepped_ = false;  // the clock's task only

  api::http::middleware::LimitRate create_rate_;
  const identity::Admission* admission_ = nullptr;
  const identity::ManagementAccess* management_ = nullptr;
  api::http::middleware::LimitRate* limit_rate_ = nullptr;
  std::unique_ptr<api::leases::Dialect> dialect_;
};

}  // namespace jeton::app
