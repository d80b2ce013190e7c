// A service that is spoken to over HTTP, as its provider sees it: one request, and what its outcome means for a
// credential (token-lease 3.5). No retries: whoever calls a provider has them.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "leases/provider.hpp"
#include "leases/provider_settings.hpp"
#include "net/http_client.hpp"

namespace jeton::leases {

/// Thread-safe.
class HttpService {
 public:
  /// What becomes of a request that is made again. It decides what it means when nobody knows whether it was executed:
  /// where it harms, something may be left behind; where it does not, the service is just away.
  enum class Again : std::uint8_t { kHarms, kIsHarmless };

  struct Request {
    std::string method = "GET";
    std::string path;  ///< behind the service's URL; begins with a slash
    std::string body;
    base::Tick deadline;
    Again again = Again::kIsHarmless;
    std::string_view content_type = "application/json";
    base::Secret secret;  ///< that the request holds; no problem repeats it
  };
  using Answer = net::HttpClient::Response;
  template <class T>
  using Outcome = Provider::Outcome<T>;

  /// `authorization` is the value of that header, and empty for none; `secrets` are never repeated in a problem.
  /// kInvalid, at the setting, for a URL that is none. The clock outlives it.
  static base::Result<HttpService> create(std::string_view name, const ProviderSettings& settings,
                                          base::Secret authorization, std::vector<base::Secret> secrets,
                                          const base::Clock& clock);
  HttpService(std::unique_ptr<net::HttpClient> client, std::string url, base::Secret authorization,
              std::vector<base::Secret> secrets, const base::Clock& clock);

  /// Any complete answer, whatever its status.
  Outcome<Answer> send(const Request& request) const;

  /// What an answer means that is not the one hoped for. `own_words`: what the service says; none when somebody else
  /// answered in its place, such as a proxy.
  Problem refusal(const Request& request, const Answer& answer, const std::optional<std::string>& own_words) const;
  /// An answer that promises success and does not hold it.
  Problem unusable(const Request& request, std::string_view reason) const;
  /// A problem with this request: its text is cleared of secrets and cut.
  Problem problem(const Request& request, Trouble trouble, std::string_view text) const;

 private:
  std::unique_ptr<net::HttpClient> client_;
  std::string url_;
  std::string origin_;
  base::Secret authorization_;
  std::vector<base::Secret> secrets_;
  std::reference_wrapper<const base::Clock> clock_;
};

/// "Basic …" of RFC 7617. kInvalid, at the setting, for a user name with a colon.
base::Result<base::Secret> basic_authorization(std::string_view name, const ProviderSettings& settings);

}  // namespace jeton::leases
