#include <gtest/gtest.h>

#include "lease_world.hpp"

namespace jeton::leases::testing {
namespace {

using model::LeaseState;

TEST(RevokeLease, AnswersWhenTheProviderHas) {
  World world;
  const model::Lease lease = world.lease();
  const auto revoked = world.revoke(lease.handle.external_id);
  ASSERT_TRUE(revoked);
  EXPECT_EQ(revoked->revoked, Revoked::kNow);
  EXPECT_EQ(world.service->count(), 0U);
  EXPECT_EQ(world.state(lease.id), LeaseState::kRevoked);
  EXPECT_EQ(world.record(lease.id)->end, model::LeaseEnd::kRevoked);
}

// A6: idempotent.
TEST(RevokeLease, TwiceAndUnknownAreToldApartAndHarmless) {
  World world;
  const model::Lease lease = world.lease();
  ASSERT_TRUE(world.revoke(lease.name));
  EXPECT_EQ(world.revoke(lease.name)->revoked, Revoked::kBefore);
  EXPECT_EQ(world.revoke("nobody knows it")->revoked, Revoked::kUnknown);
  EXPECT_EQ(world.service->revoked.size(), 1U);
}

TEST(RevokeLease, AStrangerSeesNothingAndChangesNothing) {
  World world;
  const model::Lease lease = world.lease();
  const Who stranger{.name = "Mill", .operates = false};
  EXPECT_EQ(world.revoke(lease.name, stranger)->revoked, Revoked::kUnknown);
  EXPECT_EQ(world.get(lease.name, stranger).error().code, base::ErrorCode::kNotFound);
  EXPECT_EQ(world.renew(lease.name, 1h, stranger).error().code, base::ErrorCode::kNotFound);
  EXPECT_TRUE(world.list(stranger).empty());
  EXPECT_EQ(world.service->count(), 1U);
}

TEST(RevokeLease, AnOperatorMayButIsShownNoSecret) {
  World world;
  const model::Lease lease = world.lease();
  EXPECT_TRUE(world.get(lease.name, kOperator)->value.empty());
  EXPECT_EQ(world.revoke(lease.name, kOperator)->revoked, Revoked::kNow);
}

TEST(RevokeLease, OneThatIsBeingMadeIsTakenBackWhenThatIsOver) {
  World world;
  world.service->locked([](Service& s) { return s.creating_waits = true; });
  Awaited<CreateLease::Created> created;
  world.create_lease(world.wish(), {}, created.completion());
  ASSERT_TRUE(world.eventually([&] { return world.service->locked([](Service& s) { return s.creates; }) == 1; }));
  const std::string name = world.list(kOperator).front().name;
  EXPECT_EQ(world.revoke(name, kOperator)->revoked, Revoked::kLater);
  EXPECT_EQ(world.service->revoked.size(), 0U) << "nothing could be taken back yet";
  world.service->locked([](Service& s) { return s.creating_waits = false; });
  EXPECT_EQ(created.get().error().code, base::ErrorCode::kTimeout);
  EXPECT_TRUE(world.eventually([&] { return world.service->count() == 0; }));
  EXPECT_TRUE(world.pass(world.options.call_time_max + kSettleTimeMax, [&] {
    world.clock.advance(1s);
    return world.counted() == 0;
  }));
}

TEST(RevokeLease, WithTheProviderAwayItHasEndedHereAndIsTakenBackLater) {
  World world;
  const model::Lease lease = world.lease();
  world.service->locked([](Service& s) { return s.away = true; });
  const auto revoked = world.revoke(lease.name);
  ASSERT_TRUE(revoked);
  EXPECT_EQ(revoked->revoked, Revoked::kLater);
  EXPECT_NE(revoked->trouble.find("refused"), std::string::npos);
  EXPECT_EQ(world.get(lease.name).error().code, base::ErrorCode::kNotFound);
  world.service->locked([](Service& s) { return s.away = false; });
  EXPECT_TRUE(world.pass(30s, [&] { return world.service->count() == 0; }));
}

TEST(RevokeLease, AnIrrevocableOneIsTriedAgainOnDemand) {
  World world;
  const model::Lease lease = world.lease();
  world.service->locked([&](Service& s) { return s.stuck.insert(lease.handle.label); });
  EXPECT_EQ(world.revoke(lease.name, kOperator)->revoked, Revoked::kLater);
  EXPECT_EQ(world.state(lease.id), LeaseState::kIrrevocable);
  world.service->locked([](Service& s) {
    s.stuck.clear();
    return true;
  });
  EXPECT_EQ(world.revoke(lease.name, kOperator)->revoked, Revoked::kNow);
}

TEST(AbandonLease, GivesUpWithAReasonAndKeepsTheRecord) {
  World world;
  const model::Lease lease = world.lease();
  world.service->locked([&](Service& s) { return s.stuck.insert(lease.handle.label); });
  EXPECT_EQ(world.abandon(lease.name, " ").error().where, "reason");
  ASSERT_TRUE(world.abandon(lease.name, "the database was dropped"));
  EXPECT_EQ(world.state(lease.id), LeaseState::kAbandoned);
  EXPECT_EQ(world.counted(), 0);
  EXPECT_EQ(world.abandon(lease.name, "again").error().code, base::ErrorCode::kConflict);
  EXPECT_EQ(world.abandon("none", "x").error().code, base::ErrorCode::kNotFound);
  world.clock.advance(1h);
  world.settle();
  EXPECT_TRUE(world.service->has(lease.handle.label));
}

TEST(AbandonLease, WaitsUntilItsMakingIsOver) {
  World world;
  world.service->creating_waits = true;
  Awaited<CreateLease::Created> created;
  world.create_lease(world.wish(), {}, created.completion());
  ASSERT_TRUE(world.eventually([&] { return world.service->locked([](Service& s) { return s.creates; }) == 1; }));
  const model::Lease made = world.list(kOperator).front();
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(world.abandon(made.name, "in a hurry").error().code, base::ErrorCode::kConflict);
  EXPECT_EQ(world.state(made.id), LeaseState::kUnknown) << "it has ended, and is taken back";
  world.service->locked([](Service& s) { return s.creating_waits = false; });
  EXPECT_FALSE(created.get());
  EXPECT_TRUE(world.eventually([&] { return world.service->count() == 0; }));
}

// Its provider may have done it or not: whoever asks again and again must not keep it from being looked for.
TEST(RevokeLease, RepeatingItPostponesNothing) {
  World world;
  world.service->create_problem = Problem{Trouble::kAmbiguous, "no answer", {}};
  world.service->executes_anyway = true;
  ASSERT_FALSE(world.create(world.wish()));
  const model::Lease unknown = world.list(kOperator).front();
  ASSERT_EQ(unknown.state, LeaseState::kUnknown);
  for (int i = 0; i < 10; ++i) {
    world.clock.advance(1s);
    EXPECT_EQ(world.revoke(unknown.name)->revoked, Revoked::kLater);
  }
  EXPECT_EQ(world.record(unknown.id)->due_at, unknown.due_at);
  EXPECT_TRUE(world.pass(*unknown.due_at - world.time.now(), [&] { return world.service->count() == 0; }));
}

TEST(AbandonLease, TakesBackWhatCanBeTakenBack) {
  World world;
  const model::Lease lease = world.lease();
  EXPECT_EQ(world.abandon(lease.name, "to be sure").value().state, LeaseState::kRevoked);
  EXPECT_FALSE(world.service->has(lease.handle.label));
  EXPECT_EQ(world.counted(), 0);
}

}  // namespace
}  // namespace jeton::leases::testing
