// Row 18 of arrowhead-mqtt 18, item 65 of arrowhead-authorization 15.9 and the table of its section 9.5.
#include "identity/blacklist_filter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace jeton::identity {
namespace {

using namespace std::chrono_literals;
using base::ErrorCode;
using testing::HasSubstr;

// What the Blacklist system would say.
class Source final : public BlacklistSource {
 public:
  base::Result<bool> is_listed(std::string_view system) override {
    asked.emplace_back(system);
    return answer;
  }
  base::Result<bool> answer = false;
  std::vector<std::string> asked;
};

class BlacklistFilterTest : public testing::Test {
 protected:
  BlacklistFilter make(bool force = true, base::Duration remember = 5s) {
    return BlacklistFilter({.force = force, .exclude = {"service-registry", "Authentication"}, .remember = remember},
                           source_, names_, clock_);
  }
  base::ManualClock clock_;
  const model::Normalizer names_{model::NormalizationMode::kExtended};
  Source source_;
};

TEST_F(BlacklistFilterTest, Row18_OperatorsTheBlacklistAndExcludedSystemsAreNotAskedAbout) {
  source_.answer = true;
  const auto filter = make();
  for (const Caller& caller : {Caller{.name = "Anna", .sysop = true}, Caller{.name = "Blacklist"},
                               Caller{.name = "ServiceRegistry"}, Caller{.name = "Authentication"}}) {
    EXPECT_TRUE(filter.admit(caller).has_value()) << caller.name;
    const auto now = filter.admit_now(caller);
    ASSERT_TRUE(now.has_value());
    EXPECT_TRUE(now->has_value());
  }
  EXPECT_TRUE(source_.asked.empty());
}

TEST_F(BlacklistFilterTest, Row18_ListedIsKeptOutAndNamedOthersPass) {
  const auto filter = make();
  EXPECT_TRUE(filter.admit({.name = "FlowReader"}).has_value());
  source_.answer = true;
  const auto refused = filter.admit({.name = "BadReader"});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::kForbidden);
  EXPECT_THAT(refused.error().message, HasSubstr("BadReader"));
}

TEST_F(BlacklistFilterTest, Row18_RefusalsOfTheQuestionArePassedOnWhateverForceSays) {
  for (const bool force : {true, false}) {
    const auto filter = make(force);
    for (const ErrorCode code : {ErrorCode::kUnauthenticated, ErrorCode::kForbidden}) {
      const base::Error error{code, "its word", {}};
      source_.answer = base::failure(error);
      EXPECT_EQ(filter.admit({.name = "FlowReader"}).error(), error);
    }
  }
}

TEST_F(BlacklistFilterTest, Row18_WithoutAnAnswerForceDecides) {
  for (const ErrorCode code :
       {ErrorCode::kExternal, ErrorCode::kNotFound, ErrorCode::kTimeout, ErrorCode::kInternal, ErrorCode::kInvalid}) {
    source_.answer = base::failure(base::Error{code, "no answer", {}});
    const auto forced = make(true).admit({.name = "FlowReader"});
    ASSERT_FALSE(forced.has_value());
    EXPECT_EQ(forced.error().code, ErrorCode::kForbidden);
    EXPECT_TRUE(make(false).admit({.name = "FlowReader"}).has_value());
  }
}

TEST_F(BlacklistFilterTest, AnswersAreRememberedTroubleIsNot) {
  const auto filter = make(true, 5s);
  source_.answer = base::failure(base::Error{ErrorCode::kExternal, "away", {}});
  EXPECT_FALSE(filter.admit({.name = "FlowReader"}).has_value());
  EXPECT_FALSE(filter.admit_now({.name = "FlowReader"}).has_value());
  source_.answer = false;
  EXPECT_TRUE(filter.admit({.name = "FlowReader"}).has_value());
  source_.answer = true;
  clock_.advance(5s - 1ns);
  EXPECT_TRUE(filter.admit_now({.name = "FlowReader"})->has_value());
  clock_.advance(1ns);
  EXPECT_FALSE(filter.admit_now({.name = "FlowReader"}).has_value());
  EXPECT_FALSE(filter.admit({.name = "FlowReader"}).has_value());
  EXPECT_EQ(filter.admit_now({.name = "FlowReader"})->error().code, ErrorCode::kForbidden);
}

TEST_F(BlacklistFilterTest, RememberingNothingAsksEveryTime) {
  const auto filter = make(true, 0s);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(filter.admit({.name = "FlowReader"}).has_value());
  EXPECT_EQ(source_.asked.size(), 3U);
  EXPECT_EQ(filter.remembered(), 0U);
}

}  // namespace
}  // namespace jeton::identity
