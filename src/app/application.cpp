#include "app/application.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "api/http/authorization_management_routes.hpp"
#include "api/http/authorization_routes.hpp"
#include "api/http/general_routes.hpp"
#include "api/http/pipeline.hpp"
#include "api/http/system_routes.hpp"
#include "api/http/token_management_routes.hpp"
#include "api/http/token_routes.hpp"
#include "api/openapi/document.hpp"
#include "app/arrowhead_configuration.hpp"
#include "app/metrics_page.hpp"
#include "app/task_runner.hpp"
#include "authorization/policy_follower.hpp"
#include "base/log.hpp"
#include "crypto/aead.hpp"
#include "crypto/master_key.hpp"
#include "crypto/signing_key.hpp"
#include "events/feed.hpp"
#include "events/retention.hpp"
#include "expiry/engine.hpp"
#include "identity/management_access.hpp"
#include "net/http/server.hpp"
#include "store/data_folder.hpp"
#include "store/open_store.hpp"
#include "tokens/token_cleaner.hpp"

namespace jeton::app {
namespace {

constexpr std::size_t kWorkers = 4;
constexpr std::uint32_t kSealingKeyId = 1;
constexpr base::Duration kRetentionPeriod = std::chrono::minutes(1);
constexpr base::Duration kHeartbeatPeriod = std::chrono::seconds(10);

// What can fail to open, opened in order; the rest cannot fail.
struct Opened {
  crypto::KeyedDigest reference_digest;
  std::optional<crypto::SigningKey> signing_key;
  std::unique_ptr<crypto::Sealer> sealer;
  std::unique_ptr<store::Store> store;
};

// The key file is made before the database: a database without it has lost it, and a new key could open nothing in it.
base::Status expect_master_key(const config::Config& config) {
  const std::filesystem::path folder(config.data);
  std::error_code ignored;
  const bool used = config.store.url.empty() && std::filesystem::exists(folder / "jeton.db", ignored);
  if (!config.master_key.empty() || !used || std::filesystem::exists(folder / crypto::kMasterKeyFile, ignored))
    return {};
  return base::failure(base::invalid(
      fmt::format("{} is missing, which belongs to the database beside it; put it back from the backup, or move "
                  "the database away to begin anew",
                  (folder / crypto::kMasterKeyFile).string())));
}

base::Result<Opened> open(const config::Config& config, const base::Clock& clock) {
  std::optional<crypto::SigningKey> signing_key;
  if (!config.tokens.signing_key.empty()) {
    auto loaded = crypto::SigningKey::load(config.tokens.signing_key, config.tokens.signing_key_password);
    if (!loaded) return base::failure(base::invalid(fmt::format("tokens.signing-key: {}", loaded.error().message)));
    signing_key = *std::move(loaded);
  }
  if (auto folder = store::prepare_data_folder(config.data); !folder) return base::failure(folder.error());
  if (const auto expected = expect_master_key(config); !expected) return base::failure(expected.error());
  const auto master_key = crypto::load_master_key(config.master_key, config.data);
  if (!master_key) return base::failure(master_key.error());
  auto sealer = crypto::Sealer::create({{kSealingKeyId, crypto::derive_key(*master_key, "seal")}}, kSealingKeyId);
  if (!sealer) return base::failure(sealer.error());
  auto owned_sealer = std::make_unique<crypto::Sealer>(*std::move(sealer));
  auto opened_store = store::open_store({.url = config.store.url, .data_folder = config.data}, *owned_sealer, clock);
  if (!opened_store) return base::failure(opened_store.error());
  const base::Secret reference_key = config.tokens.reference_key.empty()
                                         ? crypto::derive_key(*master_key, "token-reference")
                                         : config.tokens.reference_key;
  return Opened{crypto::KeyedDigest(reference_key), std::move(signing_key), std::move(owned_sealer),
                *std::move(opened_store)};
}

tokens::Settings token_settings(const config::Tokens& config) {
  return {.time_limit = config.time_limit,
          .max_age = config.max_age,
          .simple_usage_limit = static_cast<std::int64_t>(config.simple_usage_limit),
          .simple_byte_size = config.simple_byte_size,
          .unbounded_whitelist = config.unbounded_generation_whitelist,
          .cleaner_interval = config.cleaner_interval};
}

net::http::ServerSettings server_settings(const config::Http& config) {
  return {.listen = config.listen,
          .threads = static_cast<unsigned>(config.threads),
          .body_bytes_max = config.limits.body,
          .header_bytes_max = config.limits.header,
          .connections_max = config.limits.connections,
          .idle = config.limits.idle,
          .request = config.limits.request};
}

}  // namespace

// Members in the order in which they are built; they end in reverse.
struct Application::Parts {
  Parts(const config::Config& given, const base::Clock& the_clock, Opened opened)
      : config(given),
        clock(the_clock),
        settings(token_settings(given.tokens)),
        reference_digest(opened.reference_digest),
        signing_key(std::move(opened.signing_key)),
        sealer(std::move(opened.sealer)),
        store(std::move(opened.store)) {}

