// Many stored policies into the index: read, compiled and put there by as many threads as there are cores.
#pragma once
#include <mutex>
#include <optional>
#include <vector>

#include "authorization/policy_index.hpp"
#include "base/result.hpp"
#include "base/worker_pool.hpp"
#include "store/policy_table.hpp"

namespace jeton::authorization {

/// For one thread, once, while nobody else writes to the index. What waits is bounded: when the others cannot keep up,
/// add() does the work itself.
class PolicyLoad {
 public:
  /// `index` and this object live until finish() returns.
  explicit PolicyLoad(PolicyIndex& index);

  void add(store::StoredPolicy&& policy);
  /// Waits for the others. The first failure of those that could not be read; all others are in the index then.
  base::Status finish();

 private:
  using Batch = std::vector<store::StoredPolicy>;

  void hand_over();
  void put(Batch& batch);
  void note(base::Error error);

  PolicyIndex& index_;
  Batch batch_;
  std::mutex mutex_;  ///< guards failed_
  std::optional<base::Error> failed_;
  std::optional<base::WorkerPool> others_;  ///< none on a machine with one core
};

}  // namespace jeton::authorization
