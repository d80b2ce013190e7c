// What every lease provider promises (src/leases/provider.hpp, token-lease 6.7), on the real service where there is
// one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "base/json/types.hpp"
#include "conformance/lease_provider_worlds.hpp"
#include "support/real_server.hpp"

namespace jeton::leases::conformance {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::chrono::milliseconds kShort{300};
constexpr std::chrono::seconds kSlack{3};

bool lists(const Provider::Outcome<std::vector<Found>>& listed, const std::string& label) {
  return listed && std::ranges::any_of(*listed, [&](const Found& found) { return found.handle.label == label; });
}

class LeaseProvider : public ::testing::TestWithParam<WorldRow> {
 protected:
  Made make() {
    auto made = maker_.make(*provider_, world_);
    if (!made) throw std::runtime_error(made.error().message);
    return std::move(*made);
  }
  /// As it was written down before the service was asked.
  static model::LeaseHandle without_id(model::LeaseHandle handle) {
    handle.external_id.clear();
    return handle;
  }

  ProviderWorld& world_ = GetParam().world();
  const std::unique_ptr<Provider> provider_ = provider_of(world_.settings());
  Maker maker_;
};

INSTANTIATE_TEST_SUITE_P(All, LeaseProvider, ::testing::ValuesIn(provider_worlds()),
                         [](const auto& row) { return std::string(row.param.name); });

TEST_P(LeaseProvider, ACredentialWorksUntilItIsRevoked) {
  const Made made = make();
  EXPECT_FALSE(made.credential.external_id.empty());
  EXPECT_GE(made.credential.value.size(), 16U);
  EXPECT_TRUE(world_.works(made.credential));
  const auto revoked = revoke_one(*provider_, made.handle);
  ASSERT_TRUE(revoked) << revoked.error().message;
  EXPECT_FALSE(world_.works(made.credential));
}

TEST_P(LeaseProvider, KnowsItsHandleBeforeTheCallWhereItChoosesTheName) {
  auto prepared = maker_.prepare(*provider_, world_);
  ASSERT_TRUE(prepared) << prepared.error().message;
  EXPECT_THAT(prepared->handle.label, ::testing::StartsWith("lt_" + maker_.tag() + "_"));
  EXPECT_TRUE(base::json::parse(prepared->handle.data)->as<base::json::Object>() != nullptr);
  EXPECT_EQ(prepared->handle.external_id.empty(), provider_->traits().assigns_ids);
  if (provider_->traits().assigns_ids) return;
  EXPECT_EQ(prepared->handle.external_id, prepared->handle.label);
}

TEST_P(LeaseProvider, TheHandleHoldsNoSecret) {
  const Made made = make();
  EXPECT_THAT(made.handle.data, Not(HasSubstr(std::string(made.credential.value.reveal()))));
  EXPECT_TRUE(revoke_one(*provider_, made.handle));
}

TEST_P(LeaseProvider, RenewsAndItStillWorks) {
  const Made made = make();
  const auto renewed = provider_->renew(made.handle, base::SystemClock().wall() + std::chrono::hours{2}, soon());
  ASSERT_TRUE(renewed) << renewed.error().message;
  EXPECT_TRUE(world_.works(made.credential));
  EXPECT_TRUE(lists(provider_->list(maker_.tag(), soon()), made.handle.label));
  EXPECT_TRUE(revoke_one(*provider_, made.handle));
}

TEST_P(LeaseProvider, RevokesTwice) {
  const Made made = make();
  for (int i = 0; i < 2; ++i) {
    const auto revoked = revoke_one(*provider_, made.handle);
    EXPECT_TRUE(revoked) << revoked.error().message;
  }
}

TEST_P(LeaseProvider, RevokesWhatNeverWas) {
  auto prepared = maker_.prepare(*provider_, world_);  // and never made
  ASSERT_TRUE(prepared) << prepared.error().message;
  const auto revoked = revoke_one(*provider_, prepared->handle);
  EXPECT_TRUE(revoked) << revoked.error().message;
}

TEST_P(LeaseProvider, RevokesByTheLabelAlone) {
  const Made made = make();
  const auto revoked = revoke_one(*provider_, without_id(made.handle));
  ASSERT_TRUE(revoked) << revoked.error().message;
  EXPECT_FALSE(world_.works(made.credential));
}

TEST_P(LeaseProvider, TellsWhatExists) {
  const Made made = make();
  for (const auto& handle : {made.handle, without_id(made.handle)}) {
    const auto exists = provider_->exists(handle, soon());
    ASSERT_TRUE(exists) << exists.error().message;
    EXPECT_TRUE(*exists);
  }
  ASSERT_TRUE(revoke_one(*provider_, made.handle));
  for (const auto& handle : {made.handle, without_id(made.handle)}) {
    const auto exists = provider_->exists(handle, soon());
    ASSERT_TRUE(exists) << exists.error().message;
    EXPECT_FALSE(*exists);
  }
}

TEST_P(LeaseProvider, ListsWhatBearsOurMarkAndNothingElse) {
  world_.make_foreign();
  const Made ours = make();
  const Made second = make();
  Maker others;
  const auto foreign = others.make(*provider_, world_);
  ASSERT_TRUE(foreign) << foreign.error().message;
  const auto listed = provider_->list(maker_.tag(), soon());
  ASSERT_TRUE(listed) << listed.error().message;
  EXPECT_EQ(listed->size(), 2U);
  EXPECT_TRUE(lists(listed, ours.handle.label));
  EXPECT_TRUE(lists(listed, second.handle.label));
  for (const Found& found : *listed) {  // what is found can be taken back
    EXPECT_FALSE(found.earlier.has_value());
    EXPECT_TRUE(revoke_one(*provider_, found.handle));
  }
  EXPECT_FALSE(world_.works(ours.credential));
  EXPECT_FALSE(world_.works(second.credential));
  EXPECT_TRUE(world_.works(foreign->credential));
  EXPECT_TRUE(revoke_one(*provider_, foreign->handle));
}

TEST_P(LeaseProvider, RevokesABatchWithGapsInIt) {
  std::vector<Credential> credentials;
  std::vector<model::LeaseHandle> handles;
  const std::size_t count = std::min<std::size_t>(provider_->traits().batch_max, 8);
  for (std::size_t i = 0; i < count; ++i) {
    if (i % 3 == 1) {  // was never made
      handles.push_back(maker_.prepare(*provider_, world_)->handle);
      continue;
    }
    Made made = make();
    handles.push_back(i % 2 == 0 ? made.handle : without_id(made.handle));
    credentials.push_back(std::move(made.credential));
  }
  const auto outcomes = provider_->revoke(handles, soon());
  ASSERT_EQ(outcomes.size(), handles.size());
  for (const auto& outcome : outcomes) EXPECT_TRUE(outcome) << outcome.error().message;
  for (const Credential& credential : credentials) EXPECT_FALSE(world_.works(credential));
  const auto left = provider_->list(maker_.tag(), soon());
  ASSERT_TRUE(left) << left.error().message;
  EXPECT_TRUE(left->empty());
}

TEST_P(LeaseProvider, SaysThatAllIsWell) {
  const auto checked = provider_->check(soon());
  EXPECT_TRUE(checked) << checked.error().message;
}

TEST_P(LeaseProvider, SaysThatItsAccountIsRefusedWithoutSayingTheSecret) {
  const auto provider = provider_of(world_.denied());
  const auto expect_denied = [&](const auto& outcome) {
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().trouble, Trouble::kDenied) << outcome.error().message;
    EXPECT_THAT(outcome.error().message, Not(HasSubstr(ProviderWorld::wrong_secret())));
    EXPECT_LE(outcome.error().message.size(), 240U);
  };
  expect_denied(maker_.make(*provider, world_));
  expect_denied(provider->check(soon()));
  expect_denied(provider->list(maker_.tag(), soon()));
  const Made made = make();
  expect_denied(revoke_one(*provider, made.handle));
  expect_denied(provider->exists(made.handle, soon()));
  EXPECT_TRUE(world_.works(made.credential));
  const auto listed = provider_->list(maker_.tag(), soon());
  ASSERT_TRUE(listed);
  EXPECT_EQ(listed->size(), 1U);
  EXPECT_TRUE(revoke_one(*provider_, made.handle));
}