  const config::Config config;
  const base::Clock& clock;
  const model::Normalizer names{config.arrowhead.normalization_mode};
  const std::int64_t page_size_max = static_cast<std::int64_t>(config.arrowhead.max_page_size);
  const tokens::Settings settings;
  const crypto::KeyedDigest reference_digest;
  const std::optional<crypto::SigningKey> signing_key;
  const std::unique_ptr<crypto::Sealer> sealer;
  const std::unique_ptr<store::Store> store;
  base::WorkerPool workers{kWorkers, base::limits::kReadsWaitingMax};

  // Memory, following the log.
  expiry::Engine expiry;
  const expiry::KindId token_deadlines = expiry.add("tokens", settings.cleaner_interval);
  authorization::PolicyIndex policies;
  authorization::PolicyFollower policy_follower{policies};
  tokens::TokenIndex tokens{settings.max_age, expiry, token_deadlines};
  tokens::EncryptionKeyIndex encryption_keys;
  tokens::TokenCleaner token_cleaner{expiry, token_deadlines, tokens, *store};
  events::Feed feed{*store};
  events::Retention retention{*store, config.events.retention};

  // Who may what.
  authorization::NoConsumerMetadata consumer_metadata;
  const authorization::Authorizer authorizer{policies, consumer_metadata};
  const identity::DeclaredAuthenticator authenticator{names};
  const identity::ManagementAccess management_access{{.filter = config.identity.management.filter,
                                                      .policy = config.identity.management.policy,
                                                      .whitelist = config.identity.management.whitelist},
                                                     names.system(config.arrowhead.system_name),
                                                     names,
                                                     authorizer};

  // Use-cases.
  const authorization::GrantPolicy grant_policy{*store};
  const authorization::GrantPolicies grant_policies{*store};
  const authorization::RevokePolicy revoke_policy{*store};
  const authorization::RevokePolicies revoke_policies{*store};
  const authorization::QueryPolicies query_policies{*store};
  const authorization::CheckPolicies check_policies{authorizer};
  const tokens::TokenMint token_mint{{.settings = settings,
                                      .reference_digest = reference_digest,
                                      .signing_key = signing_key ? &*signing_key : nullptr,
                                      .encryption_keys = encryption_keys,
                                      .tokens = tokens}};
  tokens::TokenIssuer token_issuer{
      {.authorizer = authorizer, .mint = token_mint, .tokens = tokens, .store = *store, .workers = workers}};
  tokens::GenerateToken generate_token{token_issuer};
  tokens::GenerateTokens generate_tokens{token_issuer, settings, names};
  tokens::VerifyToken verify_token{reference_digest, tokens, *store};
  tokens::QueryTokens query_tokens{*store};
  tokens::RevokeTokens revoke_tokens{tokens, *store};
  tokens::RegisterEncryptionKeys register_encryption_keys{*store};
  tokens::RemoveEncryptionKeys remove_encryption_keys{*store};

  // The API.
  const base::json::Members<std::string> public_configuration = arrowhead_configuration(config);
  api::http::EventStreams event_streams{feed, workers};
  api::http::Readiness readiness;
  TaskRunner tasks;
  std::atomic<bool> stopping{false};
  api::http::Router router;
  std::string openapi;
  const api::http::middleware::Authenticate authenticate{authenticator};
  const api::http::middleware::Manage manage{management_access};
  api::http::middleware::LimitRate limit_rate{config.http.limits.requests_per_caller};
  std::unique_ptr<api::http::Pipeline> pipeline;
  std::unique_ptr<net::http::Server> server;

