#include "conformance/lease_provider_worlds.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <stdexcept>

#include "base/strings.hpp"
#include "crypto/random.hpp"
#include "leases/providers/registry.hpp"
#include "support/fake_service.hpp"
#include "support/real_influxdb1.hpp"
#include "support/real_postgresql.hpp"
#include "support/real_rabbitmq.hpp"
#include "support/real_redis.hpp"

namespace jeton::leases::conformance {
namespace {

using jeton::testing::FakeService;
using jeton::testing::http_status;
using jeton::testing::RealInfluxdb1;
using jeton::testing::RealPostgresql;
using jeton::testing::RealRabbitmq;
using jeton::testing::RealRedis;

class InfluxdbWorld final : public ProviderWorld {
 public:
  ProviderSettings settings() const override {
    ProviderSettings out;
    out.type = "influxdb";
    out.url = base::Secret(fake_.url());
    out.token = base::Secret("admin-token-of-the-fake-influxdb==");
    out.org = "11aa22bb33cc44dd";
    out.roles = {{"reader", R"([{"action":"read","resource":{"type":"buckets","orgID":"11aa22bb33cc44dd"}}])"}};
    return out;
  }
  ProviderSettings denied() const override {
    ProviderSettings out = settings();
    out.token = base::Secret(wrong_secret());
    return out;
  }
  bool works(const Credential& credential) override {
    const std::string token = fmt::format("Token {}", credential.value.reveal());
    return http_status("POST", fake_.url() + "/api/v2/write?bucket=plant", token, "press line=1") == 204;
  }
  void make_foreign() override {
    for (const char* description :
         {"somebody's", "", "ockam/not-an-identity/2026-01-05T07:00:00Z", "TLM:", "TLM:lt_x_1", "TLM::x:1",
          "OCKAM:Iabc:17", "TLM:LT_ABCDEF_X:a:1", "tlm:lt_abcdef_x:a:1"}) {
      fake_.control(fmt::format(R"({{"seed":{{"description":"{}"}}}})", description));
    }
    fake_.control(R"({"seed":{"description":{"poisoned":["TLM:lt_abcdef_x:a:1"]}}})");
    fake_.control(R"({"seed":{"description":null}})");
  }

 private:
  FakeService fake_{"fake_influxdb.py"};
};

class Influxdb1World final : public ProviderWorld {
 public:
  ProviderSettings settings() const override {
    ProviderSettings out;
    out.type = "influxdb1";
    out.url = base::Secret(server_.url());
    out.user = RealInfluxdb1::kManager;
    out.password = base::Secret(RealInfluxdb1::kPassword);
    out.database = RealInfluxdb1::kDatabase;
    out.roles = {{"reader", "READ"}, {"both", fmt::format("read, WRITE ON {}", RealInfluxdb1::kOther)}};
    return out;
  }
  ProviderSettings denied() const override {
    ProviderSettings out = settings();
    out.password = base::Secret(wrong_secret());
    return out;
  }
  bool works(const Credential& credential) override {
    return server_.lets_in(credential.external_id, std::string(credential.value.reveal()));
  }
  void make_foreign() override {
    for (const char* name : {"plant", "lt_", "xlt_abcdef_1"}) {
      if (!server_.has_user(name)) server_.run(fmt::format("CREATE USER \"{}\" WITH PASSWORD 'x'", name));
    }
  }

 private:
  RealInfluxdb1& server_ = RealInfluxdb1::shared();
};

class PostgresqlWorld final : public ProviderWorld {
 public:
  PostgresqlWorld() { server_.run("CREATE ROLE conformance_readers"); }
  ProviderSettings settings() const override {
    ProviderSettings out;
    out.type = "postgresql";
    out.url = base::Secret(server_.manager_url());
    out.roles = {{"reader", "conformance_readers"}};
    return out;
  }
  ProviderSettings denied() const override {
    ProviderSettings out = settings();
    out.url = base::Secret(server_.manager_url_with(wrong_secret()));
    return out;
  }
  bool works(const Credential& credential) override {
    return server_.lets_in(credential.external_id, std::string(credential.value.reveal()));
  }
  void make_foreign() override {
    for (const char* name : {"plant", "lt_", "xlt_abcdef_1"}) {
      if (!server_.has_role(name)) server_.run(fmt::format("CREATE ROLE {}", name));
    }
  }
  bool sends_first() const override { return false; }

 private:
  RealPostgresql& server_ = RealPostgresql::shared();
};

class RedisWorld final : public ProviderWorld {
 public:
  ProviderSettings settings() const override {
    ProviderSettings out;
    out.type = "redis";
    out.url = base::Secret(server_.manager_url());
    out.roles = {{"reader", "~plant:* +@read"}};
    return out;
  }
  ProviderSettings denied() const override {
    ProviderSettings out = settings();
    out.url = base::Secret(server_.manager_url_with(wrong_secret()));
    return out;
  }
  bool works(const Credential& credential) override {
    return server_.lets_in(credential.external_id, std::string(credential.value.reveal()));
  }
  void make_foreign() override {
    for (const char* name : {"plant", "lt_", "xlt_abcdef_1"}) server_.run({"ACL", "SETUSER", name, "on", ">x"});
  }
  bool sends_first() const override { return false; }