TEST_P(LeaseProvider, SaysThatNobodyIsThere) {
  const auto provider = provider_of(at_port(world_.settings(), jeton::testing::free_port()));
  const auto expect_away = [](const auto& outcome) {
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().trouble, Trouble::kUnreachable) << outcome.error().message;
  };
  const model::LeaseHandle handle = maker_.prepare(*provider, world_)->handle;
  expect_away(maker_.make(*provider, world_));
  expect_away(revoke_one(*provider, handle));
  expect_away(provider->exists(handle, soon()));
  expect_away(provider->list(maker_.tag(), soon()));
  expect_away(provider->check(soon()));
}

TEST_P(LeaseProvider, WaitsForASilentServiceUntilTheDeadline) {
  const SilentServer silent;
  const auto provider = provider_of(at_port(world_.settings(), silent.port()));
  const base::SystemClock clock;
  const auto expect_in_time = [&](const auto& call) {
    const base::Tick begin = clock.monotonic();
    const auto outcome = call(begin + kShort);
    EXPECT_FALSE(outcome);
    EXPECT_LT(clock.monotonic() - begin, kShort + kSlack);
    return outcome.error().trouble;
  };
  auto prepared = maker_.prepare(*provider, world_);
  ASSERT_TRUE(prepared) << prepared.error().message;
  EXPECT_EQ(expect_in_time([&](base::Tick deadline) { return prepared->make(deadline); }),
            world_.sends_first() ? Trouble::kAmbiguous : Trouble::kUnreachable);
  const model::LeaseHandle& handle = prepared->handle;
  expect_in_time([&](base::Tick deadline) { return provider->revoke({&handle, 1}, deadline).front(); });
  expect_in_time([&](base::Tick deadline) { return provider->exists(handle, deadline); });
  expect_in_time([&](base::Tick deadline) { return provider->list(maker_.tag(), deadline); });
  expect_in_time([&](base::Tick deadline) { return provider->check(deadline); });
}

