// Leases: every operation of their table.
#include "conformance/store_drivers.hpp"

namespace jeton::store::conformance {
namespace {

using namespace std::chrono_literals;
using model::Lease;
using model::LeaseState;

class StoreLeases : public StoreConformance {
 protected:
  template <class Body>
  void write(Body body) {
    EXPECT_TRUE(store().write([&](Transaction& transaction) -> base::Status {
      body(transaction);
      return {};
    }));
  }
  template <class Body>
  void read(Body body) {
    EXPECT_TRUE(store().read([&](const Snapshot& snapshot) -> base::Status {
      body(snapshot);
      return {};
    }));
  }
  Lease sample(const std::string& random, base::Instant expires_at) {
    Lease lease;
    lease.name = "influx/plant/" + random;
    lease.subject = "Press";
    lease.audience = "influx";
    lease.scope = "plant";
    lease.state = LeaseState::kActive;
    lease.handle = {.label = "lt_tag_" + random, .external_id = "id-" + random, .data = R"({"group":"readers"})"};
    lease.issued_at = now();
    lease.issued = "2026-01-05T07:00:00Z";
    lease.expires_at = expires_at;
    lease.hard_end = expires_at + 1h;
    lease.ttl = 60s;
    lease.due_at = expires_at;
    lease.digest.fill(7);
    return lease;
  }
  Lease insert(Lease lease) {
    write([&](Transaction& transaction) {
      const model::EventId event = transaction.next_event();
      lease.id = {event.value};
      EXPECT_TRUE(transaction.leases().insert(lease));
      EXPECT_TRUE(transaction.leases().count_in(lease));
      transaction.append(event, now(), "test",
                         model::LeaseRequested{lease.id, lease.name, lease.owner(), lease.provider(),
                                               lease.handle.label, *lease.due_at});
    });
    return lease;
  }
  std::vector<std::string> listed(const LeaseQuery& query) {
    std::vector<std::string> names;
    read([&](const Snapshot& snapshot) {
      const auto leases = *snapshot.leases().list(query);
      for (const Lease& lease : leases) names.push_back(lease.name.substr(lease.name.rfind('/') + 1));
    });
    return names;
  }
};
INSTANTIATE_TEST_SUITE_P(Drivers, StoreLeases, testing::ValuesIn(store_drivers()), driver_name);

TEST_P(StoreLeases, CountsThoseThatEndSoonUpToABound) {
  insert(sample("a", now() + 10s));
  insert(sample("b", now() + 30s));
  insert(sample("c", now() + 90s));
  Lease revoking = sample("d", now() + 20s);
  revoking.state = LeaseState::kRevoking;
  insert(revoking);
  read([&](const Snapshot& snapshot) {
    EXPECT_EQ(snapshot.leases().ending_by("influx", now() + 60s, 100).value(), 2);
    EXPECT_EQ(snapshot.leases().ending_by("influx", now() + 100s, 100).value(), 3);
    EXPECT_EQ(snapshot.leases().ending_by("influx", now() + 100s, 2).value(), 2);
    EXPECT_EQ(snapshot.leases().ending_by("other", now() + 100s, 100).value(), 0);
  });
}

TEST_P(StoreLeases, AreFoundAsTheyWereWrittenByEveryName) {
  Lease lease = sample("a", now() + 1min);
  lease.idempotency_key = "order-7";
  lease.last_error = "no";
  lease.attempts = 3;
  lease = insert(lease);
  read([&](const Snapshot& snapshot) {
    EXPECT_EQ(snapshot.leases().find(lease.id)->value(), lease);
    EXPECT_EQ(snapshot.leases().find_by_name(lease.name)->value(), lease);
    EXPECT_EQ(snapshot.leases().find_by_label("lt_tag_a")->value(), lease);
    EXPECT_EQ(snapshot.leases().find_by_key("Press", "order-7")->value(), lease);
    EXPECT_EQ(snapshot.leases().find_by_key("Mill", "order-7")->has_value(), false);
    EXPECT_EQ(snapshot.leases().find_by_external_id("id-a", "", 9)->size(), 1U);
    EXPECT_EQ(snapshot.leases().find_by_external_id("id-a", "influx", 9)->size(), 1U);
    EXPECT_EQ(snapshot.leases().find_by_external_id("id-a", "other", 9)->size(), 0U);
  });
}

TEST_P(StoreLeases, NamesLabelsAndKeysAreTakenOnce) {
  insert(sample("a", now() + 1min));
  write([&](Transaction& transaction) {
    Lease again = sample("a", now() + 1min);
    again.id = {1'000'000};
    const auto status = transaction.leases().insert(again);
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, base::ErrorCode::kConflict);
  });
}

TEST_P(StoreLeases, ChangeAsTheyWereReadOnly) {
  const Lease read_as = insert(sample("a", now() + 1min));
  Lease wanted = read_as;
  wanted.state = LeaseState::kRevoking;
  wanted.due_at = std::nullopt;
  write([&](Transaction& transaction) {
    EXPECT_TRUE(*transaction.leases().change(read_as, wanted));
    EXPECT_FALSE(*transaction.leases().change(read_as, wanted)) << "it is another record now";
  });
  read([&](const Snapshot& snapshot) { EXPECT_EQ(snapshot.leases().find(read_as.id)->value(), wanted); });
}

TEST_P(StoreLeases, SecretsAreSealedAndForgotten) {
  const Lease lease = insert(sample("a", now() + 1min));
  write([&](Transaction& transaction) { EXPECT_TRUE(transaction.leases().set_secret(lease, base::Secret("s3cret"))); });
  read([&](const Snapshot& snapshot) { EXPECT_EQ(snapshot.leases().secret(lease)->reveal(), "s3cret"); });
  write([&](Transaction& transaction) { EXPECT_TRUE(transaction.leases().set_secret(lease, {})); });
  read([&](const Snapshot& snapshot) { EXPECT_TRUE(snapshot.leases().secret(lease)->empty()); });
}

TEST_P(StoreLeases, WhatIsDueComesInItsOrderAndHeldOnesDoNot) {
  const Lease late = insert(sample("late", now() + 2min));
  const Lease soon = insert(sample("soon", now() + 1min));
  Lease released = sample("released", now() + 90s);
  released.released = true;
  insert(released);
  Lease ended = sample("ended", now() + 3min);
  ended.state = LeaseState::kRevoked;
  insert(ended);
  const auto due = [&](base::Instant at, bool held) {
    std::vector<std::string> names;
    read([&](const Snapshot& snapshot) {
      const auto leases = *snapshot.leases().due("influx", at, held, 10);
      for (const Lease& lease : leases) names.push_back(lease.handle.label.substr(7));
    });
    return names;
  };
  EXPECT_THAT(due(now(), false), testing::IsEmpty());
  EXPECT_THAT(due(now() + 5min, false), testing::ElementsAre("soon", "released", "late", "ended"));
  EXPECT_THAT(due(now() + 5min, true), testing::ElementsAre("released", "ended"));
  read([&](const Snapshot& snapshot) {
    EXPECT_EQ(snapshot.leases().next_due("influx", false)->value(), now() + 1min);
    EXPECT_EQ(snapshot.leases().next_due("influx", true)->value(), now() + 90s);
    EXPECT_EQ(snapshot.leases().next_due("other", false)->has_value(), false);
  });
}

TEST_P(StoreLeases, AreListedByWhatIsAsked) {
  insert(sample("a", now() + 1min));
  Lease other = sample("b", now() + 1h);
  other.subject = "Mill";
  other.name = "influx/-/b";
  insert(other);
  Lease stuck = sample("c", now() - 1min);
  stuck.state = LeaseState::kIrrevocable;
  insert(stuck);
  LeaseQuery all;
  all.count_max = 10;
  EXPECT_THAT(listed(all), testing::ElementsAre("a", "b", "c"));
  LeaseQuery one = all;
  one.owner = "Mill";
  EXPECT_THAT(listed(one), testing::ElementsAre("b"));
  LeaseQuery prefix = all;
  prefix.prefix = "influx/plant/";
  EXPECT_THAT(listed(prefix), testing::ElementsAre("a", "c"));
  LeaseQuery states = all;
  states.states = {LeaseState::kIrrevocable};
  EXPECT_THAT(listed(states), testing::ElementsAre("c"));
  LeaseQuery living = all;
  living.living_at = now() + 2min;
  EXPECT_THAT(listed(living), testing::ElementsAre("b"));
  LeaseQuery due = all;
  due.unreleased_due_at = now();
  EXPECT_THAT(listed(due), testing::ElementsAre("c"));
  read([&](const Snapshot& snapshot) { EXPECT_EQ(*snapshot.leases().count_of(prefix), 2); });
}

TEST_P(StoreLeases, AreCountedByWhatBoundsThem) {
  const Lease lease = insert(sample("a", now() + 1min));
  insert(sample("b", now() + 1min));
  read([&](const Snapshot& snapshot) {
    const std::vector<LeaseCount> expected = {{LeaseCountKind::kTotal, "", 2},
                                              {LeaseCountKind::kProvider, "influx", 2},
                                              {LeaseCountKind::kRole, "influx/plant", 2},
                                              {LeaseCountKind::kOwner, "Press", 2}};
    EXPECT_EQ(*snapshot.leases().counts(10), expected);
  });
  write([&](Transaction& transaction) {
    EXPECT_TRUE(transaction.leases().count_out(lease));
    EXPECT_TRUE(transaction.leases().count_out(lease));
  });
  read([&](const Snapshot& snapshot) {
    EXPECT_TRUE(snapshot.leases().counts(10)->empty());
    EXPECT_EQ(*snapshot.leases().count_of(LeaseCountKind::kOwner, "Press"), 0);
  });
}

TEST_P(StoreLeases, InWorkAreCountedByState) {
  insert(sample("a", now() + 1min));
  Lease stuck = sample("b", now());
  stuck.state = LeaseState::kIrrevocable;
  insert(stuck);
  read([&](const Snapshot& snapshot) {
    const std::vector<std::pair<LeaseState, std::int64_t>> expected = {{LeaseState::kIrrevocable, 1}};
    EXPECT_EQ(*snapshot.leases().counts_in_work("influx"), expected);
  });
}

}  // namespace
}  // namespace jeton::store::conformance
