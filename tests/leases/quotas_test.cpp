// 5.6: hard bounds, reserved before the intent, released when nothing is left at the provider.
#include <gtest/gtest.h>

#include "lease_world.hpp"

namespace jeton::leases::testing {
namespace {

using base::ErrorCode;
using store::LeaseCountKind;

TEST(Quotas, OfAnOwner) {
  World world({.quotas = {.owner = 2}});
  world.lease();
  world.lease();
  const auto refused = world.create(world.wish());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kTooManyRequests);
  EXPECT_NE(refused.error().message.find("leases.quotas.owner"), std::string::npos) << refused.error().message;
  auto others = world.wish();
  others.owner = "Mill";
  EXPECT_TRUE(world.create(others));
  auto exempt = world.wish();
  exempt.exempt = true;
  EXPECT_TRUE(world.create(exempt)) << "operators are exempt";
}

TEST(Quotas, OfARoleAProviderAndInAll) {
  World roles({.quotas = {.role = 1}});
  auto wish = roles.wish();
  wish.role = "reader";
  ASSERT_TRUE(roles.create(wish));
  EXPECT_EQ(roles.create(wish).error().code, ErrorCode::kTooManyRequests);
  EXPECT_TRUE(roles.create(roles.wish())) << "without a role";
  World provider({.provider_max = 1});
  provider.lease();
  EXPECT_EQ(provider.create(provider.wish()).error().code, ErrorCode::kTooManyRequests);
  World all({.quotas = {.total = 1}});
  all.lease();
  EXPECT_EQ(all.create(all.wish()).error().code, ErrorCode::kTooManyRequests);
}

TEST(Quotas, AreFreeWhenTheProviderHasTakenItBackAndNotBefore) {
  World world({.quotas = {.owner = 1}});
  const model::Lease lease = world.lease(60s);
  world.service->locked([&](Service& s) { return s.stuck.insert(lease.handle.label); });
  ASSERT_TRUE(world.pass(60s, [&] { return world.state(lease.id) == model::LeaseState::kIrrevocable; }));
  EXPECT_EQ(world.create(world.wish()).error().code, ErrorCode::kTooManyRequests);
  ASSERT_TRUE(world.abandon(lease.name, "known"));
  EXPECT_TRUE(world.create(world.wish()));
}

TEST(Quotas, ParallelRequestsDoNotPassThem) {
  World world({.quotas = {.owner = 5}});
  std::vector<Awaited<CreateLease::Created>> answers(20);
  for (auto& answer : answers) world.create_lease(world.wish(), {}, answer.completion());
  int created = 0;
  for (auto& answer : answers) created += answer.get().has_value() ? 1 : 0;
  EXPECT_EQ(created, 5);
  EXPECT_EQ(world.service->count(), 5U);
  EXPECT_EQ(world.counted(LeaseCountKind::kOwner, "Press"), 5);
  EXPECT_EQ(world.counted(LeaseCountKind::kProvider, "influx"), 5);
}

}  // namespace
}  // namespace jeton::leases::testing
