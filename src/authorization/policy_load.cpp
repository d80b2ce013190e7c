#include "authorization/policy_load.hpp"

#include <algorithm>
#include <memory>
#include <thread>
#include <utility>

namespace jeton::authorization {
namespace {

constexpr std::size_t kBatch = 2048;  ///< policies that change hands at once: some for each shard
constexpr std::size_t kBatchesWaitingMax = 2;
constexpr std::size_t kThreadsMax = 4;  ///< beside the one that reads the table, which is busy by then

}  // namespace

PolicyLoad::PolicyLoad(PolicyIndex& index) : index_(index) {
  const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
  if (cores > 1) others_.emplace(std::min(cores - 1, kThreadsMax), kBatchesWaitingMax);
}

void PolicyLoad::add(store::StoredPolicy&& policy) {
  batch_.push_back(std::move(policy));
  if (batch_.size() == kBatch) hand_over();
}

base::Status PolicyLoad::finish() {
  put(batch_);
  others_.reset();
  const std::scoped_lock lock(mutex_);
  if (failed_) return base::failure(*std::move(failed_));
  return {};
}

void PolicyLoad::hand_over() {
  if (!others_) return put(batch_);
  const auto full = std::make_shared<Batch>(std::exchange(batch_, {}));
  batch_.reserve(kBatch);
  if (!others_->submit([this, full] { put(*full); })) put(*full);
}

void PolicyLoad::put(Batch& batch) {
  std::vector<model::PolicySet> sets;
  sets.reserve(batch.size());
  for (store::StoredPolicy& stored : batch) {
    auto set = std::move(stored).read();
    if (set) {
      sets.push_back(*std::move(set));
    } else {
      note(std::move(set.error()));
    }
  }
  index_.load(std::move(sets));
  batch.clear();
}

void PolicyLoad::note(base::Error error) {
  const std::scoped_lock lock(mutex_);
  if (!failed_) failed_ = std::move(error);
}

}  // namespace jeton::authorization
