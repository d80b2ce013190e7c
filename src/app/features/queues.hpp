// The feature `queues`: message queues guarded by tokens.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/message_queue/dialect.hpp"
#include "app/feature.hpp"
#include "app/infrastructure.hpp"
#include "base/json/types.hpp"
#include "base/secret.hpp"
#include "queues/access.hpp"
#include "queues/access_tokens.hpp"
#include "queues/assign.hpp"
#include "queues/clear.hpp"
#include "queues/delete.hpp"
#include "queues/message_keeper.hpp"
#include "queues/message_uuids.hpp"
#include "queues/next.hpp"
#include "queues/publish.hpp"
#include "queues/queue_figures.hpp"
#include "queues/release.hpp"
#include "queues/restrict.hpp"
#include "queues/restricted_sub_queues.hpp"
#include "queues/waiting_consumers.hpp"

namespace jeton::app {

class QueuesFeature final : public Feature {
 public:
  /// What cannot be taken from the configuration as it is.
  struct Prepared {
    std::vector<base::Secret> keys;             ///< of tokens; none in mode NONE
    base::json::Members<std::string> settings;  ///< of GET /settings
    bool guarded = false;                       ///< whether restricting asks for an identity
  };
  /// kInvalid when a key of the configuration is wrong. Warns when the tokens' key is our own making.
  static base::Result<Prepared> prepare(const config::Config& config, const base::Secret& master_key);

  QueuesFeature(const Infrastructure& on, Prepared prepared);

  /// Judges who may restrict where that is guarded. Before add_routes(); outlives the feature.
  void guard_with(const identity::Admission& guard) { guard_ = &guard; }

  base::Status load(const store::Snapshot& snapshot) override;
  void follow(store::Store& store) override;
  void add_routes(api::http::Router& router) override;
  void add_tasks(TaskRunner& tasks) override;
  void add_figures(FiguresPage& page) const override;
  void drain() override { waiting_.close(); }
  Held held() const override { return {"restricted sub-queues", restricted_.names().size()}; }

 private:
  const Infrastructure on_;
  const Prepared prepared_;
  const queues::DeadLetters dead_letters_;
  queues::RestrictedSubQueues restricted_;
  const queues::Access access_;
  const queues::AccessTokens tokens_;
  queues::MessageUuids uuids_;
  queues::MessageKeeper keeper_;

  queues::Publish publish_;
  queues::Next next_;
  queues::WaitingConsumers waiting_;
  queues::Assign assign_;
  queues::Release release_;
  queues::Delete delete_;
  queues::Clear clear_;
  queues::Restrict restrict_;
  queues::LiftRestriction lift_;
  queues::QueueFigures figures_;

  const identity::Admission* guard_ = nullptr;
  std::unique_ptr<api::message_queue::Dialect> dialect_;
};

}  // namespace jeton::app
