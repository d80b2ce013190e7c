#include "app/application.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "api/arrowhead/dialect.hpp"
#include "api/http/general_routes.hpp"
#include "api/http/pipeline.hpp"
#include "api/http/system_routes.hpp"
#include "api/mqtt/topics.hpp"
#include "api/openapi/document.hpp"
#include "app/arrowhead_configuration.hpp"
#include "app/cloud_membership.hpp"
#include "app/features/authorization.hpp"
#include "app/features/leases.hpp"
#include "app/features/queues.hpp"
#include "app/features/tokens.hpp"
#include "app/metrics_page.hpp"
#include "app/mqtt_endpoint.hpp"
#include "app/server_tls.hpp"
#include "app/task_runner.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "crypto/aead.hpp"
#include "crypto/master_key.hpp"
#include "events/feed.hpp"
#include "events/retention.hpp"
#include "expiry/engine.hpp"
#include "identity/admission.hpp"
#include "identity/certificate_authenticator.hpp"
#include "identity/management_access.hpp"
#include "net/http/server.hpp"
#include "store/data_folder.hpp"
#include "store/open_store.hpp"

namespace jeton::app {
namespace {

constexpr std::uint32_t kSealingKeyId = 1;
constexpr base::Duration kRetentionPeriod = std::chrono::minutes(1);
constexpr base::Duration kHeartbeatPeriod = std::chrono::seconds(10);

// What can fail to open, opened in order; the rest cannot fail.
struct Opened {
  std::unique_ptr<ServerTls> tls;  // null: bare TCP
  TokensFeature::Keys token_keys;
  QueuesFeature::Prepared queues;
  LeasesFeature::Prepared leases;
  std::unique_ptr<crypto::Sealer> sealer;
  std::unique_ptr<store::Store> store;
};

// The key file is made before the database: a database without it has lost it, and a new key could open nothing in it.
base::Status expect_master_key(const config::Config& config, const store::StoreSettings& settings) {
  const auto key_file = settings.data_folder / crypto::kMasterKeyFile;
  std::error_code ignored;
  if (!config.master_key.empty() || store::is_new(settings) || std::filesystem::exists(key_file, ignored)) return {};
  return base::failure(base::invalid(
      fmt::format("{} is missing, which belongs to the database beside it; put it back from the backup, or move "
                  "the database away to begin anew",
                  key_file.string())));
}

base::Result<Opened> open(const config::Config& config, const base::Clock& clock) {
  auto tls = ServerTls::open(config, clock.wall());
  if (!tls) return base::failure(tls.error());
  auto signing_key = TokensFeature::load_signing_key(config.tokens);
  if (!signing_key) return base::failure(signing_key.error());
  if (!*signing_key && *tls) *signing_key = (*tls)->signing_key();
  const store::StoreSettings settings{.url = config.store.url, .data_folder = config.data};
  if (auto folder = store::prepare_data_folder(config.data); !folder) return base::failure(folder.error());
  if (const auto expected = expect_master_key(config, settings); !expected) return base::failure(expected.error());
  const auto master_key = crypto::load_master_key(config.master_key, config.data);
  if (!master_key) return base::failure(master_key.error());
  auto sealer = crypto::Sealer::create({{kSealingKeyId, crypto::derive_key(*master_key, "seal")}}, kSealingKeyId);
  if (!sealer) return base::failure(sealer.error());
  auto queues = QueuesFeature::prepare(config, *master_key);
  if (!queues) return base::failure(queues.error());
  auto leases = LeasesFeature::prepare(config, *master_key, clock);
  if (!leases) return base::failure(leases.error());
  auto owned_sealer = std::make_unique<crypto::Sealer>(*std::move(sealer));
  auto opened_store = store::open_store(settings, *owned_sealer, clock);
  if (!opened_store) return base::failure(opened_store.error());
  return Opened{
      *std::move(tls),         {TokensFeature::reference_digest(config.tokens, *master_key), *std::move(signing_key)},
      *std::move(queues),      *std::move(leases),
      std::move(owned_sealer), *std::move(opened_store)};
}

net::http::ServerSettings server_settings(const config::Http& config, const ServerTls* tls) {
  return {.listen = config.listen,
          .threads = static_cast<unsigned>(config.threads),
          .body_bytes_max = config.limits.body,
          .header_bytes_max = config.limits.header,
          .connections_max = config.limits.connections,
          .idle = config.limits.idle,
          .request = config.limits.request,
          .tls = tls != nullptr ? tls->context() : nullptr};
}

}  // namespace

// Members in the order in which they are built; they end in reverse.
struct Application::Parts {
  Parts(const config::Config& given, const base::Clock& the_clock, Opened opened)
      : config(given),
        clock(the_clock),
        tls(std::move(opened.tls)),
        sealer(std::move(opened.sealer)),
        store(std::move(opened.store)),
        tokens(infrastructure, authorization.authorizer(), std::move(opened.token_keys)),
        queues(infrastructure, std::move(opened.queues)),
        leases(infrastructure, authorization.authorizer(), std::move(opened.leases)) {}

