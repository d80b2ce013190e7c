#include "identity/blacklist_filter.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.hpp"
#include "base/strings.hpp"

namespace jeton::identity {
namespace {

constexpr std::string_view kBlacklistSystem = "Blacklist";

base::Status verdict(const Caller& caller, bool listed) {
  if (!listed) return {};
  return base::failure(base::forbidden(fmt::format("{} is blacklisted", base::shown(caller.name))));
}

}  // namespace

BlacklistFilter::BlacklistFilter(const Settings& settings, BlacklistSource& source, const model::Normalizer& normalizer,
                                 const base::Clock& clock)
    : force_(settings.force),
      remember_(settings.remember),
      exempt_{std::string(kBlacklistSystem)},
      normalizer_(normalizer),
      source_(source),
      listed_(clock, {.shared = settings.remember > base::Duration::zero()}) {
  for (const std::string& name : settings.exclude) exempt_.push_back(normalizer.system(name));
  std::ranges::sort(exempt_);
}

bool BlacklistFilter::is_exempt(const Caller& caller) const {
  return caller.sysop || std::ranges::binary_search(exempt_, normalizer_.system(caller.name));
}

std::optional<base::Status> BlacklistFilter::admit_now(const Caller& caller) const {
  if (is_exempt(caller)) return base::Status{};
  const auto known = listed_.recall(caller.name);
  if (!known || !*known) return std::nullopt;
  return verdict(caller, **known);
}

base::Status BlacklistFilter::admit(const Caller& caller) const {
  if (is_exempt(caller)) return {};
  const auto answered = listed_.ask(caller.name, [&]() -> base::AnswerMemory<Listed>::Answer {
    Listed listed = source_.is_listed(caller.name);
    const base::Duration keep = listed ? remember_ : base::Duration::zero();
    return {std::move(listed), keep, 0};
  });
  if (!answered) return without_answer(caller, "it is slow to answer");
  if (!*answered) {
    const base::Error& error = answered->error();
    const bool refused = error.code == base::ErrorCode::kUnauthenticated || error.code == base::ErrorCode::kForbidden;
    return refused ? base::failure(error) : without_answer(caller, error.message);
  }
  if (troubled_.exchange(false)) base::log::info("identity", "the Blacklist system can be asked again");
  return verdict(caller, **answered);
}

base::Status BlacklistFilter::without_answer(const Caller& caller, std::string_view reason) const {
  if (!troubled_.exchange(true)) {
    base::log::warn("identity",
                    force_ ? "the Blacklist system cannot be asked: callers are kept out until it can"
                           : "the Blacklist system cannot be asked: callers are let in until it can",
                    {{"reason", reason}});
  }
  if (!force_) return {};
  return base::failure(base::forbidden(fmt::format(
      "the Blacklist system cannot be asked, so that {} may be on it; try again", base::shown(caller.name))));
}

}  // namespace jeton::identity
