// Ends of leases: at their time, through outages, storms, held revocations and steps of the clock
// (token-lease 2.4, 5.3, 5.7, 5.9, acceptance 5, 6, 9).
#include <gtest/gtest.h>

#include "lease_world.hpp"

namespace jeton::leases::testing {
namespace {

using model::LeaseState;

TEST(Expiry, ALeaseIsGoneForItsOwnerAtOnceAndTakenBackSoon) {
  World world;
  const model::Lease lease = world.lease(60s);
  world.clock.advance(60s);
  EXPECT_EQ(world.get(lease.name).error().code, base::ErrorCode::kNotFound) << "no sweep was needed";
  EXPECT_TRUE(world.list().empty());
  EXPECT_TRUE(world.pass(0s, [&] { return world.service->count() == 0; }));
  EXPECT_TRUE(world.eventually([&] { return world.state(lease.id) == LeaseState::kRevoked; }));
  EXPECT_EQ(world.record(lease.id)->end, model::LeaseEnd::kExpired);
  EXPECT_EQ(world.counted(), 0);
}

TEST(Expiry, OneThatLivesIsLeftAlone) {
  World world;
  const model::Lease soon = world.lease(60s);
  const model::Lease later = world.lease(120s);
  ASSERT_TRUE(world.pass(60s, [&] { return !world.service->has(soon.handle.label); }));
  world.settle();
  EXPECT_TRUE(world.service->has(later.handle.label));
  EXPECT_EQ(world.list().size(), 1U);
}

TEST(Expiry, WhatIsKnownOfAnEndedLeaseIsForgottenAfterAWhile) {
  World world;
  const model::Lease lease = world.lease(60s);
  ASSERT_TRUE(world.pass(60s, [&] { return world.state(lease.id) == LeaseState::kRevoked; }));
  EXPECT_TRUE(world.pass(world.keep.ended, [&] { return !world.record(lease.id).has_value(); }));
}

TEST(Expiry, AProviderAwayForLongLosesNothingAndGivesNothingUp) {
  World world;
  constexpr std::size_t kLeases = 600;  // more than one sweep takes
  for (std::size_t i = 0; i < kLeases; ++i) world.lease(60s);
  world.service->locked([](Service& s) { return s.away = true; });
  world.clock.advance(60s);
  for (int minute = 0; minute < 30; ++minute) {
    world.clock.advance(1min);
    world.settle();
  }
  EXPECT_EQ(world.service->count(), kLeases);
  EXPECT_LT(world.service->revoke_calls + world.service->checks, 1'000U) << "it was not hammered";
  world.service->locked([](Service& s) { return s.away = false; });
  EXPECT_TRUE(world.pass(1min, [&] {
    world.clock.advance(1s);
    return world.service->count() == 0;
  }));
  EXPECT_TRUE(world.eventually([&] { return world.counted() == 0; }));
  EXPECT_TRUE(world.list(kOperator).empty()) << "none is irrevocable because of the outage";
}

TEST(Expiry, WhatTheProviderRefusesIsKeptShownCountedAndTriedAgain) {
  World world;
  const model::Lease lease = world.lease(60s);
  world.service->locked([&](Service& s) { return s.stuck.insert(lease.handle.label); });
  ASSERT_TRUE(world.pass(60s, [&] { return world.state(lease.id) == LeaseState::kIrrevocable; }));
  LeaseFilter irrevocable;
  irrevocable.state = LeaseState::kIrrevocable;
  ASSERT_EQ(world.list(kOperator, irrevocable).size(), 1U);
  EXPECT_EQ(world.list(kOperator, irrevocable).front().last_error, "it owns something");
  EXPECT_EQ(world.counted(), 1);
  world.service->locked([](Service& s) {
    s.stuck.clear();
    return true;
  });
  EXPECT_TRUE(world.pass(27h, [&] { return world.state(lease.id) == LeaseState::kRevoked; }));
  EXPECT_EQ(world.counted(), 0);
}

TEST(Expiry, WhatWasRefusedIsTriedAgainWhenTheProviderIsBack) {
  World world;
  const model::Lease refused = world.lease(60s);
  world.lease(120s);
  world.service->locked([&](Service& s) { return s.stuck.insert(refused.handle.label); });
  ASSERT_TRUE(world.pass(60s, [&] { return world.state(refused.id) == LeaseState::kIrrevocable; }));
  world.service->locked([](Service& s) { return s.away = true; });
  while (world.instances.all().front()->figures().state == base::Breaker::State::kClosed) {
    ASSERT_FALSE(world.create(world.wish()));
  }
  world.service->locked([](Service& s) {
    s.stuck.clear();
    return s.away = false;
  });
  EXPECT_TRUE(world.pass(60s, [&] {
    world.clock.advance(1s);
    return world.service->count() == 0;
  })) << "not only the one that is due";
}

TEST(Expiry, AHundredAtOnceGoInBatchesWhereTheProviderTakesThem) {
  World world({.traits = {.batch_max = 50}});
  for (int i = 0; i < 100; ++i) world.lease(60s);
  EXPECT_TRUE(world.pass(60s, [&] { return world.service->count() == 0; }));
  EXPECT_EQ(world.service->revoke_calls, 2U);
}

TEST(Expiry, HeldRevocationsWaitUntilTheyAreReleased) {
  World world({.hold = true});
  const model::Lease looked_at = world.lease(60s);
  const model::Lease other = world.lease(60s);
  world.clock.advance(60s);
  world.settle();
  EXPECT_EQ(world.service->count(), 2U);
  LeaseFilter due;
  due.due_only = true;
  EXPECT_EQ(world.list(kOperator, due).size(), 2U);
  Awaited<std::int64_t> one;
  world.release_leases.one("Sysop", {.id = looked_at.name, .provider = {}}, world.time.now(), one.completion());
  EXPECT_EQ(one.get().value(), 1);
  EXPECT_TRUE(world.eventually([&] { return !world.service->has(looked_at.handle.label); }));
  world.settle();
  EXPECT_TRUE(world.service->has(other.handle.label));
  Awaited<std::int64_t> all;
  world.release_leases("Sysop", {}, world.time.now(), all.completion());
  EXPECT_EQ(all.get().value(), 1);
  EXPECT_TRUE(world.eventually([&] { return world.service->count() == 0; }));
}

TEST(Expiry, AnOrderToRevokeIsNotHeld) {
  World world({.hold = true});
  const model::Lease lease = world.lease(60s);
  const auto revoked = world.revoke(lease.name);
  ASSERT_TRUE(revoked);
  EXPECT_EQ(revoked->revoked, Revoked::kNow);
  EXPECT_EQ(world.service->count(), 0U);
}

TEST(Expiry, AStepForwardsTakesNothingBack) {
  World world;
  const model::Lease lease = world.lease(30min);
  world.clock.set_wall(world.clock.wall() + 1h);
  world.settle();
  EXPECT_TRUE(world.service->has(lease.handle.label));
  EXPECT_TRUE(world.get(lease.name)) << "its owner may go on";
}

TEST(Expiry, AStepBackwardsMakesNoLeaseLiveLonger) {
  World world;
  const model::Lease lease = world.lease(30min);
  world.clock.set_wall(world.clock.wall() - 1h);
  world.revokers.look();
  world.settle();
  EXPECT_TRUE(world.service->has(lease.handle.label));
  world.clock.advance(30min);
  EXPECT_FALSE(world.get(lease.name));
  world.revokers.look();
  EXPECT_TRUE(world.eventually([&] { return world.service->count() == 0; }));
}

}  // namespace
}  // namespace jeton::leases::testing
