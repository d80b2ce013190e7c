// Ends another thread's poll(). For the .cpp files of this folder.
#pragma once
#include "base/wake_batch.hpp"

namespace jeton::net::mqtt {

class Waker final : public base::Sleeper {
 public:
  Waker();
  ~Waker() override;
  Waker(const Waker&) = delete;
  Waker& operator=(const Waker&) = delete;

  void wake() noexcept override;
  /// Readable from a wake on until it is cleared.
  int descriptor() const { return descriptor_; }
  void clear() const;

 private:
  int descriptor_;
};

}  // namespace jeton::net::mqtt
