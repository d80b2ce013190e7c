// One request on its way through the API: what a route's handler gets, and how it answers, now or later.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/http/route.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "identity/caller.hpp"
#include "net/http/message.hpp"

namespace jeton::api::http {

class RouteMetrics;

/// What an answer needs to know of its request, also when it is given later on another thread.
struct Origin {
  const Route* route = nullptr;  ///< null: no route matched
  RouteMetrics* metrics = nullptr;
  std::string request_id;  ///< short enough to need no allocation, unless the client sent a long one
  std::string caller;
  /// The `origin` member of error bodies: by default the route's method and path, empty: omitted
  /// (arrowhead-authorization 4.3).
  std::optional<std::string> text;
  base::Tick received;
  base::Tick deadline;
};

/// The right to answer later, from any thread. Movable. Destroyed unanswered, because what should have answered threw
/// or dropped it, it answers kInternal.
class Later {
 public:
  Later(net::http::Deferred deferred, Origin origin, const base::Clock& clock);
  Later(Later&&) noexcept = default;
  Later& operator=(Later&&) = delete;
  ~Later();

  void json(int status, std::string_view body);
  void text(int status, std::string_view body);
  void empty(int status);
  void fail(const base::Error& error);
  /// Answers with `error` if the status is a failure; says whether it did.
  template <class T>
  bool failed(const base::Result<T>& result) {
    if (result) return false;
    fail(result.error());
    return true;
  }
  const Origin& origin() const { return origin_; }
  /// The bare stream under it, for server-sent events; this object is spent.
  net::http::Deferred stream(std::string_view content_type) &&;

 private:
  net::http::Deferred deferred_;
  Origin origin_;
  const base::Clock* clock_;
};

/// Valid during the handler only; what must outlive it goes into a Later and into copies.
class Call {
 public:
  Call(const net::http::Request& request, net::http::Exchange& exchange, const identity::Caller& caller, Origin origin,
       const base::Clock& clock);

  const net::http::Request& request() const { return request_; }
  const identity::Caller& caller() const { return caller_; }
  /// The decoded last path segment of a `{name}` route.
  std::string_view parameter() const { return parameter_; }
  /// Decodes `raw` to be the parameter. kInvalid when it is not percent-encoded UTF-8.
  base::Status take_parameter(std::string_view raw);
  base::Instant now() const { return clock_.wall(); }
  const Origin& origin() const { return origin_; }

  /// Every value of a query parameter after the list rules of arrowhead-authorization 1.3; nullopt when it is absent.
  base::Result<std::optional<std::vector<std::string>>> query_list(std::string_view name) const;
  /// The value of a single query parameter, decoded; nullopt when it is absent.
  base::Result<std::optional<std::string>> query_value(std::string_view name) const;

  void json(int status, std::string_view body);
  void text(int status, std::string_view body);
  void empty(int status);
  void fail(const base::Error& error);
  template <class T>
  bool failed(const base::Result<T>& result) {
    if (result) return false;
    fail(result.error());
    return true;
  }
  /// 415 with an Accept header that names what is understood.
  void unsupported(const base::Error& error);
  /// 405 with an Allow header, and the answer to OPTIONS.
  void wrong_method(std::string_view allowed);
  void options(std::string_view allowed);
  /// 302 to another path of this server.
  void redirect(std::string_view path);
  /// A document with its own content type, e.g. a page.
  void document(std::string_view content_type, std::string_view body);
  /// From here on the answer is the Later's business.
  Later later();
  /// Changes the `origin` member of error bodies; empty: omitted (arrowhead-authorization 4.3).
  void set_error_origin(std::string text) { origin_.text = std::move(text); }

 private:
  const net::http::Request& request_;
  net::http::Exchange& exchange_;
  const identity::Caller& caller_;
  std::string_view parameter_;
  std::string decoded_parameter_;  // what parameter_ points to when decoding changed something
  Origin origin_;
  const base::Clock& clock_;
};

/// A string of this thread to build an answer in without allocating; cleared at each call.
std::string& answer_buffer();

}  // namespace jeton::api::http
