// What both ways of generating tokens share: ask the policies, make the tokens, store them in one write.
#pragma once
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "authorization/authorizer.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/worker_pool.hpp"
#include "store/store.hpp"
#include "tokens/token_index.hpp"
#include "tokens/token_mint.hpp"
#include "tokens/token_order.hpp"

namespace jeton::tokens {

/// What happens to an order that the policies do not grant.
enum class Unauthorized : std::uint8_t {
  kRefused,  ///< the request fails with kForbidden
  kDropped,  ///< it is left out (5.14)
  kIgnored,  ///< the policies are not asked (`unbound`)
};

/// Thread-safe.
class TokenIssuer {
 public:
  struct Parts {
    const authorization::Authorizer& authorizer;
    const TokenMint& mint;
    TokenIndex& tokens;
    store::Store& store;
    base::WorkerPool& workers;  ///< sign
    base::WorkerPool& askers;   ///< wait for the metadata of consumers
  };
  /// The tokens in the order of their orders, once they are durable. On the commit thread, on a worker, or, when
  /// nothing has to be waited for, on the caller's thread before issue() returns.
  using Done = std::move_only_function<void(base::Result<std::vector<MintedToken>>)>;
  struct Request {
    std::vector<TokenOrder> orders;
    std::string requester;
    base::Instant now;
    Unauthorized unauthorized = Unauthorized::kRefused;
    store::StillWanted still_wanted;
  };

  explicit TokenIssuer(const Parts& parts) : parts_(parts) {}

  /// All or nothing (Q12). Never blocks: what does goes to the pools, kUnavailable when too much waits there.
  void issue(Request request, Done done);

 private:
  struct Job {
    Request request;
    Done done;
    std::vector<MintedToken> minted;
  };
  using Shared = std::shared_ptr<Job>;
  enum class Step : std::uint8_t { kDone, kMustAsk };

  base::Result<Step> decide(Job& job, bool may_block) const;
  bool mint(Job& job) const;
  void store(const Shared& job);
  void mint_and_store(const Shared& job);
  void ask(const Shared& job);
  void hand_to_asker(const Shared& job);
  void sign(const Shared& job);
  void sign_some();
  bool sign_one(Job& job) const;
  std::size_t share_to_sign() const;
  Shared next_to_sign();

  Parts parts_;
  mutable std::mutex mutex_;  ///< guards to_sign_
  std::deque<Shared> to_sign_;
};

}  // namespace jeton::tokens
