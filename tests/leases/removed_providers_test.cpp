// Leases of a provider that was taken out of the configuration for good.
#include <gtest/gtest.h>

#include "base/limits.hpp"
#include "lease_world.hpp"

namespace jeton::leases::testing {
namespace {

using model::LeaseState;

model::Lease lease_from(World& world, const std::string& provider) {
  auto wish = world.wish(1h);
  wish.provider = provider;
  return world.create(wish)->lease.lease;
}

TEST(RemovedProviders, TheirLeasesAreGivenUpAndThoseOfOthersAreNot) {
  World world({.providers = {"influx", "gone"}});
  const model::Lease theirs = lease_from(world, "gone");
  const model::Lease other = lease_from(world, "influx");
  ASSERT_TRUE(world.removed({}));
  EXPECT_EQ(world.state(theirs.id), LeaseState::kAbandoned);
  EXPECT_EQ(world.record(theirs.id)->end, model::LeaseEnd::kForced);
  EXPECT_EQ(world.state(other.id), LeaseState::kActive);
  EXPECT_EQ(world.counted(), 1);
  EXPECT_EQ(world.counted(store::LeaseCountKind::kProvider, "gone"), 0);
  EXPECT_TRUE(world.service->has(theirs.handle.label)) << "nobody can be asked to take it back";
}

TEST(RemovedProviders, MoreThanACommitTakes) {
  World world({.providers = {"influx", "gone"}});
  constexpr std::size_t kMany = base::limits::kLeasesPerCommitMax + 10;
  for (std::size_t i = 0; i < kMany; ++i) lease_from(world, "gone");
  ASSERT_TRUE(world.removed({}));
  EXPECT_EQ(world.counted(), 0);
}

TEST(RemovedProviders, WhatEndedLongAgoIsForgotten) {
  World world({.providers = {"influx", "gone"}});
  const model::Lease lease = lease_from(world, "gone");
  ASSERT_TRUE(world.removed({}));
  world.clock.advance(world.keep.ended - 1s);
  ASSERT_TRUE(world.removed({}));
  EXPECT_TRUE(world.record(lease.id)) << "for a while it can be looked at";
  world.clock.advance(1s);
  ASSERT_TRUE(world.removed({}));
  EXPECT_FALSE(world.record(lease.id));
}

}  // namespace
}  // namespace jeton::leases::testing
