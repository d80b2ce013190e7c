// Creating: records before calls, outcomes that are not known, crashes at every step (token-lease 5.2, acceptance 3,
// 4).
#include <gtest/gtest.h>

#include "lease_world.hpp"

namespace jeton::leases::testing {
namespace {

using base::ErrorCode;
using model::LeaseState;

TEST(CreateLease, HandsOutWhatTheProviderMade) {
  World world;
  const auto created = world.create(world.wish(60s));
  ASSERT_TRUE(created) << created.error().message;
  const model::Lease& lease = created->lease.lease;
  EXPECT_EQ(lease.state, LeaseState::kActive);
  EXPECT_EQ(lease.owner(), "Press");
  EXPECT_EQ(lease.ttl, 60s);
  EXPECT_EQ(lease.expires_at, world.clock.wall() + 60s);
  EXPECT_EQ(lease.issued, "2026-01-05T07:00:00Z");
  EXPECT_EQ(world.service->credentials.at(lease.handle.label), created->lease.value.reveal());
  EXPECT_EQ(world.get(lease.handle.external_id)->value.reveal(), created->lease.value.reveal());
  EXPECT_EQ(world.get(lease.name)->lease, world.get(lease.handle.external_id)->lease);
}

TEST(CreateLease, TheIntentIsOnDiskBeforeTheProviderIsCalled) {
  World world;
  world.service->creating_waits = true;
  Awaited<CreateLease::Created> created;
  world.create_lease(world.wish(), {}, created.completion());
  ASSERT_TRUE(world.eventually([&] { return world.service->locked([](Service& s) { return s.creates; }) == 1; }));
  const auto pending = world.list(kOperator);
  ASSERT_EQ(pending.size(), 1U);
  EXPECT_EQ(pending.front().state, LeaseState::kIntent);
  EXPECT_TRUE(world.list().empty()) << "its owner has nothing yet";
  world.service->locked([](Service& s) { return s.creating_waits = false; });
  EXPECT_TRUE(created.get());
}

TEST(CreateLease, WrongWishesReachNobody) {
  World world;
  auto unknown = world.wish();
  unknown.options.emplace_back("unknown", base::json::Value{});
  EXPECT_EQ(world.create(unknown).error().where, "options.unknown");
  EXPECT_EQ(world.create(world.wish(0s)).error().where, "ttl");
  auto role = world.wish();
  role.role = "a/b";
  EXPECT_EQ(world.create(role).error().where, "role");
  auto provider = world.wish();
  provider.provider = "influx2";
  EXPECT_EQ(world.create(provider).error().where, "provider");
  EXPECT_EQ(world.service->creates, 0U);
  EXPECT_TRUE(world.list(kOperator).empty());
}

TEST(CreateLease, ARefusalLeavesNothing) {
  World world;
  world.service->create_problem = Problem{Trouble::kRejected, "no such bucket", {}};
  const auto created = world.create(world.wish());
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().code, ErrorCode::kExternalFault);
  EXPECT_NE(created.error().message.find("no such bucket"), std::string::npos);
  EXPECT_EQ(world.counted(), 0) << "a quota is free again";
  EXPECT_TRUE(world.list(kOperator).empty());
  EXPECT_TRUE(world.service->revoked.empty());
}

TEST(CreateLease, ALostAnswerIsNoSuccessAndIsTakenBackTwice) {
  World world;
  world.service->create_problem = Problem{Trouble::kAmbiguous, "the connection was lost", {}};
  world.service->executes_anyway = true;
  const auto created = world.create(world.wish());
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().code, ErrorCode::kTimeout);
  ASSERT_EQ(world.service->count(), 1U);
  world.settle();
  EXPECT_EQ(world.service->count(), 1U) << "not before it is sure that no late execution comes";
  EXPECT_TRUE(world.pass(world.options.call_time_max + kSettleTimeMax, [&] { return world.service->count() == 0; }));
  EXPECT_TRUE(world.pass(kSettleTimeMax, [&] {
    return world.service->locked([](Service& s) { return s.revoked.size(); }) == 2;
  })) << "a request that was executed late is found by the second look";
  EXPECT_TRUE(world.eventually([&] { return world.counted() == 0; }));
}

TEST(CreateLease, ExecutedAfterTheFirstLookItIsStillTakenBack) {
  World world;
  world.service->create_problem = Problem{Trouble::kAmbiguous, "time-out", {}};
  ASSERT_FALSE(world.create(world.wish()));
  const std::string label = world.list(kOperator).front().handle.label;
  ASSERT_TRUE(world.pass(world.options.call_time_max + kSettleTimeMax,
                         [&] { return world.service->locked([](Service& s) { return s.revoked.size(); }) == 1; }));
  world.service->locked([&](Service& s) { return s.credentials[label] = "late"; });
  EXPECT_TRUE(world.pass(kSettleTimeMax, [&] { return world.service->count() == 0; }));
}

