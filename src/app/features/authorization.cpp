#include "app/features/authorization.hpp"

#include "api/http/authorization_management_routes.hpp"
#include "api/http/authorization_routes.hpp"
#include "app/figures_page.hpp"

namespace jeton::app {

AuthorizationFeature::AuthorizationFeature(const Infrastructure& on, authorization::ConsumerMetadata& consumer_metadata)
    : on_(on),
      authorizer_(policies_, consumer_metadata),
      grant_policy_(on.store),
      grant_policies_(on.store),
      revoke_policy_(on.store),
      revoke_policies_(on.store),
      query_policies_(on.store),
      check_policies_(authorizer_) {}

void AuthorizationFeature::add_routes(api::http::Router& router) {
  api::http::add_authorization_routes(router, {.names = on_.names,
                                               .authorizer = authorizer_,
                                               .grant_policy = grant_policy_,
                                               .revoke_policy = revoke_policy_,
                                               .query_policies = query_policies_,
                                               .workers = on_.workers,
                                               .askers = on_.askers,
                                               .clock = on_.clock});
  api::http::add_authorization_management_routes(router, {.names = on_.names,
                                                          .grant_policies = grant_policies_,
                                                          .revoke_policies = revoke_policies_,
                                                          .query_policies = query_policies_,
                                                          .check_policies = check_policies_,
                                                          .workers = on_.workers,
                                                          .askers = on_.askers,
                                                          .clock = on_.clock,
                                                          .page_size_max = on_.page_size_max()});
}

void AuthorizationFeature::add_figures(FiguresPage& page) const {
  page.gauge("jeton_policies", "Policy sets of both levels.", static_cast<double>(policies_.size()));
}

}  // namespace jeton::app
