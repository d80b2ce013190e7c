// What is particular to single services: InfluxDB 1 and RabbitMQ from their packages, and the webhook's fake.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json/types.hpp"
#include "conformance/lease_provider_worlds.hpp"
#include "support/fake_service.hpp"
#include "support/real_influxdb1.hpp"
#include "support/real_rabbitmq.hpp"

namespace jeton::leases::conformance {
namespace {

using base::json::Value;
using jeton::testing::AmqpSession;
using jeton::testing::FakeService;
using jeton::testing::RealInfluxdb1;
using jeton::testing::RealRabbitmq;
using ::testing::HasSubstr;

ProviderWorld& world(std::string_view name) {
  for (const WorldRow& row : provider_worlds()) {
    if (row.name == name) return row.world();
  }
  throw std::runtime_error("there is no such world");
}

Made made_by(Provider& provider, ProviderWorld& world, Maker& maker) {
  auto made = maker.make(provider, world);
  if (!made) throw std::runtime_error(made.error().message);
  return std::move(*made);
}

std::string secret_of(const Made& made) {
  return std::string(made.credential.value.reveal());
}

class Influxdb1Service : public ::testing::Test {
 protected:
  ProviderWorld& world_ = world("Influxdb1");
  RealInfluxdb1& server_ = RealInfluxdb1::shared();
  const std::unique_ptr<Provider> provider_ = provider_of(world_.settings());
  Maker maker_;
};

TEST_F(Influxdb1Service, GrantsWhatTheRoleSays) {
  const Made reader = made_by(*provider_, world_, maker_);
  maker_.role = "both";
  const Made both = made_by(*provider_, world_, maker_);
  EXPECT_FALSE(server_.lets_write(reader.handle.label, secret_of(reader), RealInfluxdb1::kDatabase));
  EXPECT_FALSE(server_.lets_write(both.handle.label, secret_of(both), RealInfluxdb1::kDatabase));
  EXPECT_TRUE(server_.lets_write(both.handle.label, secret_of(both), RealInfluxdb1::kOther));
  EXPECT_TRUE(revoke_one(*provider_, reader.handle));
  EXPECT_TRUE(revoke_one(*provider_, both.handle));
  EXPECT_FALSE(server_.lets_write(both.handle.label, secret_of(both), RealInfluxdb1::kOther));
}

TEST_F(Influxdb1Service, LeavesNoUserBehindWhoseGrantFails) {
  ProviderSettings settings = world_.settings();
  settings.roles = {{"reader", "READ, READ ON nowhere"}};
  const auto provider = provider_of(settings);
  auto prepared = maker_.prepare(*provider, world_);
  ASSERT_TRUE(prepared);
  const auto made = prepared->make(soon());
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().trouble, Trouble::kRejected) << made.error().message;
  EXPECT_FALSE(server_.has_user(prepared->handle.label));
}

TEST_F(Influxdb1Service, ANameThatIsTakenIsRefused) {
  auto prepared = maker_.prepare(*provider_, world_);
  ASSERT_TRUE(prepared);
  server_.run(fmt::format("CREATE USER \"{}\" WITH PASSWORD 'another'", prepared->handle.label));
  const auto made = prepared->make(soon());
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().trouble, Trouble::kRejected) << made.error().message;
  EXPECT_TRUE(server_.lets_in(prepared->handle.label, "another"));
  EXPECT_TRUE(revoke_one(*provider_, prepared->handle));
}

TEST_F(Influxdb1Service, AnAccountThatIsNoAdministratorIsOfNoUse) {
  const Made made = made_by(*provider_, world_, maker_);
  ProviderSettings settings = world_.settings();
  settings.user = made.handle.label;
  settings.password = base::Secret(secret_of(made));
  EXPECT_EQ(provider_of(settings)->check(soon()).error().trouble, Trouble::kDenied);
  EXPECT_TRUE(revoke_one(*provider_, made.handle));
}

class RabbitmqService : public ::testing::Test {
 protected:
  ProviderWorld& world_ = world("Rabbitmq");
  RealRabbitmq& server_ = RealRabbitmq::shared();
  const std::unique_ptr<Provider> provider_ = provider_of(world_.settings());
  Maker maker_;
};

TEST_F(RabbitmqService, EndsOpenConnectionsAtRevocation) {
  const Made made = made_by(*provider_, world_, maker_);
  AmqpSession session(server_.amqp_port(), made.handle.label, secret_of(made));
  ASSERT_TRUE(session.is_open());
  ASSERT_TRUE(revoke_one(*provider_, made.handle));
  EXPECT_THAT(session.closing_words(), HasSubstr("CONNECTION_FORCED"));
}

