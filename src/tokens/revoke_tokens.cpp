#include "tokens/revoke_tokens.hpp"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "base/log.hpp"
#include "tokens/store_token.hpp"

namespace jeton::tokens {
namespace {

struct Job {
  std::vector<model::TokenDigest> digests;
  std::string caller;
  base::Instant now;
  store::StillWanted still_wanted;
  std::vector<model::TokenId> ended;
};

base::Status end_all(Job& job, const TokenIndex& tokens, store::Transaction& transaction) {
  job.ended.clear();
  if (job.still_wanted) {
    if (auto wanted = job.still_wanted(); !wanted) return wanted;
  }
  for (const model::TokenDigest& digest : job.digests) {
    const auto token = tokens.find(digest);
    if (!token) continue;
    const auto ended = end_token(transaction, token->id, digest, model::TokenEnd::kRevoked, job.now, job.caller);
    if (!ended) return base::failure(ended.error());
    if (*ended) job.ended.push_back(token->id);
  }
  return {};
}

}  // namespace

void RevokeTokens::operator()(std::vector<model::TokenDigest> digests, std::string caller, base::Instant now,
                              store::StillWanted still_wanted, Done done) {
  if (digests.empty()) return done(std::size_t{0});
  const auto job = std::make_shared<Job>(Job{std::move(digests), std::move(caller), now, std::move(still_wanted), {}});
  store_.submit([this, job](store::Transaction& transaction) { return end_all(*job, tokens_, transaction); },
                [job, done = std::move(done)](base::Status status) mutable {
                  if (!status) return done(base::failure(std::move(status.error())));
                  for (const model::TokenId id : job->ended) {
                    base::log::info("audit", "token revoked",
                                    {{"caller", job->caller}, {"token", fmt::to_string(id.value)}});
                  }
                  done(job->ended.size());
                });
}

}  // namespace jeton::tokens
