// Asks routes as a client does, without a network: bytes through a real connection and the real pipeline.
#pragma once
#include <fmt/format.h>

#include <condition_variable>
#include <cstring>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/arrowhead/dialect.hpp"
#include "api/http/pipeline.hpp"
#include "api/http/router.hpp"
#include "authorization/authorizer.hpp"
#include "base/clock.hpp"
#include "identity/admission.hpp"
#include "net/http/connection.hpp"

namespace jeton::api::testing {

struct Reply {
  int status = 0;
  std::string head;
  std::string body;
};

/// Callers are declared, and all may use management operations unless said otherwise. One request at a time.
class ApiClient final : public net::http::Carrier {
 public:
  ApiClient(const http::Router& router, const model::Normalizer& names, base::ManualClock& clock,
            const identity::ManagementSettings& management = {.filter = false})
      : clock_(clock),
        own_(std::make_unique<OwnAdmission>(management, names)),
        dialect_(own_->admission, limit_rate_),
        pipeline_({router, dialect_, clock, askers_, std::chrono::seconds{30}}),
        mailbox_(std::make_shared<net::http::Mailbox>([this] { woken(); })),
        connection_(std::make_unique<net::http::Connection>(surroundings_, *this, clock.monotonic())) {}
  /// The same with an admission of one's own, and so many requests per caller and second; 0: as many as there are.
  ApiClient(const http::Router& router, const identity::Admission& admission, base::ManualClock& clock,
            std::size_t requests_per_caller = 0)
      : clock_(clock),
        limit_rate_(requests_per_caller),
        dialect_(admission, limit_rate_),
        pipeline_({router, dialect_, clock, askers_, std::chrono::seconds{30}}),
        mailbox_(std::make_shared<net::http::Mailbox>([this] { woken(); })),
        connection_(std::make_unique<net::http::Connection>(surroundings_, *this, clock.monotonic())) {}
  ~ApiClient() {
    askers_.stop();
    connection_.reset();
    mailbox_->close();
  }

  /// A body makes it a request with `Content-Type: application/json`. An empty caller sends no credentials.
  Reply ask(std::string_view method, std::string_view target, std::string_view body = {},
            std::string_view caller = "PumpStation") {
    std::string request = fmt::format("{} {} HTTP/1.1\r\nHost: jeton.test\r\n", method, target);
    if (!caller.empty()) request += fmt::format("Authorization: Bearer SYSTEM//{}\r\n", caller);
    if (!body.empty()) request += fmt::format("Content-Type: application/json\r\nContent-Length: {}\r\n", body.size());
    return send(request + "\r\n" + std::string(body));
  }
  Reply post(std::string_view path, std::string_view body, std::string_view caller = "PumpStation") {
    return ask("POST", path, body, caller);
  }

  /// The text after `"name":` in an error's body, for short values; empty when the member is not there.
  static std::string member(const Reply& reply, std::string_view name) {
    const std::size_t at = reply.body.find(fmt::format("\"{}\":\"", name));
    if (at == std::string::npos) return {};
    const std::size_t begin = at + name.size() + 4;
    return reply.body.substr(begin, reply.body.find('"', begin) - begin);
  }

  /// A request with a header of one's own: lines that end in CR LF.
  Reply ask_with(std::string_view method, std::string_view target, std::string_view header,
                 std::string_view body = {}) {
    return send(fmt::format("{} {} HTTP/1.1\r\nHost: jeton.test\r\nContent-Length: {}\r\n{}\r\n{}", method, target,
                            body.size(), header, body));
  }

  void answer_arrived() override {}

 private:
  void woken() {
    const std::scoped_lock lock(mutex_);
    arrived_ = true;
    changed_.notify_all();
  }

  Reply send(std::string_view bytes) {
    for (std::size_t taken = 0; taken < bytes.size();) {
      const auto room = connection_->prepare();
      const std::size_t size = std::min(room.size(), bytes.size() - taken);
      std::memcpy(room.data(), bytes.data() + taken, size);
      connection_->received(size, clock_.monotonic());
      taken += size;
    }
    while (connection_->output().empty()) take_deliveries();
    std::string output(connection_->output());
    connection_->sent(output.size(), clock_.monotonic());
    const std::size_t end = output.find("\r\n\r\n");
    return {std::stoi(output.substr(9, 3)), output.substr(0, end + 2), output.substr(end + 4)};
  }

  void take_deliveries() {
    {
      std::unique_lock lock(mutex_);
      if (!changed_.wait_for(lock, std::chrono::seconds{60}, [this] { return arrived_; }))
        throw std::runtime_error("no answer came");
      arrived_ = false;
    }
    std::vector<net::http::Delivery> deliveries;
    mailbox_->take(deliveries);
    for (auto& delivery : deliveries) delivery.target->deliver(delivery);
    connection_->settle(clock_.monotonic());
  }

  base::ManualClock& clock_;
  struct OwnAdmission {
    OwnAdmission(const identity::ManagementSettings& management, const model::Normalizer& names)
        : access(management, "ConsumerAuthorization", names, authorizer), authenticator(names) {}

    authorization::PolicyIndex no_policies;
    authorization::NoConsumerMetadata no_metadata;
    authorization::Authorizer authorizer{no_policies, no_metadata};
    identity::ManagementAccess access;
    identity::DeclaredAuthenticator authenticator;
    identity::NoBlacklist blacklist;
    identity::Admission admission{authenticator, blacklist, access};
  };
  std::unique_ptr<OwnAdmission> own_;
  http::middleware::LimitRate limit_rate_{0};
  arrowhead::Dialect dialect_;
  base::WorkerPool askers_{1, 16};
  http::Pipeline pipeline_;
  std::mutex mutex_;  // guards arrived_
  std::condition_variable changed_;
  bool arrived_ = false;
  net::http::ConnectionSettings settings_;
  net::http::DateLine date_{clock_.wall()};
  std::shared_ptr<net::http::Mailbox> mailbox_;
  net::http::ConnectionSurroundings surroundings_{pipeline_, settings_, date_, mailbox_};
  std::unique_ptr<net::http::Connection> connection_;
};

}  // namespace jeton::api::testing
