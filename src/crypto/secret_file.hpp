// Files that hold a secret: read into a Secret without leaving copies behind, created so that nobody else can read
// them.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string_view>

#include "base/result.hpp"
#include "base/secret.hpp"

namespace jeton::crypto {

inline constexpr std::size_t kSecretFileBytesMax = 1024 * 1024;

enum class FileAccess : std::uint8_t {
  kAny,        ///< whatever the mode says
  kOwnerOnly,  ///< refused when group or others have any right
};

/// The whole content. kNotFound when there is no such file; kInvalid when it cannot be read, is no regular file, is
/// larger than kSecretFileBytesMax, or is open to others against `access`. `where` is the path.
base::Result<base::Secret> read_secret_file(const std::filesystem::path& path, FileAccess access);

/// Creates `path` with mode 0600 and this content, all or nothing, on disk (file and folder) when it returns. kConflict
/// when it exists already; it is left alone. kInvalid when the folder is not there or not writable.
base::Status create_secret_file(const std::filesystem::path& path, std::string_view content);

}  // namespace jeton::crypto
