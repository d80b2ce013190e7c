#include "base/wake_batch.hpp"

#include <array>
#include <cstddef>
#include <utility>

namespace jeton::base {
namespace {

/// There are as many sleepers as the process has network threads, and a commit thread; past these a wake is not put
/// off.
constexpr std::size_t kPutOffMax = 16;

struct PutOff {
  bool open = false;
  std::size_t count = 0;
  std::array<std::shared_ptr<Sleeper>, kPutOffMax> sleepers;
};

PutOff& of_this_thread() noexcept {
  thread_local PutOff put_off;
  return put_off;
}

}  // namespace

WakeBatch::WakeBatch() noexcept : outermost_(!std::exchange(of_this_thread().open, true)) {}

WakeBatch::~WakeBatch() {
  if (!outermost_) return;
  PutOff& put_off = of_this_thread();
  put_off.open = false;
  for (; put_off.count != 0; --put_off.count) std::exchange(put_off.sleepers[put_off.count - 1], nullptr)->wake();
}

void WakeBatch::wake(const std::shared_ptr<Sleeper>& sleeper) noexcept {
  PutOff& put_off = of_this_thread();
  if (!put_off.open) return sleeper->wake();
  for (std::size_t i = 0; i < put_off.count; ++i) {
    if (put_off.sleepers[i] == sleeper) return;
  }
  if (put_off.count == kPutOffMax) return sleeper->wake();
  put_off.sleepers[put_off.count++] = sleeper;
}

}  // namespace jeton::base
