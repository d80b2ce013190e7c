// How a family of routes speaks: who is let in, how an error looks, what every answer carries. One for each wire
// contract; the router says which one a path belongs to.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "api/http/origin.hpp"
#include "api/http/route.hpp"
#include "base/error.hpp"
#include "identity/caller.hpp"
#include "net/http/message.hpp"

namespace jeton::api::http {

/// An error on its way to the client.
struct Failure {
  const base::Error& error;
  const Origin& origin;
  /// The request does not fit the wire contract (path, method, media types, parameters, shape of the body), rather
  /// than: the operation said no.
  bool malformed = false;
};

/// Thread-safe. Every request passes receive, admit, routing, media types, handler, in this order.
class Dialect {
 public:
  virtual ~Dialect() = default;

  /// A header field that every answer of the family carries beside X-Request-Id, with Origin::echo as its value; empty:
  /// none. Static storage.
  virtual std::string_view echo_field() const { return {}; }
  /// Sees each request first, and notes in `origin` what answers will need of it: the echo, the error origin.
  virtual void receive(const net::http::Request& request, Origin& origin) const;

  /// Under which name the log tells of its requests. Static storage.
  virtual std::string_view logger() const { return "api.http"; }

  /// How long the decision may take.
  enum class Patience : std::uint8_t {
    kNow,     ///< from memory: on a network thread
    kMayAsk,  ///< other servers may be asked: on a thread that may block
  };
  enum class Verdict : std::uint8_t {
    kAdmitted,
    kAnswered,  ///< it may not go on, and the call has been answered
    kMustAsk,   ///< with kNow: nothing is decided or answered yet, admit it again with kMayAsk
  };
  /// Decides who calls and whether it may go on, for every request of the family, those without a route (unknown path,
  /// wrong method) included; `call.origin().route` is the route. Names the caller by call.set_caller.
  virtual Verdict admit(Call& call, Patience patience) const = 0;
  /// Who calls a route that is not for management when no credentials at all were presented; nullopt: that is refused.
  /// Transports ask that admit by themselves.
  virtual std::optional<identity::Caller> nobody() const { return std::nullopt; }

  struct Form {
    int status = 500;
    std::string_view content_type;  ///< static storage; empty: no body
  };
  /// Appends the body that tells of an error, and says the rest of the answer.
  virtual Form word(std::string& body, const Failure& failure) const = 0;
  /// The same for what was refused below the routes (malformed HTTP and the like), which has a status of its own. The
  /// content type.
  virtual std::string_view word_refusal(std::string& body, const net::http::Refusal& refusal,
                                        const Origin& origin) const;

  // The errors of routing and media types; each is then worded by word(), as malformed.
  virtual base::Error unknown_path(const net::http::Request& request) const;
  virtual base::Error wrong_method(const net::http::Request& request, std::string_view allowed) const;
  virtual base::Error unsupported_body(const net::http::Request& request, const Route& route) const;
  virtual base::Error unacceptable_answer(const net::http::Request& request, const Route& route) const;

  /// Whether PUT, POST and DELETE may send query parameters as a body of type application/x-www-form-urlencoded.
  virtual bool reads_forms() const { return false; }

  /// For the reference; static storage.
  struct Description {
    std::string_view error_name;       ///< e.g. "Error"; dialects of one server differ in it
    std::string_view error_content;    ///< JSON: media types with their schemas
    std::string_view security_name;    ///< e.g. "caller"; empty: no credentials are ever needed
    std::string_view security_scheme;  ///< JSON: an OpenAPI security scheme
  };
  virtual Description description() const = 0;
};

}  // namespace jeton::api::http
