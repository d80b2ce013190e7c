#include "leases/instances.hpp"

#include <fmt/format.h>

#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "base/time_text.hpp"

namespace jeton::leases {

using base::Breaker;

namespace {

/// However long it asks for: revocations must not wait for hours because of one odd field.
constexpr base::Duration kQuietMax = std::chrono::minutes{1};

}  // namespace

Instance::Instance(Settings settings, std::unique_ptr<Provider> provider, const base::Clock& clock)
    : settings_(std::move(settings)),
      provider_(std::move(provider)),
      clock_(clock),
      calls_(settings_.connections, base::limits::kLeaseCallsWaitingMax),
      revocations_(settings_.connections + 1, base::limits::kLeaseCallsWaitingMax) {}

Breaker::Admitted Instance::admit() {
  const std::scoped_lock lock(mutex_);
  const base::Tick now = clock_.monotonic();
  return now < quiet_until_ ? Breaker::Admitted::kNo : breaker_.admit(now);
}

// What it asks of one caller it asks of all: they share its manager's account. Guarded by the mutex.
void Instance::heed(const Problem& problem) {
  if (problem.trouble != Trouble::kBusy || !problem.retry_after) return;
  quiet_until_ = std::max(quiet_until_, clock_.monotonic() + std::min(*problem.retry_after, kQuietMax));
}

void Instance::report(Breaker::Admitted as, Call call, base::Duration took, const Problem* problem, double random) {
  const std::scoped_lock lock(mutex_);
  const auto index = static_cast<std::size_t>(call);
  ++figures_.calls[index];
  figures_.seconds[index] += std::chrono::duration<double>(took).count();
  if (problem != nullptr) {
    ++figures_.failures[index];
    heed(*problem);
  }
  const Breaker::State before = breaker_.state();
  // Who answers that it is busy is there; a time-out says as little good of a provider as no connection.
  if (problem != nullptr && (is_of_provider(problem->trouble) || problem->trouble == Trouble::kAmbiguous)) {
    figures_.trouble = problem->message;
    breaker_.failed(as, clock_.monotonic(), random);
  } else {
    breaker_.answered();
  }
  const Breaker::State after = breaker_.state();
  if (before == Breaker::State::kClosed && after == Breaker::State::kOpen) {
    base::log::warn("leases", "a provider is in trouble and is left alone for a while",
                    {{"provider", settings_.name}, {"trouble", figures_.trouble}});
  } else if (before != Breaker::State::kClosed && after == Breaker::State::kClosed) {
    base::log::info("leases", "a provider answers again", {{"provider", settings_.name}});
  }
}

std::vector<Provider::Outcome<void>> Instance::revoke(std::span<const model::LeaseHandle> handles, double random) {
  const auto all = [&](const Problem& problem) {
    return std::vector<Provider::Outcome<void>>(handles.size(), std::unexpected(problem));
  };
  const auto as = admit();
  if (as == Breaker::Admitted::kNo) return all(left_alone());
  const base::Tick begin = clock_.monotonic();
  auto outcomes =
      all({.trouble = Trouble::kAmbiguous, .message = "the provider did not answer for each", .retry_after = {}});
  try {
    auto answered = provider_->revoke(handles, call_deadline());
    if (answered.size() == outcomes.size()) outcomes = std::move(answered);
  } catch (const std::exception& broken) {
    outcomes = all(told(broken));
  }
  report(as, Call::kRevoke, clock_.monotonic() - begin, trouble_of_provider(outcomes), random);
  const std::scoped_lock lock(mutex_);
  for (const auto& outcome : outcomes) {
    if (!outcome) heed(outcome.error());
  }
  return outcomes;
}

Problem Instance::told(const std::exception& broken) const {
  base::log::error("leases", "a call to a provider failed unexpectedly",
                   {{"provider", settings_.name}, {"problem", broken.what()}});
  return {.trouble = Trouble::kAmbiguous, .message = "the call failed unexpectedly here", .retry_after = {}};
}

const Problem* trouble_of_provider(std::span<const Provider::Outcome<void>> outcomes) {
  for (const auto& outcome : outcomes) {
    if (!outcome && (is_of_provider(outcome.error().trouble) || outcome.error().trouble == Trouble::kAmbiguous))
      return &outcome.error();
  }
  return nullptr;
}

Problem Instance::left_alone() const {
  const std::scoped_lock lock(mutex_);
  const base::Tick now = clock_.monotonic();
  if (now < quiet_until_) {
    return {.trouble = Trouble::kUnreachable,
            .message = "it asked to be left alone for a while",
            .retry_after = quiet_until_ - now};
  }
  return {.trouble = Trouble::kUnreachable,
          .message = fmt::format("it is left alone for a while ({})", figures_.trouble),
          .retry_after = breaker_.left(now)};
}

base::Duration Instance::pause() const {
  const std::scoped_lock lock(mutex_);
  const base::Tick now = clock_.monotonic();
  return std::max(breaker_.left(now), std::max(quiet_until_ - now, base::Duration::zero()));
}

bool Instance::asked_to_wait() const {
  const std::scoped_lock lock(mutex_);
  return clock_.monotonic() < quiet_until_;
}

Instance::Figures Instance::figures() const {
  const std::scoped_lock lock(mutex_);
  Figures figures = figures_;
  figures.state = breaker_.state();
  if (figures.state == Breaker::State::kClosed) figures.trouble.clear();
  figures.calls_waiting = calls_.waiting();
  figures.revocations_waiting = revocations_.waiting();
  return figures;
}

void Instance::stop() {
  calls_.stop();
  revocations_.stop();
}

base::Result<Instance*> Instances::find(std::string_view name) const {
  if (Instance* instance = known(name.empty() ? std::string_view(by_default_) : name)) return instance;
  if (all_.empty()) {
    return base::failure(
        base::invalid("there is nothing to lease from; set leases.providers in the configuration", "provider"));
  }
  std::string names;
  for (const auto& instance : all_) names += (names.empty() ? "" : ", ") + instance->name();
  if (name.empty()) {
    return base::failure(base::invalid(
        fmt::format("provider is missing, and leases.default-provider is not set; expected one of {}", names),
        "provider"));
  }
  return base::failure(
      base::invalid(fmt::format("there is no provider {}; expected one of {}", base::shown(name), names), "provider"));
}

Instance* Instances::known(std::string_view name) const {
  for (const auto& instance : all_) {
    if (instance->name() == name) return instance.get();
  }
  return nullptr;
}

void Instances::stop() {
  for (const auto& instance : all_) instance->stop();
}

}  // namespace jeton::leases
