#include "net/mqtt/name_lookup.hpp"

#include <netdb.h>
#include <sys/socket.h>

#include <thread>

namespace jeton::net::mqtt {
namespace {

bool is_found(const std::string& host, int flags) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0) return false;
  freeaddrinfo(found);
  return true;
}

}  // namespace

bool resolve_name(const std::string& host) {
  return is_found(host, 0);
}

NameLookup::NameLookup(const std::string& host, const Resolve& resolve, const std::shared_ptr<Waker>& waker) {
  if (is_found(host, AI_NUMERICHOST)) {
    *answer_ = Answer::kKnown;
    return;
  }
  std::thread([host, resolve, waker, answer = answer_] {
    *answer = resolve(host) ? Answer::kKnown : Answer::kUnknown;
    waker->wake();
  }).detach();
}

}  // namespace jeton::net::mqtt