  const config::Config config;
  const base::Clock& clock;
  const model::Normalizer names{config.arrowhead.normalization_mode};
  const std::unique_ptr<ServerTls> tls;  // null: bare TCP
  const std::unique_ptr<crypto::Sealer> sealer;
  const std::unique_ptr<store::Store> store;
  base::WorkerPool workers{base::limits::kWorkers, base::limits::kJobsWaitingMax};
  base::WorkerPool askers{base::limits::kCallsAtOnceMax, base::limits::kCallsWaitingMax};
  expiry::Engine expiry;
  events::Feed feed{*store};
  events::Retention retention{*store, config.events.retention};
  const Infrastructure infrastructure{.config = config,
                                      .clock = clock,
                                      .names = names,
                                      .store = *store,
                                      .workers = workers,
                                      .askers = askers,
                                      .expiry = expiry};

  CloudMembership cloud{config, clock, names};

  // A feature comes after those that it asks.
  AuthorizationFeature authorization{infrastructure, cloud.consumer_metadata()};
  TokensFeature tokens;
  QueuesFeature queues;
  LeasesFeature leases;
  const std::vector<Feature*> features{&authorization, &tokens, &queues, &leases};

  // Who may what.
  const identity::DeclaredAuthenticator declared{names};
  // Null under other policies.
  const std::unique_ptr<identity::CertificateAuthenticator> certificates = by_certificate();
  const identity::Authenticator& authenticator = chosen_authenticator();
  const identity::ManagementAccess management_access{{.filter = config.identity.management.filter,
                                                      .policy = config.identity.management.policy,
                                                      .whitelist = config.identity.management.whitelist},
                                                     names.system(config.arrowhead.system_name),
                                                     names,
                                                     authorization.authorizer()};
  const identity::Admission admission{authenticator, cloud.blacklist(), management_access};

  // The API.
  const base::json::Members<std::string> public_configuration = arrowhead_configuration(config);
  api::http::EventStreams event_streams{feed, workers};
  api::http::Readiness readiness;
  TaskRunner tasks;
  std::atomic<bool> stopping{false};
  api::http::Router router;
  std::string openapi;
  api::http::middleware::LimitRate limit_rate{config.http.limits.requests_per_caller};
  const api::arrowhead::Dialect dialect{admission, limit_rate};
  std::unique_ptr<api::http::Pipeline> pipeline;
  std::unique_ptr<net::http::Server> server;
  std::unique_ptr<MqttEndpoint> mqtt;  // null: the operations are not offered over MQTT

