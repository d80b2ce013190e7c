// A write, from a thread that may wait, whose outcome is more than success or failure.
#pragma once
#include <optional>
#include <utility>

#include "base/result.hpp"
#include "store/store.hpp"

namespace jeton::store {

/// Runs `body(transaction)`, which answers a Result<Outcome>, as Store::write() does, and returns what it answered last
/// once it is durable. A body may run several times: it begins anew each time.
template <class Outcome, class Body>
base::Result<Outcome> write_for(Store& store, Body body) {
  std::optional<Outcome> outcome;
  const base::Status status = store.write([&](Transaction& transaction) -> base::Status {
    base::Result<Outcome> answer = body(transaction);
    if (!answer) return base::failure(std::move(answer.error()));
    outcome = *std::move(answer);
    return {};
  });
  if (!status) return base::failure(status.error());
  return *std::move(outcome);
}

}  // namespace jeton::store
