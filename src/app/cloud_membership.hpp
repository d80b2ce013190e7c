// The server as a member of an Arrowhead local cloud: what it asks of its neighbours, what it tells them, and how it
// goes on while they are away. Nothing here holds up the start or a request that does not need a neighbour.
#pragma once
#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "api/http/readiness.hpp"
#include "app/config/config.hpp"
#include "authorization/consumer_metadata.hpp"
#include "base/clock.hpp"
#include "cloud/blacklist_source.hpp"
#include "cloud/consumer_metadata_source.hpp"
#include "cloud/identity_verifier.hpp"
#include "cloud/login.hpp"
#include "cloud/registration.hpp"
#include "identity/blacklist_filter.hpp"
#include "identity/outsourced_authenticator.hpp"
#include "model/names.hpp"
#include "net/http_caller.hpp"

namespace jeton::app {

class FiguresPage;
class TaskContext;
class TaskRunner;

class CloudMembership {
 public:
  /// All outlive it. `config` is a checked one.
  CloudMembership(const config::Config& config, const base::Clock& clock, const model::Normalizer& names);
  ~CloudMembership();
  CloudMembership(const CloudMembership&) = delete;
  CloudMembership& operator=(const CloudMembership&) = delete;

  authorization::ConsumerMetadata& consumer_metadata();
  /// Null unless the authentication policy is `outsourced`.
  const identity::Authenticator* authenticator() const { return authenticator_.get(); }
  const identity::Blacklist& blacklist() const;

  /// What others can call, and where they reach it. Before add_tasks(); without a ServiceRegistry nobody is told.
  void offer(std::span<const cloud::OfferedOperation> operations, const cloud::SelfDescription& self);
  /// What this server can be reached at, after its configuration. `bound` is HOST:PORT of the first listener,
  /// `public_key` the base64 of its certificate's SubjectPublicKeyInfo, empty without TLS.
  cloud::SelfDescription describe_self(std::string_view bound, std::string public_key) const;

  void add_tasks(TaskRunner& tasks);
  void add_checks(api::http::Readiness& readiness) const;
  void add_figures(FiguresPage& page) const;

  static constexpr base::Duration kWithdrawTime = std::chrono::seconds{2};
  static constexpr base::Duration kLogOutTime = std::chrono::seconds{2};

  /// The server goes down: no consumer finds it any more. Takes at most kWithdrawTime.
  void withdraw();
  /// Ends what still waits for a neighbour.
  void stop_asking();
  /// The last word to the Authentication system. Takes at most kLogOutTime.
  void log_out();

 private:
  base::Status keep_registered(TaskContext& context);
  base::Status keep_logged_in(TaskContext& context);

  const config::Config& config_;
  std::stop_source asking_;   // questions that requests wait for
  std::stop_source telling_;  // what the tasks tell on their own

  cloud::OutgoingCredentials credentials_;
  net::CurlClient client_;
  net::HttpCaller caller_;
  cloud::Exchange exchange_;
  cloud::Discovery discovery_;
  cloud::Neighbours neighbours_;

  std::unique_ptr<cloud::Login> login_;  // only with the policy `outsourced`, as the two behind it
  std::unique_ptr<cloud::IdentityVerifier> identity_verifier_;
  std::unique_ptr<identity::OutsourcedAuthenticator> authenticator_;
  std::unique_ptr<cloud::BlacklistSource> blacklist_source_;  // only with a filter
  std::unique_ptr<identity::BlacklistFilter> blacklist_filter_;
  const identity::NoBlacklist no_blacklist_;
  std::unique_ptr<cloud::ConsumerMetadataSource> metadata_;  // only with a ServiceRegistry, as registration_
  authorization::NoConsumerMetadata no_metadata_;
  std::unique_ptr<cloud::Registration> registration_;
  const base::Clock& clock_;
};

}  // namespace jeton::app
