// Row 18 of arrowhead-mqtt 18, item 65 of arrowhead-authorization 15.9 and the table of its section 9.5.
#include "identity/blacklist_filter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <latch>
#include <thread>

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

// Under the policy outsourced a name is as the Authentication system wrote it (9.1).
TEST_F(BlacklistFilterTest, Row18_ExcludedNamesAreComparedNormalized) {
  source_.answer = true;
  const auto filter = make();
  for (const char* name : {"service-registry", "service registry", "authentication", "blacklist"}) {
    EXPECT_TRUE(filter.admit({.name = name}).has_value()) << name;
    const auto now = filter.admit_now({.name = name});
    EXPECT_TRUE(now && now->has_value()) << name;
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

// Says what it knows about some, and holds up whoever asks about others.
class SlowSource final : public BlacklistSource {
 public:
  explicit SlowSource(std::ptrdiff_t waiting) : all_wait(waiting) {}
  base::Result<bool> is_listed(std::string_view system) override {
    if (system == "BadReader") return true;
    if (system == "FlowReader") return false;
    all_wait.count_down();
    may_end.wait();
    return false;
  }
  std::latch all_wait;
  std::latch may_end{1};
};

TEST_F(BlacklistFilterTest, WhatIsRememberedCountsHoweverManyWaitForAnAnswer) {
  for (const bool force : {true, false}) {
    constexpr std::ptrdiff_t kAsking = base::limits::kCallsAtOnceMax / 2;
    SlowSource source(kAsking);
    const BlacklistFilter filter({.force = force, .exclude = {}, .remember = 5s}, source, names_, clock_);
    EXPECT_FALSE(filter.admit({.name = "BadReader"}).has_value());
    EXPECT_TRUE(filter.admit({.name = "FlowReader"}).has_value());
    std::vector<std::thread> threads;
    for (std::ptrdiff_t i = 0; i < kAsking; ++i) {
      threads.emplace_back([&filter, i] { static_cast<void>(filter.admit({.name = fmt::format("System{}", i)})); });
    }
    source.all_wait.wait();
    const auto refused = filter.admit({.name = "BadReader"});
    EXPECT_TRUE(!refused && refused.error().message.ends_with("is blacklisted")) << force;
    EXPECT_TRUE(filter.admit({.name = "FlowReader"}).has_value()) << force;
    source.may_end.count_down();
    for (std::thread& thread : threads) thread.join();
  }
}

TEST_F(BlacklistFilterTest, RememberingNothingAsksEveryTime) {
  const auto filter = make(true, 0s);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(filter.admit({.name = "FlowReader"}).has_value());
  EXPECT_EQ(source_.asked.size(), 3U);
  EXPECT_EQ(filter.remembered(), 0U);
}

}  // namespace
}  // namespace jeton::identity
