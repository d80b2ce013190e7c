#include "app/cloud_membership.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "api/mqtt/topics.hpp"
#include "app/config/host_port.hpp"
#include "app/figures_page.hpp"
#include "app/task_runner.hpp"
#include "base/log.hpp"
#include "crypto/random.hpp"

namespace jeton::app {
namespace {

using config::Config;
using config::IdentityPolicy;
using Policy = cloud::OutgoingCredentials::Policy;

// How often the registry is looked at once it has us, and the longest pause between two tries while it has not.
constexpr base::Duration kLookPeriod = std::chrono::seconds(15);
constexpr base::Duration kFirstPause = std::chrono::seconds(1);

Policy outgoing_policy(IdentityPolicy policy) {
  switch (policy) {
    case IdentityPolicy::kDeclared:
      return Policy::kDeclared;
    case IdentityPolicy::kCertificate:
      return Policy::kCertificate;
    case IdentityPolicy::kOutsourced:
      return Policy::kOutsourced;
  }
  return Policy::kDeclared;
}

net::CurlClient::Settings client_settings(const Config& config) {
  const config::HttpTls& tls = config.http.tls;
  net::CurlClient::Settings settings{.connect = config.arrowhead.connection_timeout,
                                     .whole = config.arrowhead.call_timeout,
                                     .answer_bytes_max = base::limits::kNeighbourAnswerBytesMax,
                                     .ca_file = config.arrowhead.ca.empty() ? tls.client_ca : config.arrowhead.ca};
  settings.certificate = tls.certificate;
  settings.key = tls.key;
  settings.pkcs12 = tls.pkcs12;
  settings.password = tls.password;
  return settings;
}

// Of an address that the configuration's check found good.
std::string origin_of(const std::string& url) {
  return url.empty() ? std::string() : net::origin_of(url).value_or(std::string());
}

cloud::Discovery::Settings discovery_settings(const config::Arrowhead& arrowhead) {
  cloud::Discovery::Settings settings{.registry = origin_of(arrowhead.service_registry.url), .fixed = {}};
  if (!arrowhead.authentication.url.empty()) {
    settings.fixed.emplace_back("identity", cloud::identity_place(origin_of(arrowhead.authentication.url)));
  }
  return settings;
}

// In [0, 1).
double random_fraction() {
  std::array<std::uint8_t, 4> bytes{};
  crypto::fill_random(bytes);
  std::uint32_t number = 0;
  for (const std::uint8_t byte : bytes) number = number << 8U | byte;
  return static_cast<double>(number) / 4294967296.0;
}

}  // namespace

CloudMembership::CloudMembership(const Config& config, const base::Clock& clock, const model::Normalizer& names)
    : config_(config),
      credentials_(outgoing_policy(config.identity.policy), names.system(config.arrowhead.system_name)),
      client_(client_settings(config)),
      caller_({.client = client_,
               .clock = clock,
               .wait = [](base::Duration duration,
                          const std::stop_token& stop) { return TaskContext(stop).wait(duration); },
               .random = random_fraction},
              {.time_max = config.arrowhead.call_timeout}),
      exchange_(caller_, credentials_),
      discovery_(discovery_settings(config.arrowhead), exchange_, clock),
      neighbours_(discovery_, exchange_),
      clock_(clock) {
  const config::Identity& identity = config.identity;
  if (identity.policy == IdentityPolicy::kOutsourced) {
    login_ = std::make_unique<cloud::Login>(
        cloud::Login::Settings{.credentials = identity.authenticator_credentials,
                               .interval = config.arrowhead.authentication.login_interval},
        neighbours_, credentials_, clock);
    identity_verifier_ = std::make_unique<cloud::IdentityVerifier>(neighbours_, asking_.get_token());
    authenticator_ = std::make_unique<identity::OutsourcedAuthenticator>(
        identity::OutsourcedAuthenticator::Settings{.remember = identity.remember,
                                                    .authenticator_secrets = identity.authenticator_secret_keys},
        *identity_verifier_, names, clock);
  }
  if (identity.blacklist.filter) {
    blacklist_source_ = std::make_unique<cloud::BlacklistSource>(neighbours_, asking_.get_token());
    blacklist_filter_ = std::make_unique<identity::BlacklistFilter>(
        identity::BlacklistFilter::Settings{.force = identity.blacklist.force,
                                            .exclude = identity.blacklist.exclude,
                                            .remember = identity.blacklist.remember},
        *blacklist_source_, names, clock);
  }
  if (!config.arrowhead.service_registry.url.empty()) {
    metadata_ = std::make_unique<cloud::ConsumerMetadataSource>(neighbours_, clock, config.arrowhead.remember_metadata,
                                                                asking_.get_token());
  }
}

CloudMembership::~CloudMembership() = default;

authorization::ConsumerMetadata& CloudMembership::consumer_metadata() {
  if (metadata_) return *metadata_;
  return no_metadata_;
}

const identity::Blacklist& CloudMembership::blacklist() const {
  if (blacklist_filter_) return *blacklist_filter_;
  return no_blacklist_;
}

cloud::SelfDescription CloudMembership::describe_self(std::string_view bound, std::string public_key) const {
  const auto listener = config::parse_host_port(bound);
  cloud::SelfDescription self{.address = config_.arrowhead.domain_name,
                              .port = listener ? listener->port : std::uint16_t{0},
                              .tls = config_.http.tls.on(),
                              .certificate_policy = config_.identity.policy == IdentityPolicy::kCertificate,
                              .public_key = std::move(public_key),
                              .broker = std::nullopt};
  const config::Mqtt& mqtt = config_.arrowhead.mqtt;
  if (!mqtt.enabled) return self;
  if (const auto broker = config::parse_host_port(mqtt.broker)) {
    self.broker = cloud::Broker{.address = broker->host,
                                .port = broker->port,
                                .tls = mqtt.tls,
                                .interface_template = std::string(api::mqtt::interface_template(mqtt.tls))};
  }
  return self;
}

void CloudMembership::offer(std::span<const cloud::OfferedOperation> operations, const cloud::SelfDescription& self) {
  if (config_.arrowhead.service_registry.url.empty()) return;
  registration_ = std::make_unique<cloud::Registration>(self, cloud::offered_services(operations), neighbours_, clock_);
}

void CloudMembership::add_tasks(TaskRunner& tasks) {
  if (login_) tasks.add("login", [this](TaskContext& context) { return keep_logged_in(context); });
  if (registration_) tasks.add("registration", [this](TaskContext& context) { return keep_registered(context); });
}

// The login itself says that it fails, once, and /readyz says it all the time.
base::Status CloudMembership::keep_logged_in(TaskContext& context) {
  do {
    if (const auto status = login_->step(telling_.get_token()); !status) {
      base::log::debug("cloud", "the own login failed", {{"reason", status.error().message}});
    }
  } while (context.wait(config_.arrowhead.authentication.login_interval));
  return {};
}

base::Status CloudMembership::keep_registered(TaskContext& context) {
  // The registry takes nobody whom the Authentication system does not know; it is tried all the same in the end.
  constexpr base::Duration kGlance = std::chrono::milliseconds(50);
  const base::Tick login_awaited = clock_.monotonic() + config_.arrowhead.authentication.login_delay;
  while (login_ && !login_->health() && clock_.monotonic() < login_awaited) {
    if (!context.wait(kGlance)) return {};
  }
  Pace pace(kLookPeriod, kFirstPause);
  base::Duration pause{};
  do {
    pause =
        registration_->keep(telling_.get_token()) ? pace.after_success() : std::min(pace.after_failure(), kLookPeriod);
  } while (context.wait(pause));
  return {};
}

void CloudMembership::add_checks(api::http::Readiness& readiness) const {
  if (registration_) readiness.add("service-registry", [this] { return registration_->health(); });
  if (login_) readiness.add("authentication", [this] { return login_->health(); });
}

void CloudMembership::add_figures(FiguresPage& page) const {
  using prometheus::MetricType;
  prometheus::MetricFamily& calls =
      page.family("jeton_neighbour_calls_total",
                  "Calls to other systems of the cloud: answered, failed, or not made because those before failed.",
                  MetricType::Counter);
  prometheus::MetricFamily& repeated =
      page.family("jeton_neighbour_call_repeats_total", "Attempts of calls after their first.", MetricType::Counter);
  prometheus::MetricFamily& up =
      page.family("jeton_neighbour_up", "1 while the last call to it brought an answer.", MetricType::Gauge);
  for (const net::HttpCaller::Figures& figures : caller_.figures()) {
    const auto add = [&](std::string_view outcome, std::uint64_t count) {
      FiguresPage::add(calls, {{"neighbour", figures.neighbour}, {"outcome", std::string(outcome)}},
                       static_cast<double>(count));
    };
    add("answered", figures.answered);
    add("failed", figures.failed);
    add("refused", figures.refused);
    FiguresPage::add(repeated, {{"neighbour", figures.neighbour}}, static_cast<double>(figures.repeated));
    FiguresPage::add(up, {{"neighbour", figures.neighbour}}, figures.away ? 0 : 1);
  }
  prometheus::MetricFamily& remembered =
      page.family("jeton_remembered_answers",
                  "Answers of other systems that are remembered, those included whose time "
                  "is over and which are not cleared yet.",
                  MetricType::Gauge);
  const auto add = [&](std::string_view kind, std::size_t count) {
    FiguresPage::add(remembered, {{"kind", std::string(kind)}}, static_cast<double>(count));
  };
  if (authenticator_) add("identity", authenticator_->remembered());
  if (blacklist_filter_) add("blacklist", blacklist_filter_->remembered());
  if (metadata_) add("metadata", metadata_->remembered());
  prometheus::MetricFamily& unasked = page.family(
      "jeton_neighbour_questions_unasked_total",
      "Questions to other systems that never got their turn: too many waited for answers.", MetricType::Counter);
  const auto add_unasked = [&](std::string_view kind, std::uint64_t count) {
    FiguresPage::add(unasked, {{"kind", std::string(kind)}}, static_cast<double>(count));
  };
  add_unasked("place", discovery_.unasked());
  if (authenticator_) add_unasked("identity", authenticator_->unasked());
  if (blacklist_filter_) add_unasked("blacklist", blacklist_filter_->unasked());
  if (metadata_) add_unasked("metadata", metadata_->unasked());
  if (registration_)
    page.gauge("jeton_registered", "1 while the ServiceRegistry has this server.", registration_->health() ? 1 : 0);
}

void CloudMembership::withdraw() {
  telling_.request_stop();
  if (registration_) registration_->withdraw(kWithdrawTime);
}

void CloudMembership::stop_asking() {
  telling_.request_stop();
  asking_.request_stop();
}

void CloudMembership::log_out() {
  if (!login_) return;
  if (const auto status = login_->log_out(kLogOutTime); !status) {
    base::log::warn("cloud", "the own login could not be ended", {{"reason", status.error().message}});
  }
}

}  // namespace jeton::app
