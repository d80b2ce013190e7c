#include "expiry/deadline_index.hpp"

#include <algorithm>

namespace jeton::expiry {
namespace {

constexpr std::size_t kChildren = 4;  // half the depth of a binary heap, and the four lie in one cache line
static_assert(sizeof(Due) == 16);

}  // namespace

void DeadlineIndex::schedule(std::uint64_t key, base::Instant at) {
  heap_.push_back({key, at});
  sift_up(heap_.size() - 1);
}

std::optional<base::Instant> DeadlineIndex::next_deadline() const {
  if (heap_.empty()) return std::nullopt;
  return heap_.front().at;
}

std::size_t DeadlineIndex::take_due(base::Instant now, std::span<Due> out) {
  std::size_t taken = 0;
  while (taken < out.size() && !heap_.empty() && heap_.front().at <= now) {
    out[taken++] = heap_.front();
    heap_.front() = heap_.back();
    heap_.pop_back();
    if (!heap_.empty()) sift_down(0);
  }
  // After a burst most of the room would stay unused.
  if (taken != 0 && heap_.capacity() > 1024 && heap_.size() < heap_.capacity() / 8) {
    std::vector<Due> smaller;
    smaller.reserve(heap_.capacity() / 4);
    smaller.assign(heap_.begin(), heap_.end());
    heap_.swap(smaller);
  }
  return taken;
}

// From the end to the front: what fills a gap comes from the end, where everything was looked at already. The room is
// kept, since a heap of which much is given up fills again, and to move it would make others wait.
std::size_t DeadlineIndex::discard_some(std::size_t left, std::size_t count,
                                        const std::function<bool(const Due&)>& unwanted) {
  left = std::min(left, heap_.size());
  for (; left != 0 && count != 0; --count) {
    const std::size_t at = left - 1;
    if (unwanted(heap_[at])) {
      heap_[at] = heap_.back();
      heap_.pop_back();
      if (at != heap_.size()) {
        if (sift_up(at) != at) continue;  // what is here now comes from above, and was not looked at yet
        sift_down(at);
      }
    }
    left = at;
  }
  return left;
}

std::size_t DeadlineIndex::sift_up(std::size_t at) {
  const Due moving = heap_[at];
  while (at != 0) {
    const std::size_t parent = (at - 1) / kChildren;
    if (heap_[parent].at <= moving.at) break;
    heap_[at] = heap_[parent];
    at = parent;
  }
  heap_[at] = moving;
  return at;
}

void DeadlineIndex::sift_down(std::size_t at) {
  const Due moving = heap_[at];
  for (;;) {
    const std::size_t first = at * kChildren + 1;
    if (first >= heap_.size()) break;
    const std::size_t end = std::min(first + kChildren, heap_.size());
    std::size_t least = first;
    for (std::size_t child = first + 1; child < end; ++child) {
      if (heap_[child].at < heap_[least].at) least = child;
    }
    if (moving.at <= heap_[least].at) break;
    heap_[at] = heap_[least];
    at = least;
  }
  heap_[at] = moving;
}

}  // namespace jeton::expiry
