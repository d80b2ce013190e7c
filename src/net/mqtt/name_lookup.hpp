// Looking up a host's name without waiting for it: the operating system's own look-up may take half a minute, and
// cannot be cut short.
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "net/mqtt/waker.hpp"

namespace jeton::net::mqtt {

/// Whether the operating system knows an address of `host`. Blocks.
bool resolve_name(const std::string& host);

/// One look-up, begun with it. May end before its answer is there, which is then nobody's.
class NameLookup {
 public:
  /// Called on a thread of its own, which may outlive all but what it owns.
  using Resolve = std::function<bool(const std::string& host)>;

  /// An address instead of a name is known at once. `waker` is woken when there is an answer.
  NameLookup(const std::string& host, const Resolve& resolve, const std::shared_ptr<Waker>& waker);

  bool done() const { return *answer_ != Answer::kNone; }
  bool known() const { return *answer_ == Answer::kKnown; }

 private:
  enum class Answer : std::uint8_t { kNone, kKnown, kUnknown };
  const std::shared_ptr<std::atomic<Answer>> answer_ = std::make_shared<std::atomic<Answer>>(Answer::kNone);
};

}  // namespace jeton::net::mqtt
