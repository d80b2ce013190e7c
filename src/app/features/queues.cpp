#include "app/features/queues.hpp"

#include <algorithm>
#include <utility>

#include "api/http/queue_auth_routes.hpp"
#include "api/http/queue_routes.hpp"
#include "app/config/host_port.hpp"
#include "app/figures_page.hpp"
#include "app/message_queue_settings.hpp"
#include "app/task_runner.hpp"
#include "base/log.hpp"
#include "crypto/master_key.hpp"
#include "crypto/random.hpp"

namespace jeton::app {
namespace {

constexpr base::Duration kFiguresPeriod = std::chrono::seconds{5};

bool is_guarded(const config::Config& config) {
  if (config.queues.auth_access != config::QueueGuard::kAuto)
    return config.queues.auth_access == config::QueueGuard::kGuarded;
  return !std::ranges::all_of(config.http.listen, [](const std::string& listen) {
    const auto address = config::parse_host_port(listen);
    return address && config::is_loopback(*address);
  });
}

std::vector<base::Secret> keys_of(const config::Queues& config, const base::Secret& master_key) {
  std::vector<base::Secret> keys;
  if (config.restriction_mode == model::RestrictionMode::kNone) return keys;
  if (config.access_token_key.empty()) {
    base::log::warn(
        "queues",
        "queues.access-token-key is not set: tokens of sub-queues are signed with a key made from the master "
        "key, which no other server has");
    keys.push_back(crypto::derive_key(master_key, "sub-queue-token"));
  } else {
    keys.push_back(config.access_token_key);
  }
  keys.insert(keys.end(), config.previous_access_token_keys.begin(), config.previous_access_token_keys.end());
  return keys;
}

queues::DeadLetters dead_letters_of(const config::Queues& config) {
  return {.attempts_max = static_cast<std::int64_t>(config.max_attempts), .suffix = config.dead_letter_suffix};
}

}  // namespace

base::Result<QueuesFeature::Prepared> QueuesFeature::prepare(const config::Config& config,
                                                             const base::Secret& master_key) {
  auto settings = message_queue_settings(config.queues);
  if (!settings) return base::failure(settings.error());
  return Prepared{
      .keys = keys_of(config.queues, master_key), .settings = *std::move(settings), .guarded = is_guarded(config)};
}

QueuesFeature::QueuesFeature(const Infrastructure& on, Prepared prepared)
    : on_(on),
      prepared_(std::move(prepared)),
      dead_letters_(dead_letters_of(on.config.queues)),
      access_(on.config.queues.restriction_mode, dead_letters_.suffix, restricted_),
      tokens_(prepared_.keys),
      uuids_(crypto::random_bytes),
      keeper_(on.expiry, on.store, dead_letters_),
      publish_(on.store, uuids_),
      next_(on.store),
      waiting_(next_, on.clock),
      assign_(on.store, access_),
      release_(on.store, access_, dead_letters_),
      delete_(on.store, access_),
      clear_(on.store, access_),
      restrict_(on.store),
      lift_(on.store),
      figures_(on.store) {}

base::Status QueuesFeature::load(const store::Snapshot& snapshot) {
  if (const auto status = restricted_.load(snapshot); !status) return status;
  return keeper_.load(snapshot);
}

void QueuesFeature::follow(store::Store& store) {
  store.follow(restricted_);
  store.follow(keeper_);
  store.follow(waiting_);
}

void QueuesFeature::add_routes(api::http::Router& router) {
  dialect_ = std::make_unique<api::message_queue::Dialect>(api::message_queue::Dialect::Parts{
      .access = access_, .tokens = tokens_, .guard = prepared_.guarded ? guard_ : nullptr});
  for (const char* prefix :
       {"/queue", "/auth", "/settings", "/api-docs", "/api-docs.yaml", "/swagger-ui", "/swagger-ui.html"})
    router.own(prefix, *dialect_);
  const config::Queues& config = on_.config.queues;
  const api::http::QueueParts parts{.access = access_,
                                    .bounds = {.payload_bytes_max = config.message_size},
                                    .visibility = config.visibility_timeout == base::Duration::zero()
                                                      ? std::nullopt
                                                      : std::optional(config.visibility_timeout),
                                    .publish = publish_,
                                    .next = next_,
                                    .waiting = waiting_,
                                    .assign = assign_,
                                    .release = release_,
                                    .remove = delete_,
                                    .clear = clear_,
                                    .store = on_.store,
                                    .workers = on_.workers,
                                    .clock = on_.clock,
                                    .request_time_max = on_.config.http.limits.request};
  api::http::add_queue_routes(router, parts);
  api::http::add_queue_read_routes(router, parts);
  api::http::add_queue_auth_routes(router, {.access = access_,
                                            .tokens = tokens_,
                                            .restricted = restricted_,
                                            .restrict = restrict_,
                                            .lift = lift_,
                                            .settings = prepared_.settings,
                                            .clock = on_.clock});
}

void QueuesFeature::add_tasks(TaskRunner& tasks) {
  tasks.add("queue-waiters", [this](TaskContext& context) -> base::Status {
    waiting_.run(context.stop_token());
    return {};
  });
  if (const auto read = figures_.refresh(); !read)
    base::log::warn("queues", "figures of sub-queues could not be read", {{"reason", read.error().message}});
  tasks.every("queue-figures", kFiguresPeriod, [this](TaskContext&) { return figures_.refresh(); });
}

void QueuesFeature::add_figures(FiguresPage& page) const {
  page.gauge("jeton_queue_messages", "Messages in all sub-queues, a few seconds ago.",
             static_cast<double>(figures_.messages()));
  page.gauge("jeton_queue_consumers_waiting", "Consumers that wait for a message.",
             static_cast<double>(waiting_.size()));
  auto& depth = page.family("jeton_queue_depth", "Messages in a sub-queue, held ones included, of the deepest ones.",
                            prometheus::MetricType::Gauge);
  const auto deepest = figures_.deepest();
  for (const auto& sub_queue : deepest)
    FiguresPage::add(depth, {{"sub_queue", sub_queue.name}}, static_cast<double>(sub_queue.depth));
  auto& age = page.family("jeton_queue_oldest_ready_seconds",
                          "How long the oldest message that is ready has been waiting.", prometheus::MetricType::Gauge);
  for (const auto& sub_queue : deepest) {
    const double seconds =
        sub_queue.oldest ? std::chrono::duration<double>(on_.clock.wall() - *sub_queue.oldest).count() : 0.0;
    FiguresPage::add(age, {{"sub_queue", sub_queue.name}}, std::max(seconds, 0.0));
  }
}

}  // namespace jeton::app