// The server dies while the provider works: what is left is the intent.
TEST(CreateLease, WhatACrashLeftIsTakenBackByItsHandle) {
  const auto folder = std::filesystem::temp_directory_path() / ("jeton-leases-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  const auto service = std::make_shared<Service>();
  const World::Options options{.url = "", .folder = folder};
  base::Instant crashed_at;
  std::string label;
  {
    World before(options, service);
    // Written by the body that the use-case writes, and then nothing: as after kill -9.
    service->locked([](Service& s) { return s.creating_waits = true; });
    Awaited<CreateLease::Created> never;
    before.create_lease(before.wish(), {}, never.completion());
    ASSERT_TRUE(before.eventually([&] { return service->locked([](Service& s) { return s.creates; }) == 1; }));
    label = before.list(kOperator).front().handle.label;
    before.store->stop();  // nothing of what follows is kept
    crashed_at = before.clock.wall();
  }
  // Nobody was there to see the provider finish.
  service->locked([&](Service& s) { return s.credentials[label] = "made"; });
  World::Options again = options;
  again.start = crashed_at;
  World after(again, service);
  EXPECT_EQ(after.list(kOperator).front().state, LeaseState::kIntent);
  EXPECT_TRUE(after.pass(again.call_time_max + kSettleTimeMax, [&] { return service->count() == 0; }));
  EXPECT_TRUE(after.pass(kSettleTimeMax, [&] { return after.counted() == 0; }));
  std::filesystem::remove_all(folder);
}

TEST(CreateLease, TheSameKeyGivesTheSameLeaseWhileItLives) {
  World world;
  auto wish = world.wish(60s);
  wish.idempotency_key = "order-7";
  const auto first = world.create(wish);
  ASSERT_TRUE(first);
  EXPECT_FALSE(first->repeated);
  const auto second = world.create(wish);
  ASSERT_TRUE(second);
  EXPECT_TRUE(second->repeated);
  EXPECT_EQ(second->lease.lease.name, first->lease.lease.name);
  EXPECT_EQ(second->lease.value.reveal(), first->lease.value.reveal());
  auto others = wish;
  others.owner = "Mill";
  EXPECT_NE(world.create(others)->lease.lease.name, first->lease.lease.name) << "keys belong to their owner";
  world.clock.advance(61s);
  const auto third = world.create(wish);
  ASSERT_TRUE(third);
  EXPECT_FALSE(third->repeated);
  EXPECT_NE(third->lease.lease.name, first->lease.lease.name);
}

TEST(CreateLease, AKeyIsOfOneProviderAndRole) {
  World world({.providers = {"influx", "other"}});
  auto wish = world.wish();
  wish.idempotency_key = "order-7";
  ASSERT_TRUE(world.create(wish));
  auto another = wish;
  another.provider = "other";
  EXPECT_EQ(world.create(another).error().code, ErrorCode::kConflict);
  another = wish;
  another.role = "reader";
  EXPECT_EQ(world.create(another).error().code, ErrorCode::kConflict);
  EXPECT_EQ(world.service->count(), 1U);
}

TEST(CreateLease, AKeyWhoseLeaseIsBeingMadeIsToBeAskedAgain) {
  World world;
  world.service->creating_waits = true;
  auto wish = world.wish();
  wish.idempotency_key = "k";
  Awaited<CreateLease::Created> first;
  world.create_lease(wish, {}, first.completion());
  ASSERT_TRUE(world.eventually([&] { return world.service->locked([](Service& s) { return s.creates; }) == 1; }));
  EXPECT_EQ(world.create(wish).error().code, ErrorCode::kExternalLocked);
  world.service->locked([](Service& s) { return s.creating_waits = false; });
  EXPECT_TRUE(first.get());
}

TEST(CreateLease, AProviderThatIsAwayIsLeftAloneAfterAFewCalls) {
  World world;
  world.service->away = true;
  for (int i = 0; i < 10; ++i) EXPECT_EQ(world.create(world.wish()).error().code, ErrorCode::kExternal);
  EXPECT_EQ(world.service->creates, static_cast<std::size_t>(Instance::kBreaker.failures_to_open));
  EXPECT_EQ(world.counted(), 0);
  world.service->locked([](Service& s) { return s.away = false; });
  world.clock.advance(Instance::kBreaker.pause_max * 2);
  EXPECT_TRUE(world.create(world.wish()));
}

TEST(CreateLease, AProviderThatAsksToWaitIsNotAskedMeanwhile) {
  World world;
  const model::Lease living = world.lease(5s);
  const model::Lease stuck = world.lease(1h);
  world.service->create_problem = Problem{Trouble::kBusy, "429", 20s};
  EXPECT_EQ(world.create(world.wish()).error().code, ErrorCode::kExternalLocked);
  world.service->locked([](Service& s) { return s.create_problem.reset(), true; });
  EXPECT_EQ(world.create(world.wish()).error().code, ErrorCode::kExternal) << "by others neither";
  EXPECT_EQ(world.revoke(stuck.name)->revoked, Revoked::kLater);
  EXPECT_EQ(world.record(stuck.id)->attempts, 0) << "nothing was asked";
  world.clock.advance(10s);
  world.settle();
  EXPECT_EQ(world.service->locked([](Service& s) { return s.creates; }), 3U);
  EXPECT_TRUE(world.service->has(living.handle.label)) << "it is due, and waits too";
  EXPECT_TRUE(world.pass(11s, [&] { return !world.service->has(living.handle.label); }));
  EXPECT_TRUE(world.create(world.wish()));
}

}  // namespace
}  // namespace jeton::leases::testing
