#include "net/mqtt/waker.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace jeton::net::mqtt {

Waker::Waker() : descriptor_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

Waker::~Waker() {
  close(descriptor_);
}

void Waker::wake() noexcept {
  eventfd_write(descriptor_, 1);  // fails only when a wake of 2^64 is pending, which is one
}

void Waker::clear() const {
  eventfd_t count = 0;
  eventfd_read(descriptor_, &count);
}

}  // namespace jeton::net::mqtt
