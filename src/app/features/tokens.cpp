#include "app/features/tokens.hpp"

#include <fmt/format.h>

#include <utility>

#include "api/http/token_management_routes.hpp"
#include "api/http/token_routes.hpp"
#include "app/figures_page.hpp"
#include "crypto/master_key.hpp"

namespace jeton::app {
namespace {

tokens::Settings settings_of(const config::Tokens& config) {
  return {.time_limit = config.time_limit,
          .max_age = config.max_age,
          .simple_usage_limit = static_cast<std::int64_t>(config.simple_usage_limit),
          .simple_byte_size = config.simple_byte_size,
          .unbounded_whitelist = config.unbounded_generation_whitelist,
          .cleaner_interval = config.cleaner_interval};
}

}  // namespace

base::Result<std::optional<crypto::SigningKey>> TokensFeature::load_signing_key(const config::Tokens& config) {
  if (config.signing_key.empty()) return std::nullopt;
  auto loaded = crypto::SigningKey::load(config.signing_key, config.signing_key_password);
  if (!loaded) return base::failure(base::invalid(fmt::format("tokens.signing-key: {}", loaded.error().message)));
  return *std::move(loaded);
}

crypto::KeyedDigest TokensFeature::reference_digest(const config::Tokens& config, const base::Secret& master_key) {
  return crypto::KeyedDigest(config.reference_key.empty() ? crypto::derive_key(master_key, "token-reference")
                                                          : config.reference_key);
}

TokensFeature::TokensFeature(const Infrastructure& on, const authorization::Authorizer& authorizer, Keys keys)
    : on_(on),
      settings_(settings_of(on.config.tokens)),
      keys_(std::move(keys)),
      deadlines_(on.expiry.add("tokens", settings_.cleaner_interval)),
      index_(settings_.max_age, on.expiry, deadlines_),
      cleaner_(on.expiry, deadlines_, index_, on.store),
      mint_({.settings = settings_,
             .reference_digest = keys_.references,
             .signing_key = signing_key(),
             .encryption_keys = encryption_keys_,
             .tokens = index_}),
      issuer_({.authorizer = authorizer,
               .mint = mint_,
               .tokens = index_,
               .store = on.store,
               .workers = on.workers,
               .askers = on.askers}),
      generate_token_(issuer_),
      generate_tokens_(issuer_, settings_, on.names),
      verify_token_(keys_.references, index_, on.store),
      query_tokens_(on.store),
      revoke_tokens_(index_, on.store),
      register_encryption_keys_(on.store),
      remove_encryption_keys_(on.store) {}

base::Status TokensFeature::load(const store::Snapshot& snapshot) {
  if (const auto status = encryption_keys_.load(snapshot); !status) return status;
  return index_.load(snapshot);
}

void TokensFeature::follow(store::Store& store) {
  store.follow(index_);
  store.follow(encryption_keys_);
}

void TokensFeature::add_routes(api::http::Router& router) {
  api::http::add_token_routes(router, {.names = on_.names,
                                       .generate_token = generate_token_,
                                       .verify_token = verify_token_,
                                       .register_encryption_keys = register_encryption_keys_,
                                       .remove_encryption_keys = remove_encryption_keys_,
                                       .signing_key = signing_key(),
                                       .clock = on_.clock});
  api::http::add_token_management_routes(router, {.names = on_.names,
                                                  .generate_tokens = generate_tokens_,
                                                  .query_tokens = query_tokens_,
                                                  .revoke_tokens = revoke_tokens_,
                                                  .register_encryption_keys = register_encryption_keys_,
                                                  .remove_encryption_keys = remove_encryption_keys_,
                                                  .workers = on_.workers,
                                                  .clock = on_.clock,
                                                  .page_size_max = on_.page_size_max()});
}

void TokensFeature::add_figures(FiguresPage& page) const {
  page.gauge("jeton_tokens", "Access tokens with a record, ended ones that wait for the cleaner included.",
             static_cast<double>(index_.size()));
  page.gauge("jeton_token_names", "Different names of systems, targets and scopes that tokens had since the start.",
             static_cast<double>(index_.names().size()));
}

}  // namespace jeton::app
