// The project's one outgoing HTTP client. TLS is verified, every wait and size is bounded, redirects stay on the origin
// that was asked, and no proxy or credential is taken from the environment.
#pragma once
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/limits.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"

namespace jeton::net {

struct HttpHeader {
  std::string name;
  std::string value;
};

/// Thread-safe. Errors name the origin only: a path or query may hold a token.
class HttpClient {
 public:
  struct Request {
    std::string method = "GET";
    std::string url;  ///< http:// or https://, without user name and password
    std::vector<HttpHeader> headers;
    base::Secret authorization;        ///< the value of the Authorization header; empty: none is sent
    std::string body;                  ///< sent when it is not empty, and with POST, PUT and PATCH
    std::function<void()> on_waiting;  ///< called about once a second until the answer is complete; may be empty
    base::Duration time_max{};         ///< of send(), where it is less than the client's; zero: the client's
    std::stop_token stop;              ///< ends the exchange with kUnavailable, within about a second
    std::function<void()> on_sending;  ///< called when there is a connection, before the request goes out; may be empty
    bool once = false;  ///< on a connection of its own: on one used before, which may turn out dead, it is sent again
  };
  struct Response {
    int status = 0;
    std::vector<HttpHeader> headers;
    std::string body;

    /// The first field of that name, letter case ignored; empty when there is none.
    std::string_view header(std::string_view name) const;
  };
  /// False ends the exchange; that is no error.
  using OnBytes = std::function<bool(std::string_view bytes)>;

  virtual ~HttpClient() = default;

  /// Any complete answer is a success, whatever its status. kInvalid: the request cannot be sent as it is. kTimeout: a
  /// deadline passed. kTooLarge: the answer is past the bound. kExternal: not reached, not trusted, or cut short.
  /// kUnavailable: stopped.
  virtual base::Result<Response> send(const Request& request) = 0;

  /// The body of a 2xx answer goes to `on_bytes` as it comes, without a bound on its length or its duration, only on
  /// silence. Any other answer comes back with its body, as from send(). Returns when the other side ends, or
  /// `on_bytes` does.
  virtual base::Result<Response> stream(const Request& request, const OnBytes& on_bytes) = 0;
};

class CurlClient final : public HttpClient {
 public:
  struct Settings {
    base::Duration connect = std::chrono::seconds{5};
    base::Duration whole = std::chrono::seconds{30};  ///< of send(), all redirects together, to the last byte
    base::Duration silence =
        std::chrono::seconds{60};  ///< of stream(): without a byte for so long it ends with kTimeout
    std::size_t answer_bytes_max = base::limits::kAnswerBytesMax;
    std::string ca_file;  ///< PEM of the authorities to trust; empty: the system's
    // What shows a server who is calling, read anew for each TLS connection. PEM files, or one PKCS#12 file instead.
    std::string certificate;  ///< with its chain; empty: none is shown
    std::string key;          ///< empty: it is in the file of the certificate
    std::string pkcs12;
    base::Secret password;  ///< of the key or the PKCS#12 file
  };

  explicit CurlClient(Settings settings);
  ~CurlClient() override;
  CurlClient(const CurlClient&) = delete;
  CurlClient& operator=(const CurlClient&) = delete;

  base::Result<Response> send(const Request& request) override;
  base::Result<Response> stream(const Request& request, const OnBytes& on_bytes) override;

 private:
  struct IdleHandles;
  base::Result<Response> exchange(const Request& request, const OnBytes* on_bytes);

  const Settings settings_;
  std::unique_ptr<IdleHandles> idle_;
};

/// "https://host:8445" of a URL, its port always written. kInvalid unless it is http or https, has a host, and neither
/// user name nor password.
base::Result<std::string> origin_of(const std::string& url);

}  // namespace jeton::net
