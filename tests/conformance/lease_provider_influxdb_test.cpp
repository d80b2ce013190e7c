// The provider of InfluxDB 2 against a fake with faults (token-lease 3.2 to 3.8, 3.10).
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/json/writer.hpp"
#include "conformance/lease_provider_worlds.hpp"
#include "support/fake_service.hpp"

namespace jeton::leases::conformance {
namespace {

using base::json::Value;
using jeton::testing::FakeService;
using jeton::testing::http_status;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kOrg = "11aa22bb33cc44dd";
const std::string kIdentity = "I" + std::string(64, 'a');

class InfluxdbFaults : public ::testing::Test, public ProviderWorld {
 protected:
  static FakeService& fake() {
    static FakeService fake("fake_influxdb.py");
    return fake;
  }
  InfluxdbFaults() { fake().clear(); }

  ProviderSettings settings() const override {
    ProviderSettings out;
    out.type = "influxdb";
    out.url = base::Secret(fake().url() + "//");
    out.token = base::Secret("admin-token-of-the-fake-influxdb==");
    out.roles = {{"reader", R"([{"action":"read","resource":{"type":"buckets"}}])"}};
    out.call_timeout = std::chrono::seconds{5};
    return out;
  }
  ProviderSettings denied() const override { return settings(); }
  base::json::Object options() const override { return {{"orgID", Value(std::string(kOrg))}}; }
  bool works(const Credential& credential) override {
    return http_status("POST", fake().url() + "/api/v2/write", fmt::format("Token {}", credential.value.reveal())) ==
           204;
  }
  void make_foreign() override {}

  static void next(std::string_view on, std::string_view doing) {
    fake().control(fmt::format(R"({{"fault":{{"on":"{}",{}}}}})", on, doing));
  }
  /// What the fake has under a label, as JSON texts.
  static std::vector<Value> stored(const std::string& label) {
    std::vector<Value> out;
    const Value state = fake().state();
    for (const Value& token : *state.member("tokens")->as<base::json::Array>()) {
      const auto* description = token.member("description")->as<std::string>();
      if (description != nullptr && description->find(label) != std::string::npos) out.push_back(token);
    }
    return out;
  }
  static std::string text_of(const Value& token, std::string_view member) {
    return *token.member(member)->as<std::string>();
  }
  base::Error refused() {
    const auto prepared = maker_.prepare(*provider_, *this);
    return prepared ? base::Error{} : prepared.error();
  }
  static Value parsed(std::string_view text) { return base::json::parse(text).value(); }

