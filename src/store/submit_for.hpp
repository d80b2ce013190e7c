// A write whose outcome is more than success or failure.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "base/result.hpp"
#include "store/still_wanted.hpp"
#include "store/store.hpp"

namespace jeton::store {

/// Runs `body(transaction)`, which answers a Result<Outcome>, as Store::submit() does, and hands what it answered last
/// to `done(Result<Outcome>)` once it is durable. A body may run several times: it begins anew each time.
/// `still_wanted` is asked before each run when it is set.
template <class Outcome, class Body, class Done>
void submit_for(Store& store, StillWanted still_wanted, Body body, Done done) {
  struct Work {
    StillWanted still_wanted;
    Body body;
    std::optional<Outcome> outcome;
  };
  const auto work = std::make_shared<Work>(Work{std::move(still_wanted), std::move(body), std::nullopt});
  store.submit(
      [work](Transaction& transaction) -> base::Status {
        if (work->still_wanted) {
          if (base::Status wanted = work->still_wanted(); !wanted) return wanted;
        }
        base::Result<Outcome> outcome = work->body(transaction);
        if (!outcome) return base::failure(std::move(outcome.error()));
        work->outcome = *std::move(outcome);
        return {};
      },
      [work, done = std::move(done)](base::Status status) mutable {
        if (!status) return done(base::Result<Outcome>(base::failure(std::move(status.error()))));
        done(base::Result<Outcome>(*std::move(work->outcome)));
      });
}

}  // namespace jeton::store
