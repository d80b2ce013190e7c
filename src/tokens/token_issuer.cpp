#include "tokens/token_issuer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>

#include "base/log.hpp"
#include "tokens/store_token.hpp"

namespace jeton::tokens {
namespace {

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

void audit(const MintedToken& minted) {
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
  if (*step == Step::kMustAsk) return hand_to(parts_.askers, job, &TokenIssuer::ask);
  const bool signs =
      std::ranges::any_of(job->request.orders, [](const TokenOrder& order) { return TokenMint::signs(order.variant); });
  if (signs) return hand_to(parts_.workers, job, &TokenIssuer::mint_and_store);
  mint_and_store(job);
}

// Keeps the orders that may be carried out.
base::Result<TokenIssuer::Step> TokenIssuer::decide(Job& job, bool may_block) const {
  if (job.request.unauthorized == Unauthorized::kIgnored) return Step::kDone;
  std::vector<bool> granted;
  granted.reserve(job.request.orders.size());
  for (const TokenOrder& order : job.request.orders) {
    std::optional<base::Result<authorization::Decision>> decision;
    if (may_block) {
      decision = parts_.authorizer.decide(question_of(order));
    } else {
      decision = parts_.authorizer.decide_now(question_of(order));
    }
    if (!decision) return Step::kMustAsk;
    if (!*decision) return base::failure(decision->error());
    granted.push_back((*decision)->granted);
    if (!granted.back() && job.request.unauthorized == Unauthorized::kRefused) return base::failure(refusal_of(order));
  }
  std::size_t position = 0;
  std::erase_if(job.request.orders, [&](const TokenOrder&) { return !granted[position++]; });
  return Step::kDone;
}

void TokenIssuer::hand_to(base::WorkerPool& pool, const Shared& job, void (TokenIssuer::*step)(const Shared&)) {
  const bool taken = pool.submit([this, job, step] {
    if (job->request.still_wanted) {
      if (const auto wanted = job->request.still_wanted(); !wanted) return job->done(base::failure(wanted.error()));
    }
    (this->*step)(job);
  });
  if (taken) return;
  job->done(base::failure(base::unavailable("too many tokens wait to be signed or decided on; try again later")));
}

// Signs on the same thread, where that is needed: it has waited long enough.
void TokenIssuer::ask(const Shared& job) {
  if (const auto step = decide(*job, true); !step) return job->done(base::failure(step.error()));
  mint_and_store(job);
}

void TokenIssuer::mint_and_store(const Shared& job) {
  if (job->request.orders.empty()) return job->done(std::vector<MintedToken>{});
  job->minted.reserve(job->request.orders.size());
  for (const TokenOrder& order : job->request.orders) {
    auto minted = parts_.mint.mint(order, job->request.requester, job->request.now);
    if (!minted) return job->done(base::failure(std::move(minted.error())));
    job->minted.push_back(*std::move(minted));
  }
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
