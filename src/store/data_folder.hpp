// The data folder of an embedded database: made, checked, and held by one process.
#pragma once
#include <filesystem>
#include <utility>

#include "base/result.hpp"

namespace jeton::store {

/// Creates the folder with its parents (the folder itself 0700). kInvalid when it is no folder, may be written by
/// others, or cannot be created; kUnavailable when the disk is full.
base::Status prepare_data_folder(const std::filesystem::path& folder);

/// Creates an empty file, mode 0600, when there is none. Errors as above.
base::Status prepare_data_file(const std::filesystem::path& file);

/// Holds a file's lock until it is destroyed or the process ends, however it ends.
class FileLock {
 public:
  /// kConflict, naming the process where it is known, when another one holds it. The file holds the process's number.
  static base::Result<FileLock> take(const std::filesystem::path& file);
  FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileLock& operator=(FileLock&&) = delete;
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  ~FileLock();

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace jeton::store
