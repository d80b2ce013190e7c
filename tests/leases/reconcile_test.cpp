// 2.5: what is only at the provider, what is only here, and what is none of ours.
#include <gtest/gtest.h>

#include "lease_world.hpp"

namespace jeton::leases::testing {
namespace {

using model::LeaseState;

std::string stray_label(const World& world) {
  return world.names.label_prefix() + "stray";
}

TEST(Reconcile, AStrayIsTakenBackAfterAGrace) {
  World world;
  const model::Lease lease = world.lease(1h);
  world.service->credentials[stray_label(world)] = "x";
  world.service->credentials["lt_others_stray"] = "x";
  world.service->credentials["admin"] = "x";
  ASSERT_TRUE(world.reconcile({}));
  EXPECT_EQ(world.reconcile.figures().strays, 1U);
  EXPECT_EQ(world.service->count(), 4U) << "not at first sight";
  world.clock.advance(10min);
  ASSERT_TRUE(world.reconcile({}));
  EXPECT_FALSE(world.service->has(stray_label(world)));
  EXPECT_TRUE(world.service->has(lease.handle.label));
  EXPECT_TRUE(world.service->has("lt_others_stray")) << "without our mark it is not touched";
  EXPECT_TRUE(world.service->has("admin"));
}

TEST(Reconcile, TwoNamesOfOneServiceLeaveEachOthersLeasesAlone) {
  World world({.providers = {"app", "report"}});
  auto wish = world.wish(1h);
  wish.provider = "report";
  const std::string label = world.create(wish)->lease.lease.handle.label;
  ASSERT_TRUE(world.reconcile({}));
  world.clock.advance(10min);
  ASSERT_TRUE(world.reconcile({}));
  EXPECT_TRUE(world.service->has(label));
  EXPECT_EQ(world.reconcile.figures().strays, 0U);
}

TEST(Reconcile, ARevokedOneThatCameBackIsAStray) {
  World world;
  const model::Lease lease = world.lease(1h);
  ASSERT_TRUE(world.revoke(lease.name));
  world.service->locked([&](Service& s) { return s.credentials[lease.handle.label] = "risen"; });
  ASSERT_TRUE(world.reconcile({}));
  world.clock.advance(10min);
  ASSERT_TRUE(world.reconcile({}));
  EXPECT_EQ(world.service->count(), 0U);
}

TEST(Reconcile, NothingIsTakenBackWhileRevocationsAreHeld) {
  World world({.hold = true});
  world.service->credentials[stray_label(world)] = "x";
  ASSERT_TRUE(world.reconcile({}));
  world.clock.advance(24h);
  ASSERT_TRUE(world.reconcile({}));
  EXPECT_EQ(world.service->count(), 1U);
  EXPECT_EQ(world.reconcile.figures().strays, 1U);
}

TEST(Reconcile, ALeaseWhoseCredentialVanishedIsLostAndFreesItsQuota) {
  World world;
  const model::Lease lease = world.lease(1h);
  world.service->locked([](Service& s) {
    s.credentials.clear();
    return true;
  });
  ASSERT_TRUE(world.reconcile({}));
  EXPECT_EQ(world.state(lease.id), LeaseState::kActive) << "it may have been made after the list was";
  world.clock.advance(world.options.call_time_max * 2);
  ASSERT_TRUE(world.reconcile({}));
  EXPECT_EQ(world.state(lease.id), LeaseState::kLost);
  EXPECT_EQ(world.counted(), 0);
}

TEST(Reconcile, AnOutageIsNoLoss) {
  World world;
  const model::Lease lease = world.lease(1h);
  world.clock.advance(1min);
  world.service->locked([](Service& s) { return s.away = true; });
  EXPECT_TRUE(world.reconcile({}));
  EXPECT_EQ(world.state(lease.id), LeaseState::kActive);
}

TEST(Reconcile, LeasesOfAnEarlierManagerAreTakenOverOnceAndTakenBackAtTheirTime) {
  World world;
  const std::string label = "earlier_00c0ffee00c0ffee";
  world.service->locked([&](Service& s) {
    s.credentials[label] = "x";
    s.foreign.push_back({.handle = {.label = label, .external_id = "00c0ffee00c0ffee", .data = "{}"},
                         .earlier = Found::Earlier{.owner = "Iabc", .expires_at = world.clock.wall() + 1h}});
    return true;
  });
  ASSERT_TRUE(world.reconcile({}));
  ASSERT_TRUE(world.reconcile({}));
  EXPECT_EQ(world.reconcile.figures().adopted, 1U);
  const auto adopted = world.get("00c0ffee00c0ffee", {.name = "Iabc", .operates = false});
  ASSERT_TRUE(adopted);
  EXPECT_TRUE(adopted->value.empty());
  EXPECT_TRUE(world.pass(1h, [&] { return !world.service->has(label); }));
}

}  // namespace
}  // namespace jeton::leases::testing
