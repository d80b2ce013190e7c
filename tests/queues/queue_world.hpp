// The queues feature put together as the server does it, on a manual clock and a store in memory.
#pragma once
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "crypto/aead.hpp"
#include "crypto/random.hpp"
#include "expiry/engine.hpp"
#include "queues/access.hpp"
#include "queues/assign.hpp"
#include "queues/clear.hpp"
#include "queues/delete.hpp"
#include "queues/message_keeper.hpp"
#include "queues/message_uuids.hpp"
#include "queues/next.hpp"
#include "queues/publish.hpp"
#include "queues/release.hpp"
#include "queues/restrict.hpp"
#include "queues/waiting_consumers.hpp"
#include "store/open_store.hpp"
#include "store/transaction.hpp"
#include "support/awaited.hpp"
#include "support/test_sealer.hpp"

namespace jeton::queues::testing {

using jeton::testing::Awaited;
using jeton::testing::test_sealer;

class World {
 public:
  explicit World(model::RestrictionMode mode = model::RestrictionMode::kHybrid, std::int64_t attempts_max = 0)
      : dead_letters{.attempts_max = attempts_max, .suffix = ".dead"}, access(mode, ".dead", restricted) {
    store->follow(restricted);
    store->follow(keeper);
    store->follow(waiting);
    store->start();
  }
  ~World() {
    waiting.close();
    store->stop();
  }

  base::Result<std::vector<model::Message>> publish(std::vector<NewMessage> messages) {
    Awaited<std::vector<model::Message>> published;
    publish_messages(std::move(messages), "test", clock.wall(), {}, published.completion());
    return published.get();
  }
  /// One message; throws when it is refused.
  model::Message put(std::string sub_queue, std::string payload = "1",
                     std::optional<std::string> assigned_to = std::nullopt) {
    auto published = publish({{.sub_queue = std::move(sub_queue),
                               .assigned_to = std::move(assigned_to),
                               .payload = std::move(payload),
                               .uuid = {},
                               .delay = {},
                               .ttl = {}}});
    if (!published) throw std::runtime_error(published.error().message);
    return published->front();
  }
  std::vector<model::Message> take(NextRequest request) {
    Awaited<std::vector<model::Message>> taken;
    next(std::move(request), clock.wall(), {}, taken.completion());
    return taken.get().value();
  }
  /// The uuid of the next message of a sub-queue, held by `assignee`; empty when there is none.
  std::string take_one(std::string sub_queue, std::string assignee,
                       std::optional<base::Duration> visibility = std::nullopt) {
    const auto taken = take({.sub_queue = std::move(sub_queue),
                             .assigned_to = std::move(assignee),
                             .visibility = visibility,
                             .count_max = 1,
                             .actor = "test"});
    return taken.empty() ? std::string{} : taken.front().uuid;
  }
  base::Result<std::optional<Assign::Outcome>> hold(std::string uuid, std::string assignee,
                                                    std::optional<base::Duration> visibility = std::nullopt,
                                                    Credential credential = {}) {
    Awaited<std::optional<Assign::Outcome>> assigned;
    assign_message({std::move(uuid), std::move(assignee), std::move(credential), "test"}, visibility, clock.wall(), {},
                   assigned.completion());
    return assigned.get();
  }
  base::Result<std::optional<Release::Outcome>> give_back(std::string uuid,
                                                          std::optional<std::string> assignee = std::nullopt,
                                                          Credential credential = {}) {
    Awaited<std::optional<Release::Outcome>> released;
    release_message({std::move(uuid), std::move(assignee), std::move(credential), "test"}, clock.wall(), {},
                    released.completion());
    return released.get();
  }
  base::Result<std::vector<std::string>> erase(std::vector<std::string> which,
                                               std::optional<std::string> assignee = std::nullopt,
                                               Credential credential = {}) {
    Awaited<std::vector<std::string>> removed;
    delete_messages(std::move(which), {{}, std::move(assignee), std::move(credential), "test"}, clock.wall(), {},
                    removed.completion());
    return removed.get();
  }
  base::Result<Clear::Outcome> clear(std::optional<std::string> sub_queue, Credential credential = {}) {
    Awaited<Clear::Outcome> cleared;
    clear_sub_queues({std::move(sub_queue), std::move(credential), "test"}, clock.wall(), {}, cleared.completion());
    return cleared.get();
  }
  bool restrict(std::string sub_queue) {
    Awaited<bool> done;
    restrict_sub_queue(std::move(sub_queue), "test", clock.wall(), {}, done.completion());
    return done.get().value();
  }
  bool lift(std::string sub_queue, bool and_clear = false) {
    Awaited<bool> done;
    lift_restriction(std::move(sub_queue), and_clear, "test", clock.wall(), {}, done.completion());
    return done.get().value();
  }

  std::optional<model::Message> find(const std::string& uuid) {
    std::optional<model::Message> found;
    read([&](const store::Snapshot& snapshot) { found = snapshot.messages().find(uuid).value(); });
    return found;
  }
  std::vector<model::Message> list(const std::string& sub_queue) {
    std::vector<model::Message> found;
    read([&](const store::Snapshot& snapshot) {
      const auto status = snapshot.messages().list(
          {.sub_queue = sub_queue, .assigned_to = {}, .after = {}, .count_max = 1000000, .now = clock.wall()},
          [&](model::Message&& message) {
            found.push_back(std::move(message));
            return base::Status{};
          });
      if (!status) throw std::runtime_error(status.error().message);
    });
    return found;
  }
  std::vector<model::SubQueue> sub_queues() {
    std::vector<model::SubQueue> found;
    read([&](const store::Snapshot& snapshot) { found = snapshot.sub_queues().all().value(); });
    return found;
  }
  template <class Read>
  void read(Read with) {
    const auto status = store->read([&](const store::Snapshot& snapshot) -> base::Status {
      with(snapshot);
      return {};
    });
    if (!status) throw std::runtime_error(status.error().message);
  }

  /// Until the commit thread has answered all that was submitted before, and what that led to.
  void settle() {
    for (int i = 0; i < 3; ++i) (void)store->write([](store::Transaction&) -> base::Status { return {}; });
  }
  /// Lets time pass, and the engine do what is due.
  void pass(base::Duration time) {
    clock.advance(time);
    for (int i = 0; i < 20; ++i) {
      engine.run_due(clock.wall());
      settle();
      clock.advance(std::chrono::milliseconds{20});
    }
  }

  base::ManualClock clock;
  const crypto::Sealer sealer = test_sealer();
  std::unique_ptr<store::Store> store =
      store::open_store({.url = "sqlite::memory:", .data_folder = {}}, sealer, clock).value();
  expiry::Engine engine;
  const DeadLetters dead_letters;
  RestrictedSubQueues restricted;
  const Access access;
  MessageUuids uuids{crypto::random_bytes};
  MessageKeeper keeper{engine, *store, dead_letters};
  Publish publish_messages{*store, uuids};
  Next next{*store};
  WaitingConsumers waiting{next, clock};
  Assign assign_message{*store, access};
  Release release_message{*store, access, dead_letters};
  Delete delete_messages{*store, access};
  Clear clear_sub_queues{*store, access};
  Restrict restrict_sub_queue{*store};
  LiftRestriction lift_restriction{*store};
};

}  // namespace jeton::queues::testing