TEST_P(LeaseProvider, DoesNothingOnceItsTimeIsOver) {
  auto prepared = maker_.prepare(*provider_, world_);
  ASSERT_TRUE(prepared) << prepared.error().message;
  const auto made = prepared->make(base::SystemClock().monotonic() - std::chrono::seconds{1});
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().trouble, AnyOf(Trouble::kUnreachable, Trouble::kBusy)) << made.error().message;
  const auto listed = provider_->list(maker_.tag(), soon());
  ASSERT_TRUE(listed) << listed.error().message;
  EXPECT_TRUE(listed->empty());
}

TEST_P(LeaseProvider, RefusesRolesThatThereAreNot) {
  for (const char* role : {"nobody", "reader'; DROP USER \"plant\"; --", "../../reader", "reader\n"}) {
    maker_.role = role;
    const auto prepared = maker_.prepare(*provider_, world_);
    if (world_.checks_roles_itself()) {
      EXPECT_TRUE(prepared);
      continue;
    }
    ASSERT_FALSE(prepared);
    EXPECT_EQ(prepared.error().code, base::ErrorCode::kInvalid);
    EXPECT_EQ(prepared.error().where, "role");
  }
}

// Texts of requests and of other features are data, whatever is in them.
TEST_P(LeaseProvider, QuotesWhatRequestsHold) {
  maker_.owner = "x'); DROP ROLE \"plant\"; -- \"\\\r\n\xc3\xa9*{}/?#&%00";
  maker_.lease = "service/reader'\"\\;\n:1 TLM:lt_abcdef_x:a:1/x";
  const Made made = make();
  EXPECT_TRUE(world_.works(made.credential));
  const auto listed = provider_->list(maker_.tag(), soon());
  ASSERT_TRUE(listed) << listed.error().message;
  ASSERT_EQ(listed->size(), 1U);
  EXPECT_EQ(listed->front().handle.label, made.handle.label);
  EXPECT_TRUE(revoke_one(*provider_, listed->front().handle));
  EXPECT_FALSE(world_.works(made.credential));
}

TEST_P(LeaseProvider, HostileHandlesTakeNothingElseBack) {
  const Made made = make();
  for (const char* hostile : {"../users", "%2e%2e", "a/b", "x\"; DROP USER \"plant", "?", "", "*", "lt_%_%"}) {
    model::LeaseHandle handle{.label = hostile, .external_id = hostile, .data = "{}"};
    provider_->revoke({&handle, 1}, soon());
    provider_->exists(handle, soon());
    handle.external_id.clear();
    provider_->revoke({&handle, 1}, soon());
  }
  EXPECT_TRUE(world_.works(made.credential));
  EXPECT_TRUE(provider_->check(soon()));
  EXPECT_TRUE(revoke_one(*provider_, made.handle));
}

TEST_P(LeaseProvider, ServesManyThreads) {
  std::vector<std::jthread> threads;
  std::atomic<int> good{0};
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([this, &good] {
      Maker maker(maker_.tag());
      for (int round = 0; round < 3; ++round) {
        const auto made = maker.make(*provider_, world_);
        if (made && revoke_one(*provider_, made->handle)) ++good;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(good, 12);
  const auto left = provider_->list(maker_.tag(), soon());
  ASSERT_TRUE(left) << left.error().message;
  EXPECT_TRUE(left->empty());
}

}  // namespace
}  // namespace jeton::leases::conformance
