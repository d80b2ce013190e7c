// The way to a store: finds the driver for an address, makes the database ready, brings its schema up to date.
#pragma once
#include <filesystem>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "store/store.hpp"

namespace jeton::store {

struct StoreSettings {
  /// "" (SQLite in the data folder) or "sqlite::memory:" (for tests and trials: gone with the process).
  std::string url;
  std::filesystem::path data_folder;  ///< not used by sqlite::memory:
};

/// Creates the data folder (0700) and the database when they are not there, and applies the migrations that are
/// missing. The store is not started. `sealer` and `clock` outlive it.
///
/// kInvalid for an address of no known form, a folder that others may write, a folder or file that cannot be written, a
/// file that is no database of ours, a schema of a later release; kConflict when another process has the database open;
/// kUnavailable when the disk is full or fails. Each message names the path and what would be right.
base::Result<std::unique_ptr<Store>> open_store(const StoreSettings& settings, const base::Sealing& sealer,
                                                const base::Clock& clock);

/// Whether open_store() would begin with an empty database.
bool is_new(const StoreSettings& settings);

}  // namespace jeton::store