TEST_F(RabbitmqService, EndsThemInABatchToo) {
  const std::vector<Made> made = {made_by(*provider_, world_, maker_), made_by(*provider_, world_, maker_)};
  AmqpSession first(server_.amqp_port(), made[0].handle.label, secret_of(made[0]));
  AmqpSession second(server_.amqp_port(), made[1].handle.label, secret_of(made[1]));
  ASSERT_TRUE(first.is_open() && second.is_open());
  const std::vector<model::LeaseHandle> handles = {made[0].handle, made[1].handle};
  for (const auto& outcome : provider_->revoke(handles, soon())) EXPECT_TRUE(outcome) << outcome.error().message;
  EXPECT_THAT(first.closing_words(), HasSubstr("CONNECTION_FORCED"));
  EXPECT_THAT(second.closing_words(), HasSubstr("CONNECTION_FORCED"));
}

TEST_F(RabbitmqService, GivesWhatTheRoleSaysAndNoTags) {
  const Made made = made_by(*provider_, world_, maker_);
  std::string body;
  ASSERT_EQ(server_.manage("GET", "/api/permissions/%2F/" + made.handle.label, {}, &body), 200);
  const auto permissions = base::json::parse(body);
  EXPECT_EQ(*permissions->member("configure")->as<std::string>(), "");
  EXPECT_EQ(*permissions->member("write")->as<std::string>(), "");
  EXPECT_EQ(*permissions->member("read")->as<std::string>(), "^plant-.*");
  // Without tags its holder may not even log in at the management.
  EXPECT_EQ(jeton::testing::http_status("GET", server_.url() + "/api/whoami",
                                        jeton::testing::basic(made.handle.label, secret_of(made))),
            401);
  EXPECT_TRUE(revoke_one(*provider_, made.handle));
}

TEST_F(RabbitmqService, LeavesNoUserBehindWhosePermissionsFail) {
  ProviderSettings settings = world_.settings();
  settings.vhost = "no where/%2F";
  const auto provider = provider_of(settings);
  auto prepared = maker_.prepare(*provider, world_);
  ASSERT_TRUE(prepared);
  const auto made = prepared->make(soon());
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().trouble, Trouble::kRejected) << made.error().message;
  EXPECT_FALSE(server_.has_user(prepared->handle.label));
}

TEST_F(RabbitmqService, UsesTheVirtualHostOfTheRole) {
  ASSERT_EQ(server_.manage("PUT", "/api/vhosts/plant%20%2F4"), 201);
  ProviderSettings settings = world_.settings();
  settings.roles = {{"reader", R"({"configure":"","write":"","read":"","vhost":"plant /4"})"}};
  const auto provider = provider_of(settings);
  const Made made = made_by(*provider, world_, maker_);
  EXPECT_TRUE(AmqpSession(server_.amqp_port(), made.handle.label, secret_of(made), "plant /4").is_open());
  EXPECT_FALSE(world_.works(made.credential));  // not on "/"
  EXPECT_TRUE(revoke_one(*provider, made.handle));
  EXPECT_EQ(server_.manage("DELETE", "/api/vhosts/plant%20%2F4"), 204);
}

// It overwrote the user: whatever that was, it is taken back by its name.
TEST_F(RabbitmqService, ANameThatIsTakenIsAmbiguous) {
  auto prepared = maker_.prepare(*provider_, world_);
  ASSERT_TRUE(prepared);
  ASSERT_EQ(server_.manage("PUT", "/api/users/" + prepared->handle.label, R"({"password":"x","tags":""})"), 201);
  const auto made = prepared->make(soon());
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().trouble, Trouble::kAmbiguous) << made.error().message;
  EXPECT_TRUE(revoke_one(*provider_, prepared->handle));
  EXPECT_FALSE(server_.has_user(prepared->handle.label));
}

TEST_F(RabbitmqService, AWrongPathIsNoProofOfAbsence) {
  const Made made = made_by(*provider_, world_, maker_);
  ProviderSettings settings = world_.settings();
  settings.url = base::Secret(server_.url() + "/api");
  const auto provider = provider_of(settings);
  EXPECT_EQ(revoke_one(*provider, made.handle).error().trouble, Trouble::kUnreachable);
  EXPECT_FALSE(provider->exists(made.handle, soon()));
  EXPECT_FALSE(provider->check(soon()));
  EXPECT_TRUE(world_.works(made.credential));
  EXPECT_TRUE(revoke_one(*provider_, made.handle));
}

