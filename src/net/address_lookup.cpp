#include "net/address_lookup.hpp"

#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "base/limits.hpp"
#include "base/strings.hpp"
#include "base/time_text.hpp"

namespace jeton::net {
namespace {

using Addresses = std::vector<std::string>;

Addresses ask_system(const std::string& host, int flags) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags;
  addrinfo* found = nullptr;
  Addresses out;
  if (::getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0) return out;
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(found, ::freeaddrinfo);
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    if (::getnameinfo(each->ai_addr, each->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) == 0)
      out.emplace_back(text.data());
  }
  return out;
}

// Shared by who waits and the thread that asks, which may take longer.
struct Answer {
  std::mutex mutex;  // guards addresses
  std::condition_variable given;
  std::optional<Addresses> addresses;
};

// Those that hang, too, until the operating system gives up.
std::atomic<std::size_t>& running() {
  static std::atomic<std::size_t> count = 0;
  return count;
}

base::Error unknown(const std::string& host) {
  return {base::ErrorCode::kExternal, fmt::format("the host name {} is not known", base::shown(host)), {}};
}

}  // namespace

base::Result<Addresses> look_up(const std::string& host, base::Duration patience) {
  if (Addresses numeric = ask_system(host, AI_NUMERICHOST); !numeric.empty()) return numeric;
  if (++running() > base::limits::kCallsAtOnceMax) {
    --running();
    return base::failure({base::ErrorCode::kExternal, "too many names are being looked up", {}});
  }
  const auto answer = std::make_shared<Answer>();
  std::thread([host, answer] {
    Addresses found = ask_system(host, 0);
    {
      const std::scoped_lock lock(answer->mutex);
      answer->addresses = std::move(found);
    }
    answer->given.notify_one();
    --running();
  }).detach();
  std::unique_lock lock(answer->mutex);
  if (!answer->given.wait_for(lock, patience, [&] { return answer->addresses.has_value(); })) {
    return base::failure({base::ErrorCode::kTimeout,
                          fmt::format("the host name {} could not be looked up within {}", base::shown(host),
                                      base::format_duration(patience)),
                          {}});
  }
  if (answer->addresses->empty()) return base::failure(unknown(host));
  return *std::move(answer->addresses);
}

}  // namespace jeton::net
