// One request to a neighbour of the local cloud, with what every such request carries (arrowhead-authorization 11.5).
#pragma once
#include <expected>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "cloud/error_answer.hpp"
#include "cloud/outgoing_credentials.hpp"
#include "net/http_caller.hpp"

namespace jeton::cloud {

/// The systems that are asked, as figures and messages name them.
inline constexpr std::string_view kServiceRegistry = "ServiceRegistry";
inline constexpr std::string_view kAuthentication = "Authentication";
inline constexpr std::string_view kBlacklist = "Blacklist";
inline constexpr std::string_view kOrchestration = "Orchestration";

/// How long somebody waits for an answer: until then or until the stop, and no longer than a call may take.
struct Patience {
  base::Tick until = base::Tick::max();
  std::stop_token stop;
};

struct Message {
  std::string_view neighbour;  ///< one of the names above
  std::string method;
  std::string url;
  std::string body;
  bool repeatable = false;  ///< harmless to send twice though its method does not say so
  bool anonymous = false;   ///< without the own credentials
  Patience patience;
};

/// Thread-safe.
class Exchange {
 public:
  /// Both outlive it.
  Exchange(net::HttpCaller& caller, OutgoingCredentials& credentials) : caller_(caller), credentials_(credentials) {}

  /// The body of a 2xx answer. Errors as arrowhead-authorization 9.4 passes them on: kExternal when the neighbour does
  /// not answer, the kind it says when it answers with an error, kExternalFault when the answer is none that can be
  /// used. Blocks as long as the patience lasts.
  std::expected<std::string, Trouble> send(const Message& message);

  /// Whether the last message to it was in vain.
  bool is_away(std::string_view neighbour) const { return caller_.is_away(neighbour); }
  const OutgoingCredentials& credentials() const { return credentials_; }

 private:
  net::HttpCaller& caller_;
  OutgoingCredentials& credentials_;
};

}  // namespace jeton::cloud
