// Calls to other servers that may be away: tried again where that is harmless, given up in bounded time, and refused at
// once while the other side is known not to answer.
#pragma once
#include <cstdint>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/breaker.hpp"
#include "base/clock.hpp"
#include "base/limits.hpp"
#include "net/http_client.hpp"

namespace jeton::net {

/// Thread-safe.
class HttpCaller {
 public:
  struct Settings {
    int attempts_max = base::limits::kCallAttemptsMax;
    base::Duration time_max = std::chrono::seconds{10};           ///< of a call, all attempts and pauses together
    base::Duration first_pause = std::chrono::milliseconds{100};  ///< before the second attempt; doubles, and is spread
    base::Breaker::Rules breaker;
  };
  /// What it takes from its surroundings; all outlive it.
  struct Parts {
    HttpClient& client;
    const base::Clock& clock;
    /// Waits that long, or until stop. True when the time went by.
    std::function<bool(base::Duration, const std::stop_token&)> wait;
    std::function<double()> random;  ///< in [0, 1)
  };
  struct Call {
    /// Who is meant, for figures; one of a few names that the program knows.
    std::string_view neighbour;
    HttpClient::Request request;
    /// Whether asking twice is as good as asking once though the method does not promise it: a look-up by POST.
    bool repeatable = false;
    /// Nobody waits for it any longer than that, nor than Settings::time_max or Request::time_max; each of the three
    /// counts for all attempts and pauses together.
    base::Tick deadline = base::Tick::max();
  };

  HttpCaller(Parts parts, const Settings& settings);

  /// As HttpClient::send. Requests whose method is idempotent (RFC 9110 9.2.2) and repeatable ones are tried again when
  /// the other side is not reached, ends the connection, or answers 502, 503 or 504, but never after a time-out.
  /// kTimeout also, and nothing is sent, when the deadline is over already.
  /// kExternal also when the origin was left alone because it did not answer lately.
  base::Result<HttpClient::Response> call(const Call& call);

  struct Figures {
    std::string neighbour;
    std::uint64_t answered = 0;  ///< calls that brought an answer, whatever its status
    std::uint64_t failed = 0;    ///< calls that brought none
    std::uint64_t refused = 0;   ///< calls that were not made because of the calls before
    std::uint64_t repeated = 0;  ///< attempts after the first
    bool away = false;           ///< the last call brought no answer, or was refused
  };
  std::vector<Figures> figures() const;
  /// Whether the last call to it was in vain.
  bool is_away(std::string_view neighbour) const;

 private:
  struct Origin {
    base::Breaker breaker;
    base::Tick used{};
    std::string last_trouble;
  };
  struct Attempt {
    base::Result<HttpClient::Response> response;
    bool refused = false;
  };

  Attempt attempt(const std::string& origin, const HttpClient::Request& request);
  base::Error left_alone(const std::string& origin, const Origin& state) const;
  void report(const std::string& origin, base::Breaker::Admitted as,
              const base::Result<HttpClient::Response>& response);
  Origin& state_of(const std::string& origin);
  void count(std::string_view neighbour, const Attempt& last, int attempts);

  const Parts parts_;
  const Settings settings_;
  mutable std::mutex mutex_;  // guards the rest
  std::unordered_map<std::string, Origin> origins_;
  std::vector<Figures> figures_;
};

}  // namespace jeton::net
