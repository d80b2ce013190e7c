#include "store/encryption_key_table.hpp"

#include <utility>

namespace jeton::store {
namespace {

constexpr Sql kPut(
    "INSERT INTO encryption_key (system, sealed_key, mode, algorithm, initial_vector, created_at) VALUES ($1, $2, $3, "
    "$4, $5, $6) "
    "ON CONFLICT (system) DO UPDATE SET sealed_key = excluded.sealed_key, mode = excluded.mode, algorithm = "
    "excluded.algorithm, "
    "initial_vector = excluded.initial_vector, created_at = excluded.created_at");
constexpr Sql kRemove("DELETE FROM encryption_key WHERE system = $1");
constexpr Sql kScan(
    "SELECT system, sealed_key, mode, algorithm, initial_vector, created_at FROM encryption_key ORDER BY system");

/// Binds a sealed key to its row.
std::string context_of(std::string_view system) {
  return "encryption-key:" + std::string(system);
}

}  // namespace

base::Status EncryptionKeyTable::put(const model::EncryptionKey& key) {
  const std::string sealed = sealer_.seal(key.key.reveal(), context_of(key.system));
  return connection_.execute(kPut, {value_of(key.system), blob_of(sealed), value_of(key.mode), value_of(key.algorithm),
                                    blob_of(key.initial_vector), value_of(key.created_at)});
}

base::Result<bool> EncryptionKeyTable::remove(std::string_view system) {
  return was_there(connection_.change(kRemove, {value_of(system)}));
}

base::Status EncryptionKeyTable::scan(const std::function<void(model::EncryptionKey&&)>& visit) const {
  return connection_.query(kScan, {}, [&](const Row& row) -> base::Status {
    const std::string_view system = row.text(0);
    auto key = sealer_.open(row.blob(1), context_of(system));
    if (!key) {
      return base::failure(
          base::internal("the encryption key of " + std::string(system) +
                         " in the database cannot be opened with this master key: " + key.error().message));
    }
    visit({.system = std::string(system),
           .key = std::move(*key),
           .mode = static_cast<model::CipherMode>(row.integer(2)),
           .algorithm = std::string(row.text(3)),
           .initial_vector = std::string(row.blob(4)),
           .created_at = row.instant(5)});
    return {};
  });
}

}  // namespace jeton::store
