#include "app/features/leases.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "api/http/lease_message_routes.hpp"
#include "api/http/lease_routes.hpp"
#include "app/figures_page.hpp"
#include "app/task_runner.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/time_text.hpp"
#include "crypto/master_key.hpp"
#include "crypto/random.hpp"
#include "leases/providers/registry.hpp"
#include "store/transaction.hpp"

namespace jeton::app {
namespace {

constexpr base::Duration kFiguresPeriod = std::chrono::seconds{5};
constexpr base::Duration kClockPeriod = std::chrono::seconds{10};
constexpr base::Duration kForgetPeriod = std::chrono::minutes{10};
constexpr std::array<std::string_view, leases::Instance::kCalls> kCallNames = {"create", "renew", "revoke", "list",
                                                                               "check"};

leases::TtlLimits ttl_of(const config::Leases& config, const leases::ProviderSettings& provider) {
  const base::Duration maximum =
      provider.max_ttl == base::Duration::zero() ? config.ttl.maximum : std::min(config.ttl.maximum, provider.max_ttl);
  return {.by_default = std::min(config.ttl.by_default, maximum),
          .maximum = maximum,
          .zero_allowed = config.ttl.allow_zero,
          .jitter = static_cast<double>(config.ttl.jitter) / 100.0};
}

leases::Quotas quotas_of(const config::LeaseQuotas& config) {
  return {.total = static_cast<std::int64_t>(config.total),
          .owner = static_cast<std::int64_t>(config.owner),
          .role = static_cast<std::int64_t>(config.role)};
}

std::string default_provider(const config::Leases& config) {
  if (!config.default_provider.empty() || config.providers.size() != 1) return config.default_provider;
  return config.providers.front().first;
}

}  // namespace

base::Result<LeasesFeature::Prepared> LeasesFeature::prepare(const config::Config& config,
                                                             const base::Secret& master_key, const base::Clock& clock) {
  Prepared prepared{.providers = {},
                    .installation_key = crypto::derive_key(master_key, "lease-installation"),
                    .digest = crypto::KeyedDigest(crypto::derive_key(master_key, "lease-reference"))};
  for (const auto& [name, settings] : config.leases.providers) {
    auto provider = leases::make_provider(name, settings, clock);
    if (!provider) return base::failure(provider.error());
    prepared.providers.push_back(std::make_unique<leases::Instance>(
        leases::Instance::Settings{.name = name,
                                   .type = settings.type,
                                   .ttl = ttl_of(config.leases, settings),
                                   .connections = settings.connections,
                                   .call_time_max = settings.call_timeout,
                                   .leases_max = static_cast<std::int64_t>(settings.max_leases)},
        *std::move(provider), clock));
  }
  if (config.leases.hold_revocations && !prepared.providers.empty())
    base::log::warn("leases", "revocations are held (leases.hold-revocations): what is due waits until it is released");
  return prepared;
}

LeasesFeature::LeasesFeature(const Infrastructure& on, const authorization::Authorizer& authorizer, Prepared prepared)
    : on_(on),
      keep_{.ended = on.config.leases.keep_ended},
      time_(on.clock, on.config.leases.clock_step),
      names_(prepared.installation_key, crypto::random_bytes),
      instances_(std::move(prepared.providers), default_provider(on.config.leases)),
      revokers_({.engine = on.expiry,
                 .store = on.store,
                 .names = names_,
                 .time = time_,
                 .keep = keep_,
                 .hold = on.config.leases.hold_revocations},
                instances_),
      access_(on.names.system(on.config.arrowhead.system_name), on.names, authorizer),
      create_({.store = on.store,
               .instances = instances_,
               .names = names_,
               .time = time_,
               .digest = std::move(prepared.digest),
               .quotas = quotas_of(on.config.leases.quotas),
               .keep = keep_}),
      get_(on.store),
      list_(on.store),
      renew_(on.store, instances_, time_),
      revoke_(on.store, revokers_, time_),
      revoke_many_(on.store, time_),
      abandon_(on.store, revoke_, time_, keep_),
      release_(on.store),
      reconcile_({.store = on.store,
                  .instances = instances_,
                  .names = names_,
                  .time = time_,
                  .keep = keep_,
                  .stray_grace = on.config.leases.stray_grace,
                  .hold = on.config.leases.hold_revocations}),
      removed_(on.store, time_, keep_, on.config.leases.removed_providers),
      figures_(on.store, instances_, time_),
      create_rate_(on.config.leases.quotas.create_rate) {}

void LeasesFeature::admit_with(const identity::Admission& admission, const identity::ManagementAccess& management,
                               api::http::middleware::LimitRate& limit_rate) {
  admission_ = &admission;
  management_ = &management;
  limit_rate_ = &limit_rate;
}

base::Status LeasesFeature::load(const store::Snapshot& snapshot) {
  if (auto expected = expect_providers(snapshot); !expected) return expected;
  return revokers_.load(snapshot);
}

// Nobody could take them back.
base::Status LeasesFeature::expect_providers(const store::Snapshot& snapshot) const {
  const auto counts = snapshot.leases().counts(static_cast<std::int64_t>(base::limits::kLeaseCountsMax));
  if (!counts) return base::failure(counts.error());
  for (const store::LeaseCount& count : *counts) {
    if (count.kind != store::LeaseCountKind::kProvider || instances_.known(count.name) != nullptr) continue;
    if (std::ranges::find(removed_.names(), count.name) != removed_.names().end()) continue;
    return base::failure(base::invalid(
        fmt::format("leases.providers: there are {} leases of the provider {}, which is not configured any more, and "
                    "nobody could take them back; configure it until they have ended, or name it in "
                    "leases.removed-providers to give them up",
                    count.count, count.name),
        "leases.providers"));
  }
  return {};
}

void LeasesFeature::add_routes(api::http::Router& router) {
  const std::string& anonymous_owner = on_.config.leases.anonymous_owner;
  dialect_ = std::make_unique<api::leases::Dialect>(api::leases::Dialect::Parts{
      .admission = *admission_, .limit_rate = *limit_rate_, .anonymous_owner = anonymous_owner});
  router.own("/leases", *dialect_);
  const auto operations =
      std::make_shared<const api::http::LeaseOperations>(api::http::LeaseParts{.names = on_.names,
                                                                               .management = *management_,
                                                                               .access = access_,
                                                                               .instances = instances_,
                                                                               .time = time_,
                                                                               .create = create_,
                                                                               .get = get_,
                                                                               .list = list_,
                                                                               .figures = figures_,
                                                                               .renew = renew_,
                                                                               .revoke = revoke_,
                                                                               .revoke_many = revoke_many_,
                                                                               .abandon = abandon_,
                                                                               .release = release_,
                                                                               .create_rate = create_rate_,
                                                                               .workers = on_.workers,
                                                                               .askers = on_.askers,
                                                                               .clock = on_.clock,
                                                                               .anonymous_owner = anonymous_owner});
  api::http::add_lease_routes(router, operations);
  api::http::add_lease_message_routes(router, operations);
}

std::vector<api::mqtt::AddedTopic> LeasesFeature::mqtt_topics() const {
  if (instances_.all().empty()) return {};
  const std::string operation(api::http::kLeaseMessageOperation);
  return {{.service = std::string(api::leases::kService),
           .operation = operation,
           .topic = on_.config.leases.mqtt_topic + operation}};
}

void LeasesFeature::add_tasks(TaskRunner& tasks) {
  if (!removed_.names().empty()) {
    const auto give_up = [this](const TaskContext& context) { return removed_(context.stop_token()); };
    tasks.add("lease-removed-providers", give_up);
    tasks.every("lease-removed-providers-forget", kForgetPeriod, give_up);
  }
  if (instances_.all().empty()) return;
  if (const auto read = figures_.refresh(); !read)
    base::log::warn("leases", "figures of leases could not be read", {{"reason", read.error().message}});
  tasks.every("lease-figures", kFiguresPeriod, [this](TaskContext&) { return figures_.refresh(); });
  tasks.every("lease-clock", kClockPeriod, [this](TaskContext&) -> base::Status {
    watch_clock();
    return {};
  });
  if (on_.config.leases.reconcile_interval == base::Duration::zero()) return;
  tasks.every("lease-reconcile", on_.config.leases.reconcile_interval,
              [this](const TaskContext& context) { return reconcile_(context.stop_token()); });
}

void LeasesFeature::watch_clock() {
  const auto step = time_.step();
  revokers_.look();  // deadlines were told to the engine in the wall clock's terms
  if (step && !clock_stepped_) {
    base::log::error("leases", "the wall clock jumped; leases go on after the time by which they were granted",
                     {{"by", base::format_duration(std::chrono::round<std::chrono::seconds>(*step))}});
  } else if (!step && clock_stepped_) {
    base::log::info("leases", "the wall clock counts again");
  }
  clock_stepped_ = step.has_value();
}

// What those numbers may come to, where there is a bound.
void LeasesFeature::add_quotas(FiguresPage& page) const {
  auto& quotas =
      page.family("jeton_lease_quota", "How many leases there may be, in all, of an owner, in a role, of a provider.",
                  prometheus::MetricType::Gauge);
  const auto add = [&](FiguresPage::Labels labels, std::int64_t most) {
    if (most != 0) FiguresPage::add(quotas, std::move(labels), static_cast<double>(most));
  };
  const leases::Quotas most = quotas_of(on_.config.leases.quotas);
  add({{"of", "all"}}, most.total);
  add({{"of", "owner"}}, most.owner);
  add({{"of", "role"}}, most.role);
  for (const auto& instance : instances_.all())
    add({{"of", "provider"}, {"provider", instance->name()}}, instance->settings().leases_max);
}

void LeasesFeature::add_leases(FiguresPage& page) const {
  auto& by_state = page.family("jeton_leases_of_provider", "Leases by provider and state, a few seconds ago.",
                               prometheus::MetricType::Gauge);
  for (const auto& of : figures_.providers()) {
    const auto add = [&](std::string_view state, std::int64_t count) {
      FiguresPage::add(by_state, {{"provider", of.name}, {"state", std::string(state)}}, static_cast<double>(count));
    };
    add("intent", of.intents);
    add("active", of.living());
    add("revoking", of.revoking);
    add("irrevocable", of.irrevocable);
  }
  auto& ending =
      page.family("jeton_leases_ending", "Living leases that end within a time; no more than 10,000 are counted.",
                  prometheus::MetricType::Gauge);
  for (const auto& of : figures_.providers()) {
    for (std::size_t i = 0; i < of.ending.size(); ++i)
      FiguresPage::add(
          ending, {{"provider", of.name}, {"within", base::format_duration(leases::LeaseFigures::kHorizons.at(i))}},
          static_cast<double>(of.ending.at(i)));
  }
}

void LeasesFeature::add_calls(FiguresPage& page) const {
  auto& calls = page.family("jeton_lease_calls_total", "Calls to providers.", prometheus::MetricType::Counter);
  auto& failures =
      page.family("jeton_lease_calls_failed_total", "Calls to providers that failed.", prometheus::MetricType::Counter);
  auto& seconds = page.family("jeton_lease_calls_seconds_total", "Time spent in calls to providers.",
                              prometheus::MetricType::Counter);
  auto& waiting = page.family("jeton_lease_calls_waiting", "Calls that wait for a thread of their provider.",
                              prometheus::MetricType::Gauge);
  auto& away = page.family("jeton_lease_provider_away", "1 while a provider is left alone because of its troubles.",
                           prometheus::MetricType::Gauge);
  for (const auto& instance : instances_.all()) {
    const auto figures = instance->figures();
    const std::string& name = instance->name();
    for (std::size_t i = 0; i < kCallNames.size(); ++i) {
      const FiguresPage::Labels labels = {{"provider", name}, {"call", std::string(kCallNames[i])}};
      FiguresPage::add(calls, labels, static_cast<double>(figures.calls[i]));
      FiguresPage::add(failures, labels, static_cast<double>(figures.failures[i]));
      FiguresPage::add(seconds, labels, figures.seconds[i]);
    }
    FiguresPage::add(waiting, {{"provider", name}, {"kind", "call"}}, static_cast<double>(figures.calls_waiting));
    FiguresPage::add(waiting, {{"provider", name}, {"kind", "revocation"}},
                     static_cast<double>(figures.revocations_waiting));
    FiguresPage::add(away, {{"provider", name}}, figures.state == base::Breaker::State::kClosed ? 0.0 : 1.0);
  }
}

void LeasesFeature::add_figures(FiguresPage& page) const {
  if (instances_.all().empty()) return;
  page.gauge("jeton_leases", "Leases that count against quotas, a few seconds ago.",
             static_cast<double>(figures_.total()));
  add_leases(page);
  add_quotas(page);
  add_calls(page);
  auto& revoked =
      page.family("jeton_leases_revoked_total", "Leases that were taken back.", prometheus::MetricType::Counter);
  auto& stuck =
      page.family("jeton_leases_stuck_total", "Leases that became irrevocable.", prometheus::MetricType::Counter);
  for (const auto& revoker : revokers_.all()) {
    const auto figures = revoker->figures();
    const FiguresPage::Labels labels = {{"provider", revoker->instance().name()}};
    FiguresPage::add(revoked, labels, static_cast<double>(figures.revoked));
    FiguresPage::add(stuck, labels, static_cast<double>(figures.stuck));
  }
  auto& late = page.family("jeton_lease_revocation_late_seconds",
                           "How long the oldest lease that is due has been waiting, a few seconds ago.",
                           prometheus::MetricType::Gauge);
  for (const auto& of : figures_.providers()) {
    const double seconds_late =
        of.waiting_since ? std::chrono::duration<double>(time_.now() - *of.waiting_since).count() : 0.0;
    FiguresPage::add(late, {{"provider", of.name}}, std::max(seconds_late, 0.0));
  }
  const auto compared = reconcile_.figures();
  page.gauge("jeton_lease_strays", "Credentials with our mark and without a lease, at the last look.",
             static_cast<double>(compared.strays));
  page.counter("jeton_lease_strays_revoked_total", "Of those, taken back.", static_cast<double>(compared.taken_back));
  page.counter("jeton_leases_lost_total", "Leases whose credential vanished at its provider.",
               static_cast<double>(compared.lost));
  page.gauge("jeton_lease_clock_step_seconds", "How far the wall clock is ahead while it is not believed.",
             time_.step() ? std::chrono::duration<double>(*time_.step()).count() : 0.0);
}

}  // namespace jeton::app
