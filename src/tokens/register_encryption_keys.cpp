#include "tokens/register_encryption_keys.hpp"

#include <utility>

#include "base/log.hpp"
#include "crypto/aes.hpp"
#include "crypto/random.hpp"
#include "store/submit_for.hpp"

namespace jeton::tokens {
namespace {

std::shared_ptr<const model::EncryptionKey> key_of(EncryptionKeyOrder&& order, base::Instant now) {
  auto key = std::make_shared<model::EncryptionKey>();
  key->system = std::move(order.system);
  key->key = std::move(order.key);
  key->mode = order.mode;
  key->algorithm = std::move(order.algorithm);
  if (key->mode == model::CipherMode::kCbc) key->initial_vector = crypto::random_bytes(crypto::kAesIvBytes);
  key->created_at = now;
  return key;
}

}  // namespace

void RegisterEncryptionKeys::operator()(std::vector<EncryptionKeyOrder> orders, std::string caller, base::Instant now,
                                        store::StillWanted still_wanted, Done done) {
  Keys keys;
  keys.reserve(orders.size());
  for (EncryptionKeyOrder& order : orders) keys.push_back(key_of(std::move(order), now));
  auto body = [keys = std::move(keys), caller, now](store::Transaction& transaction) -> base::Result<Keys> {
    for (const auto& key : keys) {
      if (auto put = transaction.encryption_keys().put(*key); !put) return base::failure(std::move(put.error()));
      transaction.append(now, caller, model::EncryptionKeyRegistered{key->system, key});
    }
    return keys;
  };
  store::submit_for<Keys>(
      store_, std::move(still_wanted), std::move(body),
      [caller, done = std::move(done)](base::Result<Keys> registered) mutable {
        if (!registered) return done(std::move(registered));
        for (const auto& key : *registered) {
          base::log::info("audit", "encryption key registered",
                          {{"caller", caller}, {"system", key->system}, {"algorithm", base::enum_text(key->mode)}});
        }
        done(std::move(registered));
      });
}

}  // namespace jeton::tokens
