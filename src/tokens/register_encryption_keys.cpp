#include "tokens/register_encryption_keys.hpp"

#include <utility>

#include "base/log.hpp"
#include "crypto/aes.hpp"
#include "crypto/random.hpp"

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
  store_.submit(
      [keys, caller, now,
       still_wanted = std::move(still_wanted)](store::Transaction& transaction) mutable -> base::Status {
        if (still_wanted) {
          if (auto wanted = still_wanted(); !wanted) return wanted;
        }
        for (const auto& key : keys) {
          if (auto put = transaction.encryption_keys().put(*key); !put) return put;
          transaction.append(now, caller, model::EncryptionKeyRegistered{key->system, key});
        }
        return {};
      },
      [keys, caller, done = std::move(done)](base::Status status) mutable {
        if (!status) return done(base::failure(std::move(status.error())));
        for (const auto& key : keys) {
          base::log::info("audit", "encryption key registered",
                          {{"caller", caller}, {"system", key->system}, {"algorithm", base::enum_text(key->mode)}});
        }
        done(std::move(keys));
      });
}

}  // namespace jeton::tokens
