// The tokens feature put together as the server does it, on a manual clock and a store of its own.
#pragma once
#include <filesystem>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "authorization/authorizer.hpp"
#include "authorization/policy_follower.hpp"
#include "authorization/policy_index.hpp"
#include "base/clock.hpp"
#include "base/worker_pool.hpp"
#include "crypto/aead.hpp"
#include "crypto/digest.hpp"
#include "expiry/engine.hpp"
#include "model/names.hpp"
#include "store/open_store.hpp"
#include "store/transaction.hpp"
#include "support/awaited.hpp"
#include "support/test_sealer.hpp"
#include "tokens/encryption_key_index.hpp"
#include "tokens/generate_token.hpp"
#include "tokens/generate_tokens.hpp"
#include "tokens/query_tokens.hpp"
#include "tokens/register_encryption_keys.hpp"
#include "tokens/remove_encryption_keys.hpp"
#include "tokens/revoke_tokens.hpp"
#include "tokens/token_cleaner.hpp"
#include "tokens/token_index.hpp"
#include "tokens/token_issuer.hpp"
#include "tokens/token_mint.hpp"
#include "tokens/verify_token.hpp"

namespace jeton::tokens::testing {

/// The server secret of the contract's vectors.
inline constexpr std::string_view kServerSecret = "server-secret-01";

using jeton::testing::Awaited;
using jeton::testing::test_sealer;

/// Those of a server that was told nothing.
inline Settings default_settings() {
  return {.time_limit = std::chrono::seconds{60},
          .max_age = std::chrono::minutes{60},
          .simple_usage_limit = 5,
          .simple_byte_size = 32,
          .unbounded_whitelist = {},
          .cleaner_interval = std::chrono::seconds{30}};
}

/// Those, with one member changed.
template <class T>
Settings with(T Settings::* member, std::type_identity_t<T> value) {
  Settings settings = default_settings();
  settings.*member = std::move(value);
  return settings;
}

class World {
 public:
  explicit World(Settings given = default_settings(), const crypto::SigningKey* key = nullptr,
                 store::StoreSettings where = {.url = "sqlite::memory:", .data_folder = {}})
      : settings(std::move(given)), signing_key(key), store(store::open_store(where, sealer, clock).value()) {
    const auto loaded = store->read([this](const store::Snapshot& snapshot) -> base::Status {
      if (auto tokens = index.load(snapshot); !tokens) return tokens;
      return keys.load(snapshot);
    });
    if (!loaded) throw std::runtime_error(loaded.error().message);
    store->follow(index);
    store->follow(keys);
    store->follow(policy_follower);
    store->start();
  }
  ~World() {
    workers.stop();
    store->stop();
  }

  /// Everybody may use this target of this provider.
  void allow(std::string_view provider, std::string_view target, std::vector<std::string> whitelist = {}) {
    model::PolicySet set;
    set.id = {++policies_};
    set.target = {std::string(model::kLocalCloud), std::string(provider), model::TargetType::kServiceDefinition,
                  std::string(target)};
    if (!whitelist.empty())
      set.default_policy = {.type = model::PolicyType::kWhitelist, .systems = std::move(whitelist), .requirement = {}};
    set.created_by = provider;
    policies.put(std::move(set));
  }

  base::Result<MintedToken> generate(TokenOrder order) {
    Awaited<MintedToken> minted;
    std::string caller = order.consumer;
    generate_token(std::move(order), std::move(caller), clock.wall(), {}, minted.completion());
    return minted.get();
  }

  /// Every check and, where it takes one, the use.
  base::Result<bool> verify(std::string_view text, std::string_view provider = "PumpStation") {
    using Answer = VerifyToken::Verification::Answer;
    const auto checked = verify_token.check(text, provider, clock.wall());
    if (!checked) return base::failure(checked.error());
    if (checked->answer != Answer::kTakesUse) return checked->answer == Answer::kVerified;
    Awaited<bool> used;
    verify_token.take_use(checked->token, clock.wall(), {}, used.completion());
    return used.get();
  }

  std::vector<model::AccessToken> rows() {
    std::vector<model::AccessToken> out;
    const auto read = store->read([&](const store::Snapshot& snapshot) {
      return snapshot.access_tokens().scan([&](const store::AccessTokenRow& row) { out.push_back(row.token()); });
    });
    if (!read) throw std::runtime_error(read.error().message);
    return out;
  }

  std::vector<model::Event> events() {
    std::vector<model::Event> out;
    const auto read = store->read([&](const store::Snapshot& snapshot) -> base::Status {
      auto found = snapshot.events().after({}, 1000);
      if (!found) return base::failure(found.error());
      out = *std::move(found);
      return {};
    });
    if (!read) throw std::runtime_error(read.error().message);
    return out;
  }

  /// Until the commit thread has answered all that was submitted before.
  void settle() {
    (void)store->write([](store::Transaction&) -> base::Status { return {}; });
  }
  /// Sweeps until nothing is due.
  void sweep() {
    for (int i = 0; i < 100; ++i) {
      engine.run_due(clock.wall());
      settle();
    }
  }

  base::ManualClock clock;
  Settings settings;
  const crypto::SigningKey* signing_key;
  crypto::Sealer sealer = test_sealer();
  model::Normalizer names{model::NormalizationMode::kExtended};
  expiry::Engine engine;
  expiry::KindId kind = engine.add("tokens", settings.cleaner_interval);
  authorization::NoConsumerMetadata metadata;
  authorization::PolicyIndex policies;
  authorization::PolicyFollower policy_follower{policies};
  authorization::Authorizer authorizer{policies, metadata};
  crypto::KeyedDigest digest{kServerSecret};
  TokenIndex index{settings.max_age, engine, kind};
  EncryptionKeyIndex keys;
  base::WorkerPool workers{1, 256};
  std::unique_ptr<store::Store> store;
  TokenMint mint{{.settings = settings,
                  .reference_digest = digest,
                  .signing_key = signing_key,
                  .encryption_keys = keys,
                  .tokens = index}};
  TokenIssuer issuer{{.authorizer = authorizer,
                      .mint = mint,
                      .tokens = index,
                      .store = *store,
                      .workers = workers,
                      .askers = workers}};
  GenerateToken generate_token{issuer};
  GenerateTokens generate_tokens{issuer, settings, names};
  VerifyToken verify_token{digest, index, *store};
  QueryTokens query_tokens{*store};
  RevokeTokens revoke_tokens{index, *store};
  RegisterEncryptionKeys register_encryption_keys{*store};
  RemoveEncryptionKeys remove_encryption_keys{*store};
  TokenCleaner cleaner{engine, kind, index, *store};

 private:
  std::int64_t policies_ = 0;
};

inline TokenOrder order(model::TokenVariant variant = model::TokenVariant::kTimeLimited,
                        std::string consumer = "FlowReader") {
  TokenOrder out;
  out.variant = variant;
  out.cloud = model::kLocalCloud;
  out.consumer = std::move(consumer);
  out.provider = "PumpStation";
  out.target = "flowRate";
  return out;
}

}  // namespace jeton::tokens::testing
