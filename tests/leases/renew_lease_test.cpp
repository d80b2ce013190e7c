#include <gtest/gtest.h>

#include "lease_world.hpp"

namespace jeton::leases::testing {
namespace {

TEST(RenewLease, MovesTheEndFromNow) {
  World world;
  const model::Lease lease = world.lease(60s);
  world.clock.advance(30s);
  const auto renewed = world.renew(lease.name, 60s);
  ASSERT_TRUE(renewed) << renewed.error().message;
  EXPECT_EQ(renewed->lease.expires_at, world.clock.wall() + 60s);
  EXPECT_EQ(renewed->lease.ttl, 60s);
  EXPECT_FALSE(renewed->value.empty());
  world.clock.advance(59s);
  world.settle();
  EXPECT_EQ(world.service->count(), 1U) << "the old end means nothing";
  EXPECT_TRUE(world.pass(1s, [&] { return world.service->count() == 0; }));
}

TEST(RenewLease, StopsAtTheHardEnd) {
  World world({.ttl = {.by_default = 60s, .maximum = 100s}});
  const model::Lease lease = world.lease(60s);
  world.clock.advance(50s);
  EXPECT_EQ(world.renew(lease.name, 1h)->lease.expires_at, lease.hard_end);
  EXPECT_EQ(world.renew(lease.name, 1h)->lease.expires_at, lease.hard_end);
  world.clock.advance(49s);
  EXPECT_EQ(world.renew(lease.name, 1h).error().code, base::ErrorCode::kConflict);
}

TEST(RenewLease, WithoutAnIncrementItIsTheSameTimeAgain) {
  World world;
  const model::Lease lease = world.lease(60s);
  world.clock.advance(10s);
  EXPECT_EQ(world.renew(lease.name, 0s)->lease.expires_at, world.clock.wall() + 60s);
}

// 5.4: extending is told first, shortening last.
TEST(RenewLease, OneAtATime) {
  World world;
  const model::Lease lease = world.lease(60s);
  std::vector<Awaited<OwnedLease>> answers(8);
  for (auto& answer : answers)
    world.renew_lease(kPress, {.id = lease.name, .provider = {}}, 1h, {}, answer.completion());
  std::size_t renewed = 0;
  for (auto& answer : answers) renewed += answer.get().has_value() ? 1U : 0U;
  EXPECT_GE(renewed, 1U);
  EXPECT_EQ(world.service->renewals, renewed) << "who is refused tells the provider nothing";
  EXPECT_TRUE(world.renew(lease.name, 1h)) << "and the turn is free again";
}

TEST(RenewLease, ExtendingNeedsTheProvider) {
  World world;
  const model::Lease lease = world.lease(60s);
  world.service->locked([](Service& s) { return s.away = true; });
  EXPECT_EQ(world.renew(lease.name, 1h).error().code, base::ErrorCode::kExternal);
  EXPECT_EQ(world.record(lease.id)->expires_at, lease.expires_at);
}

TEST(RenewLease, ShorteningDoesNot) {
  World world;
  const model::Lease lease = world.lease(60s);
  world.service->locked([](Service& s) { return s.away = true; });
  const auto renewed = world.renew(lease.name, 10s);
  ASSERT_TRUE(renewed);
  EXPECT_EQ(renewed->lease.expires_at, world.clock.wall() + 10s);
}

TEST(RenewLease, WhatHasEndedStaysEnded) {
  World world;
  const model::Lease lease = world.lease(60s);
  world.clock.advance(60s);
  EXPECT_EQ(world.renew(lease.name, 1h).error().code, base::ErrorCode::kNotFound);
  const model::Lease revoked = world.lease(60s);
  ASSERT_TRUE(world.revoke(revoked.name));
  EXPECT_EQ(world.renew(revoked.name, 1h).error().code, base::ErrorCode::kNotFound);
}

TEST(RenewLease, ByTheOperatorItShowsNoSecret) {
  World world;
  const model::Lease lease = world.lease(60s);
  EXPECT_TRUE(world.renew(lease.name, 1h, kOperator)->value.empty());
}

}  // namespace
}  // namespace jeton::leases::testing