TEST_F(RabbitmqService, AnAccountThatIsNoAdministratorIsOfNoUse) {
  ASSERT_EQ(server_.manage("PUT", "/api/users/monitor", R"({"password":"x","tags":"management"})"), 201);
  ProviderSettings settings = world_.settings();
  settings.user = "monitor";
  settings.password = base::Secret("x");
  const auto checked = provider_of(settings)->check(soon());
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().trouble, Trouble::kDenied);
  EXPECT_THAT(checked.error().message, HasSubstr("administrator"));
  EXPECT_EQ(server_.manage("DELETE", "/api/users/monitor"), 204);
}

class WebhookService : public ::testing::Test {
 protected:
  WebhookService() {
    settings_ = world_.settings();
    settings_.url = base::Secret(fake_.url());
    provider_ = provider_of(settings_);
  }
  FakeService fake_{"fake_webhook.py"};
  ProviderWorld& world_ = world("Webhook");
  ProviderSettings settings_;
  std::unique_ptr<Provider> provider_;
  Maker maker_;
};

TEST_F(WebhookService, HandsOnWhatTheRequestSays) {
  maker_.expires_at = base::Instant{std::chrono::seconds{1'926'158'234}};
  maker_.more_options = {{"depth", Value(std::int64_t{4})}};
  const Made made = made_by(*provider_, world_, maker_);
  EXPECT_EQ(made.credential.external_id, "credential-" + made.handle.label);
  EXPECT_EQ(made.credential.issued, "2026-01-05T07:00:00Z");
  const Value state = fake_.state();
  const Value& found = *state.member("credentials")->member(made.handle.label);
  EXPECT_EQ(*found.member("lease")->as<std::string>(), maker_.lease);
  EXPECT_EQ(*found.member("owner")->as<std::string>(), maker_.owner);
  EXPECT_EQ(*found.member("role")->as<std::string>(), "reader");
  EXPECT_EQ(*found.member("expiresAt")->as<std::string>(), "2031-01-14T11:57:14Z");
  EXPECT_EQ(*found.member("options")->member("depth")->as<std::int64_t>(), 4);
  ASSERT_TRUE(provider_->renew(made.handle, maker_.expires_at + std::chrono::hours{1}, soon()));
  EXPECT_EQ(*fake_.state().member("credentials")->member(made.handle.label)->member("expiresAt")->as<std::string>(),
            "2031-01-14T12:57:14Z");
}

TEST_F(WebhookService, HandsOnARefusal) {
  maker_.role = "nobody";
  const auto made = maker_.make(*provider_, world_);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().trouble, Trouble::kRejected);
  EXPECT_THAT(made.error().message, HasSubstr("there is no role nobody"));
}

TEST_F(WebhookService, ReadsListsInPages) {
  for (int i = 0; i < 7; ++i) made_by(*provider_, world_, maker_);
  const auto listed = provider_->list(maker_.tag(), soon());
  ASSERT_TRUE(listed) << listed.error().message;
  EXPECT_EQ(listed->size(), 7U);
  EXPECT_EQ(fake_.count("list"), 4);
}

TEST_F(WebhookService, AnswersThatAreNoneAreNoProof) {
  const Made made = made_by(*provider_, world_, maker_);
  const auto next = [&](std::string_view on, std::string_view body) {
    fake_.control(fmt::format(R"({{"fault":{{"on":"{}","do":"status","status":200,"body":"{}"}}}})", on, body));
  };
  for (const char* body : {"", "{}", "<html>", "[]", R"({\"revoked\":false})"}) {
    next("revoke", body);
    EXPECT_EQ(revoke_one(*provider_, made.handle).error().trouble, Trouble::kUnreachable) << body;
    next("exists", body);
    EXPECT_FALSE(provider_->exists(made.handle, soon())) << body;
    next("list", body);
    EXPECT_FALSE(provider_->list(maker_.tag(), soon())) << body;
    next("create", body);
    EXPECT_EQ(maker_.make(*provider_, world_).error().trouble, Trouble::kAmbiguous) << body;
  }
  for (const char* id : {"a/b", "a?b", "a b", "50%", "line\\\\n"}) {
    next("create", fmt::format(R"({{\"id\":\"{}\",\"value\":\"v\"}})", id));
    EXPECT_EQ(maker_.make(*provider_, world_).error().trouble, Trouble::kAmbiguous) << id;
  }
  next("list", R"({\"credentials\":[],\"next\":\"a\"})");
  next("list", R"({\"credentials\":[],\"next\":\"a\"})");
  EXPECT_THAT(provider_->list(maker_.tag(), soon()).error().message, HasSubstr("no end"));
  EXPECT_TRUE(provider_->exists(made.handle, soon()).value());
  EXPECT_TRUE(revoke_one(*provider_, made.handle));
}

}  // namespace
}  // namespace jeton::leases::conformance