  std::unique_ptr<identity::CertificateAuthenticator> by_certificate() const;
  const identity::Authenticator& chosen_authenticator() const;
  base::Status load();
  void log_loaded(base::Duration duration) const;
  void add_routes();
  void add_checks();
  void add_tasks();
  base::Status add_mqtt();
  base::Status listen();
  void join_cloud();
  std::string metrics() const;
};

std::unique_ptr<identity::CertificateAuthenticator> Application::Parts::by_certificate() const {
  if (config.identity.policy != config::IdentityPolicy::kCertificate) return nullptr;
  return std::make_unique<identity::CertificateAuthenticator>(tls->own_cloud().value(), tls->trust().value(), names,
                                                              clock);
}

const identity::Authenticator& Application::Parts::chosen_authenticator() const {
  if (certificates) return *certificates;
  return cloud.authenticator() != nullptr ? *cloud.authenticator() : declared;
}

base::Status Application::Parts::load() {
  const base::Tick begin = clock.monotonic();
  const base::Status loaded = store->read([this](const store::Snapshot& snapshot) -> base::Status {
    for (Feature* feature : features) {
      if (const auto status = feature->load(snapshot); !status) return status;
    }
    return {};
  });
  if (!loaded) return loaded;
  for (Feature* feature : features) feature->follow(*store);
  // Last: whoever learns of an event through the feed and then asks finds memory as the event left it.
  store->follow(feed);
  log_loaded(clock.monotonic() - begin);
  return {};
}

void Application::Parts::log_loaded(base::Duration duration) const {
  std::string held;
  for (const Feature* feature : features) {
    const auto [what, count] = feature->held();
    held += fmt::format("{}{} {}", held.empty() ? "" : ", ", count, what);
  }
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
  base::log::info("app", "loaded",
                  {{"store", store->name()}, {"held", held}, {"milliseconds", fmt::to_string(milliseconds)}});
}

void Application::Parts::add_routes() {
  using namespace api::http;
  queues.guard_with(admission);
  leases.admit_with(admission, management_access, limit_rate);
  for (Feature* feature : features) feature->add_routes(router);
  add_general_routes(router, {.configuration = public_configuration,
                              .workers = workers,
                              .clock = clock,
                              .page_size_max = infrastructure.page_size_max()});
  add_system_routes(router, {.readiness = readiness,
                             .events = event_streams,
                             .metrics = [this] { return metrics(); },
                             .openapi = [this]() -> const std::string& { return openapi; }});
  openapi = api::openapi::document(router, dialect, JETON_VERSION);
}

void Application::Parts::add_checks() {
  readiness.add("stopping", [this]() -> base::Status {
    if (!stopping) return {};
    return base::failure(base::unavailable("the server is going down"));
  });
  readiness.add("store", [this] { return store->health(); });
  cloud.add_checks(readiness);
}

void Application::Parts::add_tasks() {
  tasks.add("expiry", [this](TaskContext& context) -> base::Status {
    expiry.run(context.stop_token(), clock);
    return {};
  });
  for (Feature* feature : features) feature->add_tasks(tasks);
  cloud.add_tasks(tasks);
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

// After all routes are there.
base::Status Application::Parts::add_mqtt() {
  if (!config.arrowhead.mqtt.enabled) return {};
  const std::vector<api::mqtt::AddedTopic> added_topics = leases.mqtt_topics();
  auto made = MqttEndpoint::create(config.arrowhead, {.router = router,
                                                      .admission = admission,
                                                      .limit_rate = limit_rate,
                                                      .clock = clock,
                                                      .askers = askers,
                                                      .payload_bytes_max = config.http.limits.body,
                                                      .added_topics = added_topics});
  if (!made) return base::failure(made.error());
  mqtt = *std::move(made);
  readiness.add("mqtt", [this] { return mqtt->health(); });
  return {};
}

base::Status Application::Parts::listen() {
  pipeline =
      std::make_unique<api::http::Pipeline>(api::http::Pipeline::Parts{.router = router,
                                                                       .dialect = dialect,
                                                                       .clock = clock,
                                                                       .askers = askers,
                                                                       .request_time_max = config.http.limits.request});
  auto opened = net::http::Server::open(server_settings(config.http, tls.get()), *pipeline, clock);
  if (!opened) return base::failure(opened.error());
  server = *std::move(opened);
  return {};
}

// What the registry is told comes from the routes, so that it cannot say anything else than what is served.
void Application::Parts::join_cloud() {
  std::vector<cloud::OfferedOperation> operations;
  for (const api::http::Route& route : router.routes()) {
    if (!route.documented) continue;
    operations.push_back({.service = route.service,
                          .operation = route.operation,
                          .method = std::string(net::http::to_string(route.method)),
                          .path = route.path,
                          .base_topic = std::string(api::mqtt::base_topic(route.service))});
  }
  cloud.offer(operations, cloud.describe_self(server->addresses().front(), tls ? tls->public_key() : std::string{}));
}

std::string Application::Parts::metrics() const {
  return metrics_page({.pipeline = *pipeline,
                       .server = *server,
                       .tls = tls.get(),
                       .store = *store,
                       .features = features,
                       .mqtt = mqtt.get(),
                       .cloud = cloud,
                       .feed = feed,
                       .expiry = expiry,
                       .tasks = tasks,
                       .workers = workers,
                       .askers = askers});
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
  if (const auto listening = parts->listen(); !listening) return base::failure(listening.error());
  parts->join_cloud();
  parts->add_checks();
  parts->add_tasks();
  if (const auto added = parts->add_mqtt(); !added) return base::failure(added.error());
  return std::unique_ptr<Application>(new Application(std::move(parts)));
}

const std::vector<std::string>& Application::addresses() const {
  return parts_->server->addresses();
}

std::string_view Application::scheme() const {
  return parts_->tls ? "https" : "http";
}

void Application::reload() {
  if (!parts_->tls) return base::log::info("app", "nothing to read again: http.tls is not set");
  if (parts_->tls->reload(parts_->clock.wall()) && parts_->certificates)
    parts_->certificates->trust(parts_->tls->trust().value());
}

// The registry is told of us by a task, so that nobody is sent to a server that does not answer yet.
base::Status Application::start(const std::stop_token& stop) {
  parts_->store->start();
  if (parts_->mqtt) {
    if (auto started = parts_->mqtt->start(stop); !started) return started;
  }
  if (stop.stop_requested()) return base::failure(base::unavailable("the server was told to stop before it served"));
  parts_->server->start();
  parts_->tasks.start();
  return {};
}

void Application::stop() {
  parts_->stopping = true;
  parts_->event_streams.close();
  for (Feature* feature : parts_->features) feature->drain();
  parts_->cloud.withdraw();
  if (parts_->mqtt) parts_->mqtt->stop(kDrainGrace);
  parts_->server->drain(kDrainGrace);
  parts_->cloud.stop_asking();
  parts_->tasks.stop();
  parts_->cloud.log_out();
  for (Feature* feature : parts_->features) feature->stop();
  parts_->askers.stop();
  parts_->workers.stop();
  parts_->store->stop();
}

}  // namespace jeton::app
