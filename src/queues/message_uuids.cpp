#include "queues/message_uuids.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace jeton::queues {

std::string MessageUuids::next(base::Instant now) {
  const auto milliseconds = std::chrono::floor<std::chrono::milliseconds>(now).time_since_epoch().count();
  std::uint64_t stamp = 0;
  {
    const std::scoped_lock lock(mutex_);
    // Past 4,096 in a millisecond the count carries into the next one.
    last_ = std::max(last_ + 1, static_cast<std::uint64_t>(milliseconds) << 12U);
    stamp = last_;
  }
  std::uint64_t tail = 0;
  const std::string random = random_bytes_(sizeof(tail));
  std::memcpy(&tail, random.data(), sizeof(tail));
  constexpr std::uint64_t kVariant = 0x8000'0000'0000'0000U;
  tail = (tail >> 2U) | kVariant;
  return fmt::format("{:08x}-{:04x}-7{:03x}-{:04x}-{:012x}", stamp >> 28U, (stamp >> 12U) & 0xffffU, stamp & 0xfffU,
                     tail >> 48U, tail & 0xffff'ffff'ffffU);
}

}  // namespace jeton::queues
