// Waking other threads once for many pieces of work instead of once for each: every wake is a system call and, on a
// busy core, a switch away from the work at hand.
#pragma once
#include <memory>

namespace jeton::base {

/// Something that sleeps until it is told that there is work.
class Sleeper {
 public:
  virtual ~Sleeper() = default;
  /// From any thread, any number of times. Must not throw and must not wake others through a WakeBatch.
  virtual void wake() noexcept = 0;
};

/// While one lives on a thread, what this thread wants woken is woken when it ends. For the length of a bounded piece
/// of work that does not wait for those it wakes. A batch within a batch does nothing.
class WakeBatch {
 public:
  WakeBatch() noexcept;
  ~WakeBatch();
  WakeBatch(const WakeBatch&) = delete;
  WakeBatch& operator=(const WakeBatch&) = delete;

  /// Wakes it at the end of this thread's batch, or at once when there is none.
  static void wake(const std::shared_ptr<Sleeper>& sleeper) noexcept;

 private:
  const bool outermost_;
};

}  // namespace jeton::base
