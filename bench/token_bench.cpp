// Tokens through the store and the use-case, 64 waiting, without a network: policies asked, token made, row and event
// durable, indexes up to date, answer given. Prints tokens per second.
//   token_bench FOLDER COUNT [KEY VARIANT]     the folder decides which disk is measured; VARIANT
//   (TIME_LIMITED_TOKEN_AUTH
//                                              unless given) may need the signing key in the file KEY
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <latch>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "authorization/authorizer.hpp"
#include "authorization/policy_follower.hpp"
#include "bare_tokens.hpp"
#include "base/log.hpp"
#include "base/worker_pool.hpp"
#include "crypto/aead.hpp"
#include "crypto/master_key.hpp"
#include "events/feed.hpp"
#include "expiry/engine.hpp"
#include "store/open_store.hpp"
#include "tokens/generate_token.hpp"
#include "waiting.hpp"

namespace {

using namespace jeton;
using namespace jeton::bench;

template <class T>
T must(base::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return *std::move(result);
}

void must(const base::Status& status) {
  if (!status) throw std::runtime_error(status.error().message);
}

/// What the server has for its tokens, in its order.
class Ours {
 public:
  Ours(store::Store& store, std::optional<crypto::SigningKey> key) : store_(store), key_(std::move(key)), feed_(store) {
    store_.follow(policy_follower_);
    store_.follow(tokens_);
    store_.follow(encryption_keys_);
    store_.follow(feed_);
    model::PolicySet everyone;
    everyone.target = {std::string(model::kLocalCloud), "PumpStation", model::TargetType::kServiceDefinition, {}};
    for (int service = 0; service < kServices; ++service) {
      everyone.target.target = "flowRate" + std::to_string(service);
      policies_.put(everyone);
    }
  }

  double rate(std::size_t count, model::TokenVariant variant) {
    return Waiting::rate(count, [&](std::size_t number, std::function<void()> answered) {
      model::AccessToken wanted = token_of(static_cast<std::int64_t>(number));
      tokens::TokenOrder order{.variant = variant,
                               .cloud = std::move(wanted.cloud),
                               .consumer = std::move(wanted.subject),
                               .provider = std::move(wanted.audience),
                               .target_type = wanted.target_type,
                               .target = std::move(wanted.target),
                               .scope = {},
                               .expires_at = {},
                               .usage_limit = {}};
      generate_(std::move(order), std::move(wanted.requester), wanted.issued_at, {},
                [answered = std::move(answered)](base::Result<tokens::MintedToken> minted) {
                  must(std::move(minted));
                  answered();
                });
    });
  }

 private:
  static constexpr int kServices = 1'000;

  store::Store& store_;
  const std::optional<crypto::SigningKey> key_;
  const tokens::Settings settings_{.time_limit = std::chrono::hours(1),
                                   .max_age = std::chrono::hours(48),
                                   .simple_usage_limit = 10,
                                   .simple_byte_size = 32,
                                   .unbounded_whitelist = {},
                                   .cleaner_interval = std::chrono::seconds(30)};
  const crypto::KeyedDigest digest_{base::Secret(std::string(32, 'k'))};
  expiry::Engine engine_;
  const expiry::KindId deadlines_ = engine_.add("tokens", settings_.cleaner_interval);
  authorization::PolicyIndex policies_;
  authorization::PolicyFollower policy_follower_{policies_};
  authorization::NoConsumerMetadata metadata_;
  const authorization::Authorizer authorizer_{policies_, metadata_};
  tokens::TokenIndex tokens_{settings_.max_age, engine_, deadlines_};
  tokens::EncryptionKeyIndex encryption_keys_;
  events::Feed feed_;
  base::WorkerPool workers_{1, 10'000};
  const tokens::TokenMint mint_{{.settings = settings_,
                                 .reference_digest = digest_,
                                 .signing_key = key_ ? &*key_ : nullptr,
                                 .encryption_keys = encryption_keys_,
                                 .tokens = tokens_}};
  tokens::TokenIssuer issuer_{{.authorizer = authorizer_,
                               .mint = mint_,
                               .tokens = tokens_,
                               .store = store_,
                               .workers = workers_,
                               .askers = workers_}};
  tokens::GenerateToken generate_{issuer_};
};

double measure(const std::filesystem::path& folder, std::size_t count, const std::string& key,
               const std::string& variant) {
  const auto sealer = must(crypto::Sealer::create({{1, base::Secret(std::string(32, 'k'))}}, 1));
  const auto kind = base::enum_from<model::TokenVariant>(variant);
  if (!kind) throw std::runtime_error("there is no variant " + variant);
  std::optional<crypto::SigningKey> signing_key;
  if (!key.empty()) signing_key = must(crypto::SigningKey::load(key, {}));
  const auto store = must(store::open_store({"", folder / "ours"}, sealer, kClock));
  Ours ours(*store, std::move(signing_key));
  store->start();
  const double cpu = cpu_seconds();
  const double rate = ours.rate(count, *kind);
  std::printf("cpu    %12.2f us a token\n", (cpu_seconds() - cpu) / static_cast<double>(count) * 1e6);
  store->stop();
  return rate;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3 && argc != 5) {
    std::fputs("usage: token_bench FOLDER COUNT [KEY VARIANT]\n", stderr);
    return 2;
  }
  std::string folder = (std::filesystem::path(argv[1]) / "jeton-token-bench-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) {
    std::fprintf(stderr, "cannot create a folder in %s\n", argv[1]);
    return 1;
  }
  int result = 0;
  try {
    must(base::log::configure({.level = base::log::Level::kWarn, .json = false, .file = {}}, kClock));
    const double rate =
        measure(folder, std::stoul(argv[2]), argc == 5 ? argv[3] : "", argc == 5 ? argv[4] : "TIME_LIMITED_TOKEN_AUTH");
    std::printf("issued %12.2f tokens/s\n", rate);
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "%s\n", exception.what());
    result = 1;
  }
  std::filesystem::remove_all(folder);
  return result;
}
