#include "tokens/token_issuer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>

#include "base/log.hpp"
#include "base/wake_batch.hpp"
#include "tokens/store_token.hpp"

namespace jeton::tokens {
namespace {

/// A caller waits for at most so many signatures (0.25 ms each) beside its own. Bulk orders have many in one.
constexpr std::size_t kSignedTogetherMax = 16;

authorization::AccessRequest question_of(const TokenOrder& order) {
  return {.cloud = order.cloud,
          .provider = order.provider,
          .target_type = order.target_type,
          .target = order.target,
          .consumer = order.consumer,
          .scope = order.scope};
}

base::Error refusal_of(const TokenOrder& order) {
  return base::forbidden(fmt::format("{} may not use {} of {}{}", order.consumer, order.target, order.provider,
                                     order.scope.empty() ? std::string{} : fmt::format(" with scope {}", order.scope)));
}

base::Error too_many_wait() {
  return base::unavailable("too many tokens wait for a worker; try again later");
}

void audit(const MintedToken& minted) {
  if (!base::log::enabled(base::log::Level::kInfo)) return;
  const model::AccessToken& token = minted.record;
  base::log::info("audit", "token issued",
                  {{"caller", token.requester},
                   {"token", fmt::to_string(token.id.value)},
                   {"variant", base::enum_text(token.variant)},
                   {"consumer", token.subject},
                   {"cloud", token.cloud},
                   {"provider", token.audience},
                   {"target", token.target},
                   {"scope", token.scope}});
}

}  // namespace

void TokenIssuer::issue(Request request, Done done) {
  auto job = std::make_shared<Job>(Job{std::move(request), std::move(done), {}});
  const auto step = decide(*job, false);
  if (!step) return job->done(base::failure(step.error()));
  if (*step == Step::kMustAsk) return hand_to_asker(job);
  const bool signs =
      std::ranges::any_of(job->request.orders, [](const TokenOrder& order) { return TokenMint::signs(order.variant); });
  if (signs) return sign(job);
  mint_and_store(job);
}

// Every job that waits for its signature has a turn of a worker, in which that one or others are signed.
void TokenIssuer::sign(const Shared& job) {
  {
    const std::scoped_lock lock(mutex_);
    to_sign_.push_back(job);
  }
  if (parts_.workers.submit([this] { sign_some(); })) return;
  {
    const std::scoped_lock lock(mutex_);
    if (std::erase(to_sign_, job) == 0) return;  // signed meanwhile, in the turn of another
  }
  job->done(base::failure(too_many_wait()));
}

// Tokens that are signed one after the other are committed together, and their callers woken together: alone, each
// would cost a sync and two switches between threads.
void TokenIssuer::sign_some() {
  std::vector<Shared> ready;
  const std::size_t share = share_to_sign();
  for (std::size_t tokens = 0; tokens < share;) {
    const Shared job = next_to_sign();
    if (!job) break;
    tokens += job->request.orders.size();
    if (sign_one(*job)) ready.push_back(job);
  }
  const base::WakeBatch batch;
  for (const Shared& job : ready) store(job);
}

bool TokenIssuer::sign_one(Job& job) const {
  if (job.request.still_wanted) {
    if (const auto wanted = job.request.still_wanted(); !wanted) {
      job.done(base::failure(wanted.error()));
      return false;
    }
  }
  try {
    return mint(job);
  } catch (const std::exception& problem) {
    base::log::error("tokens", "a token could not be signed", {{"reason", problem.what()}});
    job.done(base::failure(base::internal("the signature failed inside; the log has the reason")));
    return false;
  }
}

// As many are left for each of the other workers.
std::size_t TokenIssuer::share_to_sign() const {
  const std::scoped_lock lock(mutex_);
  const std::size_t share = to_sign_.size() / std::max<std::size_t>(parts_.workers.threads(), 1);
  return std::clamp<std::size_t>(share, 1, kSignedTogetherMax);
}

TokenIssuer::Shared TokenIssuer::next_to_sign() {
  const std::scoped_lock lock(mutex_);
  if (to_sign_.empty()) return nullptr;
  Shared job = std::move(to_sign_.front());
  to_sign_.pop_front();
  return job;
}

// Keeps the orders that may be carried out.
base::Result<TokenIssuer::Step> TokenIssuer::decide(Job& job, bool may_block) const {
  if (job.request.unauthorized == Unauthorized::kIgnored) return Step::kDone;
  const bool drops = job.request.unauthorized == Unauthorized::kDropped;
  std::vector<bool> granted;
  if (drops) granted.reserve(job.request.orders.size());
  for (const TokenOrder& order : job.request.orders) {
    std::optional<base::Result<authorization::Decision>> decision;
    if (may_block) {
      decision = parts_.authorizer.decide(question_of(order));
    } else {
      decision = parts_.authorizer.decide_now(question_of(order));
    }
    if (!decision) return Step::kMustAsk;
    if (!*decision) return base::failure(decision->error());
    const bool may = (*decision)->granted;
    if (!may && !drops) return base::failure(refusal_of(order));
    if (drops) granted.push_back(may);
  }
  if (!drops) return Step::kDone;
  std::size_t position = 0;
  std::erase_if(job.request.orders, [&](const TokenOrder&) { return !granted[position++]; });
  return Step::kDone;
}

void TokenIssuer::hand_to_asker(const Shared& job) {
  const bool taken = parts_.askers.submit([this, job] {
    if (job->request.still_wanted) {
      if (const auto wanted = job->request.still_wanted(); !wanted) {
        parts_.askers.count_late();
        return job->done(base::failure(wanted.error()));
      }
    }
    ask(job);
  });
  if (!taken) job->done(base::failure(too_many_wait()));
}

// Signs on the same thread, where that is needed: it has waited long enough.
void TokenIssuer::ask(const Shared& job) {
  if (const auto step = decide(*job, true); !step) return job->done(base::failure(step.error()));
  mint_and_store(job);
}

void TokenIssuer::mint_and_store(const Shared& job) {
  if (mint(*job)) store(job);
}

// False: answered already.
bool TokenIssuer::mint(Job& job) const {
  job.minted.reserve(job.request.orders.size());
  for (const TokenOrder& order : job.request.orders) {
    auto minted = parts_.mint.mint(order, job.request.requester, job.request.now);
    if (!minted) {
      job.done(base::failure(std::move(minted.error())));
      return false;
    }
    job.minted.push_back(*std::move(minted));
  }
  if (!job.minted.empty()) return true;
  job.done(std::vector<MintedToken>{});
  return false;
}

void TokenIssuer::store(const Shared& job) {
  parts_.store.submit(
      [this, job](store::Transaction& transaction) -> base::Status {
        if (job->request.still_wanted) {
          if (auto wanted = job->request.still_wanted(); !wanted) return wanted;
        }
        for (MintedToken& minted : job->minted) {
          if (auto stored = store_token(transaction, parts_.tokens, minted.record); !stored) return stored;
        }
        return {};
      },
      [job](base::Status status) {
        if (!status) return job->done(base::failure(std::move(status.error())));
        for (const MintedToken& minted : job->minted) audit(minted);
        job->done(std::move(job->minted));
      });
}

}  // namespace jeton::tokens
