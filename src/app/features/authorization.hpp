// The feature `authorization`: who may call whom.
#pragma once
#include "app/feature.hpp"
#include "app/infrastructure.hpp"
#include "authorization/authorizer.hpp"
#include "authorization/check_policies.hpp"
#include "authorization/consumer_metadata.hpp"
#include "authorization/grant_policies.hpp"
#include "authorization/grant_policy.hpp"
#include "authorization/policy_follower.hpp"
#include "authorization/policy_index.hpp"
#include "authorization/query_policies.hpp"
#include "authorization/revoke_policies.hpp"
#include "authorization/revoke_policy.hpp"

namespace jeton::app {

class AuthorizationFeature final : public Feature {
 public:
  /// `consumer_metadata` outlives it.
  AuthorizationFeature(const Infrastructure& on, authorization::ConsumerMetadata& consumer_metadata);

  /// For whoever has to ask whether a caller may do something.
  const authorization::Authorizer& authorizer() const { return authorizer_; }

  base::Status load(const store::Snapshot& snapshot) override { return follower_.load(snapshot); }
  void follow(store::Store& store) override { store.follow(follower_); }
  void add_routes(api::http::Router& router) override;
  void add_figures(FiguresPage& page) const override;
  Held held() const override { return {"policies", policies_.size()}; }

 private:
  const Infrastructure on_;
  authorization::PolicyIndex policies_;
  authorization::PolicyFollower follower_{policies_};
  const authorization::Authorizer authorizer_;

  const authorization::GrantPolicy grant_policy_;
  const authorization::GrantPolicies grant_policies_;
  const authorization::RevokePolicy revoke_policy_;
  const authorization::RevokePolicies revoke_policies_;
  const authorization::QueryPolicies query_policies_;
  const authorization::CheckPolicies check_policies_;
};

}  // namespace jeton::app