  base::Status load();
  void add_routes();
  void add_checks();
  void add_tasks();
  base::Status listen();
  std::string metrics() const;
};

base::Status Application::Parts::load() {
  const base::Tick begin = clock.monotonic();
  const auto policy_sets = policy_follower.load(*store);
  if (!policy_sets) return base::failure(policy_sets.error());
  const base::Status loaded = store->read([this](const store::Snapshot& snapshot) -> base::Status {
    if (const auto status = encryption_keys.load(snapshot); !status) return status;
    return tokens.load(snapshot);
  });
  if (!loaded) return loaded;
  store->follow(policy_follower);
  store->follow(tokens);
  store->follow(encryption_keys);
  store->follow(feed);
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(clock.monotonic() - begin).count();
  base::log::info("app", "loaded",
                  {{"store", store->name()},
                   {"policies", fmt::to_string(policies.size())},
                   {"tokens", fmt::to_string(tokens.size())},
                   {"milliseconds", fmt::to_string(milliseconds)}});
  return {};
}

void Application::Parts::add_routes() {
  using namespace api::http;
  add_authorization_routes(router, {.names = names,
                                    .authorizer = authorizer,
                                    .grant_policy = grant_policy,
                                    .revoke_policy = revoke_policy,
                                    .query_policies = query_policies,
                                    .workers = workers,
                                    .clock = clock});
  add_authorization_management_routes(router, {.names = names,
                                               .grant_policies = grant_policies,
                                               .revoke_policies = revoke_policies,
                                               .query_policies = query_policies,
                                               .check_policies = check_policies,
                                               .workers = workers,
                                               .clock = clock,
                                               .page_size_max = page_size_max});
  add_token_routes(router, {.names = names,
                            .generate_token = generate_token,
                            .verify_token = verify_token,
                            .register_encryption_keys = register_encryption_keys,
                            .remove_encryption_keys = remove_encryption_keys,
                            .signing_key = signing_key ? &*signing_key : nullptr,
                            .clock = clock});
  add_token_management_routes(router, {.names = names,
                                       .generate_tokens = generate_tokens,
                                       .query_tokens = query_tokens,
                                       .revoke_tokens = revoke_tokens,
                                       .register_encryption_keys = register_encryption_keys,
                                       .remove_encryption_keys = remove_encryption_keys,
                                       .workers = workers,
                                       .clock = clock,
                                       .page_size_max = page_size_max});
  add_general_routes(
      router,
      {.configuration = public_configuration, .workers = workers, .clock = clock, .page_size_max = page_size_max});
  add_system_routes(router, {.readiness = readiness,
                             .events = event_streams,
                             .metrics = [this] { return metrics(); },
                             .openapi = [this]() -> const std::string& { return openapi; }});
  openapi = api::openapi::document(router, JETON_VERSION);
}

void Application::Parts::add_checks() {
  readiness.add("stopping", [this]() -> base::Status {
    if (!stopping) return {};
    return base::failure(base::unavailable("the server is going down"));
  });
  readiness.add("store", [this] { return store->health(); });
}

void Application::Parts::add_tasks() {
  tasks.add("expiry", [this](TaskContext& context) -> base::Status {
    expiry.run(context.stop_token(), clock);
    return {};
  });
  tasks.every("event-retention", kRetentionPeriod, [this](const TaskContext& context) -> base::Status {
    for (bool more = true; more && !context.stopping();) {
      const auto trimmed = retention.trim_some(clock.wall());
      if (!trimmed) return base::failure(trimmed.error());
      more = *trimmed;
    }
    return {};
  });
  tasks.every("event-streams", kHeartbeatPeriod, [this](TaskContext&) -> base::Status {
    event_streams.heartbeat();
    return {};
  });
}

base::Status Application::Parts::listen() {
  pipeline =
      std::make_unique<api::http::Pipeline>(api::http::Pipeline::Parts{.router = router,
                                                                       .authenticate = authenticate,
                                                                       .manage = manage,
                                                                       .limit_rate = limit_rate,
                                                                       .clock = clock,
                                                                       .request_time_max = config.http.limits.request});
  auto opened = net::http::Server::open(server_settings(config.http), *pipeline, clock);
  if (!opened) return base::failure(opened.error());
  server = *std::move(opened);
  return {};
}

std::string Application::Parts::metrics() const {
  return metrics_page({.pipeline = *pipeline,
                       .server = *server,
                       .store = *store,
                       .policies = policies,
                       .tokens = tokens,
                       .feed = feed,
                       .expiry = expiry,
                       .tasks = tasks,
                       .workers = workers});
}

Application::Application(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Application::~Application() {
  stop();
}

base::Result<std::unique_ptr<Application>> Application::create(const config::Config& config, const base::Clock& clock) {
  auto opened = open(config, clock);
  if (!opened) return base::failure(opened.error());
  auto parts = std::make_unique<Parts>(config, clock, *std::move(opened));
  if (const auto loaded = parts->load(); !loaded) return base::failure(loaded.error());
  parts->add_routes();
  parts->add_checks();
  parts->add_tasks();
  if (const auto listening = parts->listen(); !listening) return base::failure(listening.error());
  return std::unique_ptr<Application>(new Application(std::move(parts)));
}

const std::vector<std::string>& Application::addresses() const {
  return parts_->server->addresses();
}

void Application::start() {
  parts_->store->start();
  parts_->tasks.start();
  parts_->server->start();
}

void Application::stop() {
  parts_->stopping = true;
  parts_->event_streams.close();
  parts_->server->drain(kDrainGrace);
  parts_->tasks.stop();
  parts_->workers.stop();
  parts_->store->stop();
}

}  // namespace jeton::app