 private:
  RealRedis& server_ = RealRedis::shared();
};

class RabbitmqWorld final : public ProviderWorld {
 public:
  ProviderSettings settings() const override {
    ProviderSettings out;
    out.type = "rabbitmq";
    out.url = base::Secret(server_.url());
    out.user = RealRabbitmq::kManager;
    out.password = base::Secret(RealRabbitmq::kPassword);
    out.roles = {{"reader", R"({"configure":"","write":"","read":"^plant-.*"})"}};
    return out;
  }
  ProviderSettings denied() const override {
    ProviderSettings out = settings();
    out.password = base::Secret(wrong_secret());
    return out;
  }
  bool works(const Credential& credential) override {
    return server_.lets_in(credential.external_id, std::string(credential.value.reveal()));
  }
  void make_foreign() override {
    for (const char* name : {"plant", "lt_", "xlt_abcdef_1"})
      server_.manage("PUT", std::string("/api/users/") + name, R"({"password":"x","tags":""})");
  }

 private:
  RealRabbitmq& server_ = RealRabbitmq::shared();
};

class WebhookWorld final : public ProviderWorld {
 public:
  ProviderSettings settings() const override {
    ProviderSettings out;
    out.type = "webhook";
    out.url = base::Secret(fake_.url());
    out.token = base::Secret("token-of-the-fake-webhook");
    return out;
  }
  ProviderSettings denied() const override {
    ProviderSettings out = settings();
    out.token = base::Secret(wrong_secret());
    return out;
  }
  bool works(const Credential& credential) override {
    return http_status("GET", fake_.url() + "/use", fmt::format("Bearer {}", credential.value.reveal())) == 200;
  }
  void make_foreign() override {
    for (const char* label : {"plant", "lt_", "xlt_abcdef_1"}) fake_.control(fmt::format(R"({{"seed":"{}"}})", label));
  }
  bool checks_roles_itself() const override { return true; }

 private:
  FakeService fake_{"fake_webhook.py"};
};

template <class World>
ProviderWorld& world_of() {
  static World world;
  return world;
}

}  // namespace

std::vector<WorldRow> provider_worlds() {
  return {
      {"Influxdb", world_of<InfluxdbWorld>},     {"Influxdb1", world_of<Influxdb1World>},
      {"Postgresql", world_of<PostgresqlWorld>}, {"Redis", world_of<RedisWorld>},
      {"Rabbitmq", world_of<RabbitmqWorld>},     {"Webhook", world_of<WebhookWorld>},
  };
}

std::string Maker::unused_tag() {
  return base::hex_encode(base::as_bytes(crypto::random_bytes(3)));
}

std::string Maker::unused_label(std::string_view tag) {
  return fmt::format("lt_{}_{}", tag, base::hex_encode(base::as_bytes(crypto::random_bytes(12))));
}

base::Result<Provider::Prepared> Maker::prepare(const Provider& provider, const ProviderWorld& world) {
  const std::string label = unused_label(tag_);
  const std::string secret = base::base64url_encode(base::as_bytes(crypto::random_bytes(24)), false);
  const std::string asked = role.value_or(world.role());
  base::json::Object all_options = options.value_or(world.options());
  all_options.insert(all_options.end(), more_options.begin(), more_options.end());
  if (expires_at == base::Instant{}) expires_at = base::SystemClock().wall() + std::chrono::hours{1};
  return provider.prepare({.label = label,
                           .lease = lease,
                           .secret = secret,
                           .owner = owner,
                           .role = asked,
                           .expires_at = expires_at,
                           .options = all_options});
}

Provider::Outcome<Made> Maker::make(const Provider& provider, const ProviderWorld& world) {
  auto prepared = prepare(provider, world);
  if (!prepared) throw std::runtime_error(prepared.error().message);
  auto credential = prepared->make(within(patience));
  if (!credential) return std::unexpected(credential.error());
  Made made{.handle = std::move(prepared->handle), .credential = std::move(*credential)};
  made.handle.external_id = made.credential.external_id;
  return made;
}

std::unique_ptr<Provider> provider_of(const ProviderSettings& settings) {
  static const base::SystemClock kClock;
  auto provider = make_provider("service", settings, kClock);
  if (!provider) throw std::runtime_error(provider.error().message);
  return std::move(*provider);
}

Provider::Outcome<void> revoke_one(Provider& provider, const model::LeaseHandle& handle) {
  return provider.revoke({&handle, 1}, soon()).front();
}

SilentServer::SilentServer() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  if (::bind(socket_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(socket_, 64) != 0 ||
      ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("no port is free");
  }
  port_ = ntohs(address.sin_port);
}

SilentServer::~SilentServer() {
  ::close(socket_);
}

ProviderSettings at_port(ProviderSettings settings, std::uint16_t port) {
  std::string url(settings.url.reveal());
  const std::size_t colon = url.rfind(':');
  const std::size_t end = std::min(url.find('/', colon), url.size());
  settings.url = base::Secret(url.replace(colon + 1, end - colon - 1, fmt::to_string(port)));
  return settings;
}

}  // namespace jeton::leases::conformance