  const std::unique_ptr<Provider> provider_ = provider_of(settings());
  Maker maker_;
};

TEST_F(InfluxdbFaults, ForwardsOptionsAndMarksTheDescription) {
  maker_.role = "";
  maker_.expires_at = base::Instant{std::chrono::seconds{1'999'999'999}};
  maker_.more_options = {
      {"description", Value(std::string("press \"4\""))},
      {"permissions", parsed(R"([{"action":"write","resource":{"type":"buckets","id":"0000000000000001"}}])")},
      {"userID", Value(std::string("00000000000000aa"))},
      {"status", Value(std::string("inactive"))},
      {"unknown", parsed("[1.5,null]")}};
  const auto made = maker_.make(*provider_, *this);
  ASSERT_TRUE(made) << made.error().message;
  const auto tokens = stored(made->handle.label);
  ASSERT_EQ(tokens.size(), 1U);
  EXPECT_EQ(text_of(tokens[0], "description"),
            fmt::format("TLM:{}:service/reader/abcdefgh:1999999999 press \"4\"", made->handle.label));
  EXPECT_EQ(text_of(tokens[0], "userID"), "00000000000000aa");
  EXPECT_EQ(text_of(tokens[0], "status"), "inactive");
  EXPECT_EQ(*tokens[0].member("permissions"),
            parsed(R"([{"action":"write","resource":{"type":"buckets","id":"0000000000000001"}}])"));
  EXPECT_EQ(text_of(tokens[0], "createdAt"), made->credential.issued);
  EXPECT_EQ(text_of(tokens[0], "token"), made->credential.value.reveal());
  EXPECT_TRUE(revoke_one(*provider_, made->handle));
}

TEST_F(InfluxdbFaults, RefusesOptionsThatCannotWork) {
  const auto with = [&](std::string name, std::string_view value) {
    maker_.role = "";
    maker_.more_options = {{std::move(name), parsed(value)}};
    return refused().where;
  };
  EXPECT_EQ(with("description", "\"x\""), "permissions");  // mandatory without a role
  for (const char* value : {"[]", "{}", "[1]", "\"x\"", "null"}) EXPECT_EQ(with("permissions", value), "permissions");
  maker_.role = "reader";
  maker_.more_options = {{"permissions", parsed(R"([{"action":"write"}])")}};
  EXPECT_EQ(refused().where, "permissions");  // a role says all that may be had under it
  maker_.more_options = {{"description", parsed("[]")}};
  EXPECT_EQ(refused().where, "description");
  maker_.more_options.clear();
  EXPECT_EQ(refused().message, "");
}

// InfluxDB reads names of members in any letter case, and the last one counts.
TEST_F(InfluxdbFaults, NothingThatARoleOrWeSayIsSaidAgainInOtherLetters) {
  for (const char* role : {"", "reader"}) {
    for (const char* name : {"Permissions", "PERMISSIONS", "orgid", "OrgID", "Description", "userid"}) {
      maker_.role = role;
      maker_.more_options = {{name, parsed(R"([{"action":"write","resource":{"type":"buckets"}}])")}};
      if (*role == '\0') maker_.more_options.emplace_back("permissions", maker_.more_options.front().second);
      EXPECT_EQ(refused().where, name) << role;
    }
  }
  maker_.role = "reader";
  for (const char* name : {"userID", "status", "unknown"}) {
    maker_.more_options = {{name, Value(std::string("x"))}};
    EXPECT_EQ(refused().where, name);
  }
}

TEST_F(InfluxdbFaults, NeedsAnOrganisation) {
  maker_.options.emplace();
  EXPECT_EQ(refused().where, "orgID");
  for (const char* org : {"\"plant\"", "17", "\"11AA22BB33CC44DD\"", "\"\""}) {
    maker_.options = {{"orgID", parsed(org)}};
    EXPECT_EQ(refused().where, "orgID") << org;
  }
}

TEST_F(InfluxdbFaults, RenewsByANewDescriptionWithTheSameWords) {
  maker_.more_options = {{"description", Value(std::string("press 4"))}};
  const auto made = maker_.make(*provider_, *this);
  ASSERT_TRUE(made) << made.error().message;
  const auto renewed = provider_->renew(made->handle, base::Instant{std::chrono::seconds{2'000'000'001}}, soon());
  ASSERT_TRUE(renewed) << renewed.error().message;
  EXPECT_EQ(text_of(stored(made->handle.label).at(0), "description"),
            fmt::format("TLM:{}:service/reader/abcdefgh:2000000001 press 4", made->handle.label));
  const auto listed = provider_->list(maker_.tag(), soon());
  ASSERT_TRUE(listed);
  EXPECT_EQ(listed->at(0).handle, made->handle);
  ASSERT_TRUE(revoke_one(*provider_, made->handle));
  const auto gone = provider_->renew(made->handle, base::Instant{std::chrono::seconds{2'000'000'002}}, soon());
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().trouble, Trouble::kRejected);
}

// token-lease 3.8: the secret is in the 201 and nowhere else.
TEST_F(InfluxdbFaults, NeedsNoSecretFromALaterAnswer) {
  fake().control(R"({"hashed":true})");
  const auto made = maker_.make(*provider_, *this);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_TRUE(works(made->credential));
  EXPECT_TRUE(provider_->exists(made->handle, soon()).value());
  EXPECT_TRUE(revoke_one(*provider_, made->handle));
  EXPECT_FALSE(works(made->credential));
  fake().control(R"({"hashed":false})");
}

struct Row {
  int status;
  const char* body;
  Trouble on_create;
  Trouble on_revoke;
};
constexpr const char* kHtml = "<html><h1>Bad gateway</h1></html>";
const std::vector<Row> kRows = {
    // What the service says (token-lease 3.5).
    {400, R"({"code":"invalid","message":"m"})", Trouble::kRejected, Trouble::kRejected},
    {401, R"({"code":"unauthorized","message":"m"})", Trouble::kDenied, Trouble::kDenied},
    {403, R"({"code":"forbidden","message":"m"})", Trouble::kRejected, Trouble::kRejected},
    {413, R"({"code":"request too large","message":"m"})", Trouble::kRejected, Trouble::kRejected},
    {422, R"({"code":"unprocessable entity","message":"m"})", Trouble::kRejected, Trouble::kRejected},
    {422, R"({"code":"conflict","message":"m"})", Trouble::kRejected, Trouble::kRejected},
    {429, R"({"code":"too many requests","message":"m"})", Trouble::kBusy, Trouble::kBusy},
    {500, R"({"code":"internal error","message":"m"})", Trouble::kAmbiguous, Trouble::kAmbiguous},
    {503, R"({"code":"unavailable","message":"m"})", Trouble::kBusy, Trouble::kBusy},
    {408, R"({"code":"m"})", Trouble::kAmbiguous, Trouble::kAmbiguous},
    {499, R"({"code":"m"})", Trouble::kAmbiguous, Trouble::kAmbiguous},
    // What others say in its place.
    {502, kHtml, Trouble::kAmbiguous, Trouble::kUnreachable},
    {503, kHtml, Trouble::kAmbiguous, Trouble::kUnreachable},
    {504, "", Trouble::kAmbiguous, Trouble::kUnreachable},
    {500, R"({"code":"internal err)", Trouble::kAmbiguous, Trouble::kUnreachable},
    {200, kHtml, Trouble::kAmbiguous, Trouble::kUnreachable},
    {404, kHtml, Trouble::kRejected, Trouble::kUnreachable},
    {404, "404 page not found", Trouble::kRejected, Trouble::kUnreachable},
    {407, "", Trouble::kRejected, Trouble::kUnreachable},
    {429, kHtml, Trouble::kBusy, Trouble::kBusy},
};

TEST_F(InfluxdbFaults, EveryAnswerToACreateHasItsMeaning) {
  for (const Row& row : kRows) {
    next("create", fmt::format(R"("do":"status","status":{},"body":{})", row.status, base::json::write(row.body)));
    const auto made = maker_.make(*provider_, *this);
    ASSERT_FALSE(made) << row.status;
    EXPECT_EQ(made.error().trouble, row.on_create) << row.status << row.body << made.error().message;
    EXPECT_THAT(made.error().message, Not(HasSubstr("<html>")));
  }
}

TEST_F(InfluxdbFaults, EveryAnswerToARevocationHasItsMeaning) {
  const auto made = maker_.make(*provider_, *this);
  ASSERT_TRUE(made) << made.error().message;
  for (const Row& row : kRows) {
    next("delete", fmt::format(R"("do":"status","status":{},"body":{})", row.status, base::json::write(row.body)));
    const auto revoked = revoke_one(*provider_, made->handle);
    ASSERT_FALSE(revoked) << row.status << row.body;
    EXPECT_EQ(revoked.error().trouble, row.on_revoke) << row.status << row.body << revoked.error().message;
  }
  EXPECT_TRUE(works(made->credential));
  EXPECT_TRUE(revoke_one(*provider_, made->handle));
}

TEST_F(InfluxdbFaults, WaitsAsLongAsItIsTold) {
  const auto wait = [&](std::string_view text) {
    next("create", fmt::format(R"("do":"status","status":429,"headers":{{"Retry-After":"{}"}})", text));
    return maker_.make(*provider_, *this).error().retry_after;
  };
  EXPECT_EQ(wait("17"), std::chrono::seconds{17});
  EXPECT_EQ(wait("0"), std::chrono::seconds{0});
  EXPECT_EQ(wait("999999999999"), std::chrono::hours{24});
  for (const char* text : {"", "-1", "x", "1.5", "Wed, 21 Oct 2026 07:28:00 GMT", "99999999999999999999999"})
    EXPECT_EQ(wait(text), std::nullopt) << text;
}

// Whatever becomes of the answer, nothing is left behind that the label does not find.
TEST_F(InfluxdbFaults, ALostAnswerIsAmbiguousAndTheLabelFindsTheToken) {
  for (const char* fault : {R"("do":"drop-after")", R"("do":"truncate")", R"("do":"cut-json")",
                            R"("do":"execute-then","status":201,"body":"{}")",
                            R"("do":"execute-then","status":201,"body":"{\"id\":\"../../x\",\"token\":\"t\"}")",
                            R"("do":"execute-then","status":504)", R"("do":"drop-before")"}) {
    next("create", fault);
    auto prepared = maker_.prepare(*provider_, *this);
    ASSERT_TRUE(prepared);
    const auto made = prepared->make(soon());
    ASSERT_FALSE(made) << fault;
    EXPECT_EQ(made.error().trouble, Trouble::kAmbiguous) << fault << made.error().message;
    EXPECT_EQ(stored(prepared->handle.label).size(),
              std::string_view(fault).find("before") == std::string::npos ? 1U : 0U);
    const auto revoked = revoke_one(*provider_, prepared->handle);
    EXPECT_TRUE(revoked) << revoked.error().message;
    EXPECT_TRUE(stored(prepared->handle.label).empty());
  }
}

TEST_F(InfluxdbFaults, ACreateIsSentOnceThoughItsConnectionWasUsedBefore) {
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(provider_->check(soon()));  // connections that are kept
  next("create", R"("do":"drop-before")");
  const auto made = maker_.make(*provider_, *this);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().trouble, Trouble::kAmbiguous);
  EXPECT_EQ(fake().count("create"), 1);
}

TEST_F(InfluxdbFaults, ALateExecutionIsFoundByTheSecondLook) {
  next("create", R"("do":"late","seconds":0.4)");
  auto prepared = maker_.prepare(*provider_, *this);
  ASSERT_FALSE(prepared->make(soon()));
  EXPECT_TRUE(revoke_one(*provider_, prepared->handle));  // it is not there yet
  EXPECT_TRUE(jeton::testing::comes_to_hold([&] { return provider_->exists(prepared->handle, soon()).value(); }));
  EXPECT_TRUE(revoke_one(*provider_, prepared->handle));
  EXPECT_TRUE(stored(prepared->handle.label).empty());
}

TEST_F(InfluxdbFaults, ManyLabelsCostOneList) {
  std::vector<model::LeaseHandle> handles;
  for (int i = 0; i < 5; ++i) {
    auto made = maker_.make(*provider_, *this);
    ASSERT_TRUE(made);
    made->handle.external_id.clear();
    handles.push_back(made->handle);
  }
  for (const auto& outcome : provider_->revoke(handles, soon())) EXPECT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(fake().count("list"), 1);
  EXPECT_EQ(fake().count("delete"), 5);
}

TEST_F(InfluxdbFaults, ABatchEndsWithTheFirstTroubleOfTheService) {
  std::vector<model::LeaseHandle> handles(4);
  for (auto& handle : handles) handle = maker_.make(*provider_, *this).value().handle;
  next("delete", R"("do":"status","status":401,"times":9)");
  for (const auto& outcome : provider_->revoke(handles, soon())) EXPECT_EQ(outcome.error().trouble, Trouble::kDenied);
  EXPECT_EQ(fake().count("delete"), 1);
  fake().clear();
  for (const auto& outcome : provider_->revoke(handles, soon())) EXPECT_TRUE(outcome);
}

// InfluxDB issue 22708: a list is no proof of absence, a deletion by id is one.
TEST_F(InfluxdbFaults, TokensOfADeletedUserAreFoundByTheirId) {
  maker_.role = "";
  maker_.more_options = {{"userID", Value(std::string("00000000000000bb"))},
                         {"permissions", parsed(R"([{"action":"read","resource":{"type":"buckets"}}])")}};
  const auto made = maker_.make(*provider_, *this);
  ASSERT_TRUE(made) << made.error().message;
  fake().control(R"({"delete-user":"00000000000000bb"})");
  EXPECT_TRUE(provider_->list(maker_.tag(), soon())->empty());
  EXPECT_TRUE(provider_->exists(made->handle, soon()).value());
  EXPECT_TRUE(revoke_one(*provider_, made->handle));
  EXPECT_TRUE(stored(made->handle.label).empty());
}

TEST_F(InfluxdbFaults, AWrongPathIsNoProofOfAbsence) {
  const auto made = maker_.make(*provider_, *this);
  ASSERT_TRUE(made);
  ProviderSettings elsewhere = settings();
  elsewhere.url = base::Secret(fake().url() + "/prefix");
  const auto provider = provider_of(elsewhere);
  EXPECT_EQ(revoke_one(*provider, made->handle).error().trouble, Trouble::kUnreachable);
  EXPECT_FALSE(provider->exists(made->handle, soon()));
  EXPECT_FALSE(provider->list(maker_.tag(), soon()));
  EXPECT_FALSE(provider->check(soon()));
  EXPECT_TRUE(revoke_one(*provider_, made->handle));
}

TEST_F(InfluxdbFaults, AnUnusableListIsNoEmptyOne) {
  for (const char* body : {"{}", "[]", "", R"({"authorizations":null})", R"({"authorizations":[{"id":"0)"}) {
    next("list", fmt::format(R"("do":"status","status":200,"body":{})", base::json::write(body)));
    EXPECT_EQ(provider_->list(maker_.tag(), soon()).error().trouble, Trouble::kUnreachable) << body;
  }
}

TEST_F(InfluxdbFaults, ProblemsDoNotRepeatTheAccount) {
  next(
      "create",
      R"("do":"status","status":400,"body":"{\"code\":\"invalid\",\"message\":\"you sent Token admin-token-of-the-fake-influxdb==\\nand\\u0000more\"}")");
  const auto made = maker_.make(*provider_, *this);
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().message, HasSubstr("you sent Token *** and more"));
}

// Acceptance 8.2.11.
TEST_F(InfluxdbFaults, TakesOverLeasesOfEarlierManagersWhenItIsToldTo) {
  const auto seed = [](const std::string& description) {
    fake().control(fmt::format(R"({{"seed":{{"description":"{}"}}}})", description));
  };
  seed("ockam/" + kIdentity + "/2031-01-05T08:00:00.000001Z");
  seed("OCKAM:" + kIdentity + ":1926158234");
  seed("ockam/not-an-identity/2031-01-05T08:00:00Z");
  seed("OCKAM:" + kIdentity + ":soon");
  EXPECT_TRUE(provider_->list(maker_.tag(), soon())->empty());
  ProviderSettings adopting = settings();
  adopting.adopt = true;
  const auto provider = provider_of(adopting);
  const auto found = provider->list(maker_.tag(), soon());
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->size(), 2U);
  EXPECT_EQ(found->at(1).earlier->expires_at, base::Instant{std::chrono::seconds{1'926'158'234}});
  for (const Found& one : *found) {
    EXPECT_EQ(one.earlier->owner, kIdentity);
    EXPECT_EQ(one.handle.label, "earlier_" + one.handle.external_id);
    EXPECT_TRUE(provider->renew(one.handle, base::Instant{std::chrono::seconds{2'000'000'000}}, soon()));
    EXPECT_TRUE(provider->exists(one.handle, soon()).value());
    EXPECT_TRUE(revoke_one(*provider, one.handle));
  }
  EXPECT_TRUE(provider->list(maker_.tag(), soon())->empty());
  EXPECT_EQ(stored(kIdentity).size(), 1U);  // the poisoned one
}

}  // namespace
}  // namespace jeton::leases::conformance
