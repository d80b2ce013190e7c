#include "base/scheduling.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

namespace jeton::base {
namespace {

constexpr std::uint32_t kOrdinary = 0;         // SCHED_OTHER
constexpr std::uint64_t kShortTurn = 100'000;  // nanoseconds; the least that the kernel takes

/// sched_attr of sched_setattr(2), as its first version has it: the kernel's own header cannot stand beside the C
/// library's.
struct Attributes {
  std::uint32_t size = sizeof(Attributes);
  std::uint32_t policy = 0;
  std::uint64_t flags = 0;
  std::int32_t nice = 0;
  std::uint32_t priority = 0;
  std::uint64_t runtime = 0;  ///< of ordinary threads: how long a turn takes
  std::uint64_t deadline = 0;
  std::uint64_t period = 0;
};

}  // namespace

void ask_for_short_turns() noexcept {
  Attributes attributes;
  if (::syscall(SYS_sched_getattr, 0, &attributes, sizeof(attributes), 0) != 0) return;
  if (attributes.policy != kOrdinary) return;  // an operator knows better
  attributes.runtime = kShortTurn;
  ::syscall(SYS_sched_setattr, 0, &attributes, 0);
}

}  // namespace jeton::base
