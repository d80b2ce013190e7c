// One request on its way through the API: what a route's handler gets, and how it answers, now or later.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/http/origin.hpp"
#include "api/http/router.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "identity/caller.hpp"
#include "net/http/message.hpp"

namespace jeton::api::http {

/// Whoever may answer a request: once, by one of these.
class Respondent {
 public:
  virtual ~Respondent() = default;

  struct Reply {
    int status = 200;
    std::string_view content_type;             ///< empty: no body
    std::string_view body;                     ///< may be empty with any status
    std::span<const net::http::Field> fields;  ///< beside X-Request-Id and the dialect's echo; limits::kAnswerFieldsMax
  };
  void answer(const Reply& reply);
  void json(int status, std::string_view body);
  void text(int status, std::string_view body);
  void empty(int status);

  /// The operation says no: status and body are the dialect's.
  void fail(const base::Error& error, std::span<const net::http::Field> fields = {});
  /// The same in words that are not the dialect's, where a contract tells of failures in good answers. Logged alike.
  void fail_as(const base::Error& error, const Reply& reply);
  /// The request does not fit the wire contract: a parameter, a member or the shape of the body is wrong. Some dialects
  /// word that in another way.
  void reject(const base::Error& error, std::span<const net::http::Field> fields = {});

  /// Fails with the error if there is one; says whether it did.
  template <class T>
  bool failed(const base::Result<T>& result) {
    if (!result) fail(result.error());
    return !result;
  }
  /// The same with reject.
  template <class T>
  bool rejected(const base::Result<T>& result) {
    if (!result) reject(result.error());
    return !result;
  }

  const Origin& origin() const { return origin_; }
  bool answered() const { return answered_; }

 protected:
  Respondent(Origin&& origin, const base::Clock& clock) : origin_(std::move(origin)), clock_(&clock) {}
  Respondent(Respondent&&) noexcept = default;
  Respondent& operator=(Respondent&&) noexcept = default;

  const base::Clock& clock() const { return *clock_; }
  Origin& own_origin() { return origin_; }
  void mark_answered() { answered_ = true; }

 private:
  virtual void respond(const net::http::Response& response) = 0;
  void answer_error(const base::Error& error, bool malformed, std::span<const net::http::Field> fields);

  Origin origin_;
  const base::Clock* clock_;
  bool answered_ = false;
};

/// The right to answer later, from any thread. Movable. Destroyed unanswered, because what should have answered threw
/// or dropped it, it answers kInternal.
class Later final : public Respondent {
 public:
  Later(net::http::Deferred deferred, Origin origin, const base::Clock& clock);
  Later(Later&&) noexcept = default;
  Later& operator=(Later&&) = delete;
  ~Later() override;

  /// False once the client is gone; true promises nothing.
  bool open() const { return deferred_.open(); }
  /// True once the client has ended its sending side, as one does that goes away; a few only wait for their answer.
  bool peer_ended() const { return deferred_.peer_ended(); }

  /// The bare stream under it, for server-sent events; this object is spent.
  net::http::Deferred stream(std::string_view content_type) &&;

 private:
  void respond(const net::http::Response& response) override { deferred_.respond(response); }

  net::http::Deferred deferred_;
};

/// What a transport without paths and query strings gives in their place.
struct Inputs {
  struct List {
    std::string name;
    std::vector<std::string> values;  ///< each as it is, whatever it has in it
  };
  std::string parameter;    ///< what the one `{name}` of the route's path takes
  std::vector<List> query;  ///< the query parameters that were given
};

/// Valid during the handler only; what must outlive it goes into a Later and into copies.
class Call final : public Respondent {
 public:
  Call(const net::http::Request& request, net::http::Exchange& exchange, Origin origin, const base::Clock& clock);

  const net::http::Request& request() const { return request_; }
  const identity::Caller& caller() const { return caller_; }
  /// For the dialect's admit.
  void set_caller(identity::Caller caller);
  base::Instant now() const { return clock().wall(); }
  base::Tick tick() const { return clock().monotonic(); }

  /// The segment, percent-decoded, that `{name}` of the route's path took. Throws std::logic_error when the path has no
  /// such name.
  std::string_view parameter(std::string_view name) const;
  /// From here on they stand in place of the request's path and query; they outlive the call. Set before the handler.
  void set_inputs(const Inputs& inputs) { inputs_ = &inputs; }
  bool has_inputs() const { return inputs_ != nullptr; }

  /// Decodes what the parameters of the path took. kInvalid when that is not percent-encoded UTF-8.
  base::Status take_parameters(const PathParameters& taken);

  /// Every value of a query parameter, decoded, in order; none: it is absent. Where the dialect reads forms, those of a
  /// form body follow. kInvalid when a value is not percent-encoded UTF-8.
  base::Result<std::vector<std::string>> query_values(std::string_view name) const;
  /// The first of them; nullopt when it is absent.
  base::Result<std::optional<std::string>> query_value(std::string_view name) const;

  /// From here on the answer is the Later's business.
  Later later();
  /// The same for a call that stopped half-way: with these, and a copy of the request, another goes on with it.
  struct Suspended {
    net::http::Deferred deferred;
    Origin origin;
  };
  Suspended suspend();
  /// Where an error is said to come from, see Origin::error_origin.
  void set_error_origin(std::string text) { own_origin().error_origin = std::move(text); }

 private:
  void respond(const net::http::Response& response) override { exchange_.respond(response); }
  bool sends_form() const;

  const net::http::Request& request_;
  net::http::Exchange& exchange_;
  identity::Caller caller_;
  const Inputs* inputs_ = nullptr;
  PathParameters parameters_;
  std::vector<std::string> decoded_;  // what parameters_ points to where decoding changed something
};

/// A string of this thread to build an answer in without allocating; cleared at each call.
std::string& answer_buffer();

}  // namespace jeton::api::http
