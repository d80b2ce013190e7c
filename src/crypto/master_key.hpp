// The master key: the one secret from which the keys that seal everything else are derived.
#pragma once
#include <filesystem>
#include <string_view>

#include "base/result.hpp"
#include "base/secret.hpp"

namespace jeton::crypto {

inline constexpr std::size_t kMasterKeyBytes = 32;
inline constexpr std::string_view kMasterKeyFile = "master.key";

/// The 32 raw bytes. `setting` says where from; every source holds them as base64 on one line:
///   ""           the file `master.key` in `data_folder`; created with mode 0600 and random bytes when it is not there
///   "file:PATH"  that file, which must exist
///   "env:NAME"   that environment variable, which must be set
/// kInvalid, naming the source and what would be right, for any other setting, a wrong length, a file that group or
/// others may read, an unset variable. Called at start-up, before other threads change the environment.
base::Result<base::Secret> load_master_key(std::string_view setting, const std::filesystem::path& data_folder);

/// 32 bytes for one purpose ("seal", "cookies"), by HKDF-SHA-256 (RFC 5869) without salt, the purpose as `info`. The
/// same master and purpose give the same key; keys of different purposes tell nothing about each other or the master.
base::Secret derive_key(const base::Secret& master, std::string_view purpose);

}  // namespace jeton::crypto
