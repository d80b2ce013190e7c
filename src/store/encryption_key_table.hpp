// Encryption keys of providers, one a system; the key itself is sealed before it reaches the database.
#pragma once
#include <functional>
#include <string_view>

#include "base/result.hpp"
#include "base/sealing.hpp"
#include "model/encryption_key.hpp"
#include "store/sql.hpp"

namespace jeton::store {

class EncryptionKeyTable {
 public:
  EncryptionKeyTable(Connection& connection, const base::Sealing& sealer) : connection_(connection), sealer_(sealer) {}

  /// Replaces what the system had.
  base::Status put(const model::EncryptionKey& key);
  /// False when the system had none.
  base::Result<bool> remove(std::string_view system);

  /// All keys, opened, by system. kInternal, naming the system, when one cannot be opened (another master key, a
  /// damaged row).
  base::Status scan(const std::function<void(model::EncryptionKey&&)>& visit) const;

 private:
  Connection& connection_;
  const base::Sealing& sealer_;
};

}  // namespace jeton::store
