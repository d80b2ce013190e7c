#include "tokens/remove_encryption_keys.hpp"

#include <utility>

#include "base/log.hpp"
#include "store/submit_for.hpp"

namespace jeton::tokens {
namespace {

/// The systems that had one.
base::Result<std::vector<std::string>> remove_all(store::Transaction& transaction,
                                                  const std::vector<std::string>& systems, const std::string& caller,
                                                  base::Instant now) {
  std::vector<std::string> removed;
  for (const std::string& system : systems) {
    const auto gone = transaction.encryption_keys().remove(system);
    if (!gone) return base::failure(gone.error());
    if (!*gone) continue;
    transaction.append(now, caller, model::EncryptionKeyRemoved{system});
    removed.push_back(system);
  }
  return removed;
}

}  // namespace

void RemoveEncryptionKeys::operator()(std::vector<std::string> systems, std::string caller, base::Instant now,
                                      store::StillWanted still_wanted, Done done) {
  auto body = [systems = std::move(systems), caller, now](store::Transaction& transaction) {
    return remove_all(transaction, systems, caller, now);
  };
  store::submit_for<std::vector<std::string>>(
      store_, std::move(still_wanted), std::move(body),
      [caller, done = std::move(done)](base::Result<std::vector<std::string>> removed) mutable {
        if (!removed) return done(base::failure(std::move(removed.error())));
        for (const std::string& system : *removed)
          base::log::info("audit", "encryption key removed", {{"caller", caller}, {"system", system}});
        done(removed->size());
      });
}

}  // namespace jeton::tokens
