// message-queue 5.5 to 5.7: the matrix, as far as it is a rule; over HTTP it is tested cell by cell elsewhere.
#include "queues/access.hpp"

#include <gtest/gtest.h>

namespace jeton::queues {
namespace {

using model::RestrictionMode;

class AccessRules : public ::testing::Test {
 protected:
  AccessRules() { restricted_.apply(events_); }
  Access in(RestrictionMode mode, std::string suffix = ".dead") { return {mode, std::move(suffix), restricted_}; }

  static Credential token(std::string sub_queue, TokenScope scope = TokenScope::kEverything) {
    return Claim{std::move(sub_queue), scope};
  }

  const std::vector<model::Event> events_ = {{{1}, {}, "test", model::SubQueueRestricted{"closed"}},
                                             {{2}, {}, "test", model::SubQueueRestricted{"other"}}};
  RestrictedSubQueues restricted_;
};

TEST_F(AccessRules, Row58NoneLetsEverybodyEverywhereWhateverIsOnTheList) {
  const Access access = in(RestrictionMode::kNone);
  EXPECT_TRUE(access.admits({}));
  EXPECT_TRUE(access.allows({}, "closed", Use::kConsume));
}

TEST_F(AccessRules, Row60HybridAsksForTheTokenOfARestrictedSubQueueOnly) {
  const Access access = in(RestrictionMode::kHybrid);
  EXPECT_TRUE(access.admits({}));
  EXPECT_TRUE(access.allows({}, "open", Use::kConsume));
  EXPECT_TRUE(access.allows(token("closed"), "open", Use::kConsume));
  EXPECT_FALSE(access.allows({}, "closed", Use::kConsume));
  EXPECT_FALSE(access.allows(token("other"), "closed", Use::kConsume));
  EXPECT_FALSE(access.allows(token("Closed"), "closed", Use::kConsume)) << "names are told apart by letter case";
  EXPECT_TRUE(access.allows(token("closed"), "closed", Use::kConsume));
}

TEST_F(AccessRules, Row35And60RestrictedAsksEverybodyAndOnlyRestrictedSubQueuesAreOfUse) {
  const Access access = in(RestrictionMode::kRestricted);
  EXPECT_FALSE(access.admits({}));
  EXPECT_FALSE(access.admits(token("open"))) << "genuine, but its sub-queue is not restricted";
  EXPECT_TRUE(access.admits(token("closed")));
  EXPECT_FALSE(access.allows(token("open"), "open", Use::kConsume));
  EXPECT_FALSE(access.allows(token("other"), "closed", Use::kConsume));
  EXPECT_TRUE(access.allows(token("closed"), "closed", Use::kConsume));
}

TEST_F(AccessRules, ATokenOfOneScopeDoesNotServeAnother) {
  const Access access = in(RestrictionMode::kHybrid);
  const auto uses = [&](TokenScope scope) {
    std::string out;
    if (access.allows(token("closed", scope), "closed", Use::kPublish)) out += 'p';
    if (access.allows(token("closed", scope), "closed", Use::kConsume)) out += 'c';
    if (access.allows(token("closed", scope), "closed", Use::kClear)) out += 'x';
    return out;
  };
  EXPECT_EQ(uses(TokenScope::kEverything), "pcx");
  EXPECT_EQ(uses(TokenScope::kPublish), "p");
  EXPECT_EQ(uses(TokenScope::kConsume), "c");
}

TEST_F(AccessRules, DeadLettersAreGuardedByTheSubQueueTheyComeFrom) {
  const Access access = in(RestrictionMode::kHybrid, ".dead");
  EXPECT_FALSE(access.allows({}, "closed.dead", Use::kConsume));
  EXPECT_TRUE(access.allows(token("closed"), "closed.dead", Use::kConsume));
  EXPECT_TRUE(access.allows({}, "open.dead", Use::kConsume));
}

TEST_F(AccessRules, NobodyCapturesDeadLettersByRestrictingThem) {
  const std::vector<model::Event> captured = {{{3}, {}, "test", model::SubQueueRestricted{"closed.dead"}},
                                              {{4}, {}, "test", model::SubQueueRestricted{"open.dead"}}};
  restricted_.apply(captured);
  const Access access = in(RestrictionMode::kHybrid, ".dead");
  EXPECT_TRUE(access.is_guarded_by_another("closed.dead"));
  EXPECT_FALSE(access.allows(token("closed.dead"), "closed.dead", Use::kConsume));
  EXPECT_TRUE(access.allows(token("closed"), "closed.dead", Use::kConsume));
  EXPECT_FALSE(access.is_guarded_by_another("open.dead"));
  EXPECT_TRUE(access.allows(token("open.dead"), "open.dead", Use::kConsume));
  EXPECT_FALSE(access.allows({}, "open.dead", Use::kConsume));
}

TEST_F(AccessRules, ARefusalNamesTheSubQueueAndTheModeInBrackets) {
  const auto status = in(RestrictionMode::kHybrid).check({}, "closed", Use::kConsume);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, base::ErrorCode::kForbidden);
  EXPECT_NE(status.error().message.find("[closed]"), std::string::npos);
  EXPECT_NE(status.error().message.find("[HYBRID]"), std::string::npos);
}

TEST_F(AccessRules, Row59TheListFollowsTheLog) {
  const std::vector<model::Event> lifted = {{{3}, {}, "test", model::SubQueueOpened{"closed"}}};
  restricted_.apply(lifted);
  EXPECT_EQ(restricted_.names(), std::vector<std::string>{"other"});
  EXPECT_TRUE(in(RestrictionMode::kHybrid).allows({}, "closed", Use::kConsume));
}

}  // namespace
}  // namespace jeton::queues
