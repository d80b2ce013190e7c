#include "leases/instances.hpp"

#include <fmt/format.h>

#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "base/time_text.hpp"

namespace jeton::leases {

using base::Breaker;

Instance::Instance(Settings settings, std::unique_ptr<Provider> provider, const base::Clock& clock)
    : settings_(std::move(settings)),
      provider_(std::move(provider)),
      clock_(clock),
      calls_(settings_.connections, base::limits::kLeaseCallsWaitingMax),
      revocations_(settings_.connections, base::limits::kLeaseCallsWaitingMax) {}

Breaker::Admitted Instance::admit() {
  const std::scoped_lock lock(mutex_);
  return breaker_.admit(clock_.monotonic());
}

void Instance::report(Breaker::Admitted as, Call call, base::Duration took, const Problem* problem, double random) {
  const std::scoped_lock lock(mutex_);
  const auto index = static_cast<std::size_t>(call);
  ++figures_.calls[index];
  figures_.seconds[index] += std::chrono::duration<double>(took).count();
  if (problem != nullptr) ++figures_.failures[index];
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

Problem Instance::left_alone() const {
  const std::scoped_lock lock(mutex_);
  return {.trouble = Trouble::kUnreachable,
          .message = fmt::format("it is left alone for a while ({})", figures_.trouble),
          .retry_after = breaker_.left(clock_.monotonic())};
}

base::Duration Instance::pause() const {
  const std::scoped_lock lock(mutex_);
  return breaker_.left(clock_.monotonic());
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
