#include <gtest/gtest.h>

#include "base/limits.hpp"
#include "lease_world.hpp"

namespace jeton::leases::testing {
namespace {

TEST(RevokeLeases, ByPrefixOfNames) {
  World world({.providers = {"influx", "influx-2"}});
  const model::Lease plain = world.lease();
  auto wish = world.wish();
  wish.role = "plant";
  const model::Lease plant = world.create(wish)->lease.lease;
  wish.provider = "influx-2";
  const model::Lease other = world.create(wish)->lease.lease;
  EXPECT_EQ(world.revoke_all({.prefix = "influx/plant/", .owner = {}, .provider = {}}).value(), 1);
  EXPECT_TRUE(world.eventually([&] { return !world.service->has(plant.handle.label); }));
  world.settle();
  EXPECT_TRUE(world.service->has(plain.handle.label));
  EXPECT_TRUE(world.service->has(other.handle.label));
}

TEST(RevokeLeases, OthersThanOperatorsEndTheirOwn) {
  World world;
  world.lease();
  auto others = world.wish();
  others.owner = "Mill";
  ASSERT_TRUE(world.create(others));
  EXPECT_EQ(world.revoke_all({.prefix = {}, .owner = "Mill", .provider = {}}).value(), 1) << "Press has one";
  EXPECT_TRUE(world.eventually([&] { return world.service->count() == 1; }));
  EXPECT_EQ(world.list({.name = "Mill", .operates = false}).size(), 1U);
  EXPECT_EQ(world.revoke_all({.prefix = {}, .owner = "Mill", .provider = {}}, kOperator).value(), 1);
  EXPECT_TRUE(world.eventually([&] { return world.service->count() == 0; }));
}

TEST(RevokeLeases, NothingSelectedIsNotEverything) {
  World world;
  world.lease();
  EXPECT_EQ(world.revoke_all({}).error().code, base::ErrorCode::kInvalid);
  EXPECT_EQ(world.revoke_all({.prefix = "", .owner = {}, .provider = {}}).error().code, base::ErrorCode::kInvalid);
  EXPECT_EQ(world.service->count(), 1U);
}

// Acceptance 10, small: more than a commit takes, while others are created; counters equal the table.
TEST(RevokeLeases, ManyWhileOthersAreCreated) {
  World world({.traits = {.batch_max = 100}});
  constexpr std::int64_t kMany = static_cast<std::int64_t>(base::limits::kLeasesPerCommitMax) + 100;
  for (std::int64_t i = 0; i < kMany; ++i) world.lease(1h);
  Awaited<std::int64_t> revoked;
  world.revoke_leases(kPress, {.prefix = "influx/", .owner = {}, .provider = {}}, revoked.completion());
  std::vector<std::string> created;
  for (int i = 0; i < 50; ++i) created.push_back(world.lease(1h).handle.label);
  EXPECT_EQ(revoked.get().value(), kMany);
  EXPECT_TRUE(world.eventually([&] { return world.service->count() == created.size(); }));
  for (const std::string& label : created) EXPECT_TRUE(world.service->has(label)) << "it came later";
  EXPECT_TRUE(world.eventually([&] { return world.counted() == 50; }));
  EXPECT_EQ(world.counted(store::LeaseCountKind::kOwner, "Press"), 50);
  EXPECT_EQ(world.list(kPress, {.limit = 1'000}).size(), 50U);
}

TEST(ListLeases, InPages) {
  World world;
  for (int i = 0; i < 5; ++i) world.lease();
  LeaseFilter filter;
  filter.limit = 2;
  std::vector<std::string> names;
  for (int page = 0; page < 3; ++page) {
    const auto listed = world.list_leases(kPress, filter, world.time.now()).value();
    for (const auto& lease : listed.leases) names.push_back(lease.name);
    filter.cursor = listed.next;
    EXPECT_EQ(listed.next.empty(), page == 2);
  }
  EXPECT_EQ(std::set(names.begin(), names.end()).size(), 5U);
  filter.cursor = "x";
  EXPECT_EQ(world.list_leases(kPress, filter, world.time.now()).error().where, "cursor");
  filter.cursor = {};
  filter.limit = 1'001;
  EXPECT_EQ(world.list_leases(kPress, filter, world.time.now()).error().where, "limit");
}

}  // namespace
}  // namespace jeton::leases::testing
