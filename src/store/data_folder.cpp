#include "store/data_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <system_error>

#include "base/strings.hpp"

namespace jeton::store {
namespace {

std::string reason(int code) {
  return std::generic_category().message(code);
}

base::Error cannot(const std::string& what, const std::filesystem::path& path, int code) {
  if (code == ENOSPC || code == EDQUOT) {
    return {base::ErrorCode::kUnavailable, "the disk is full: " + what + " " + path.string() + " needs room",
            path.string()};
  }
  return base::invalid("cannot " + what + " " + path.string() + ": " + reason(code) +
                           "; this server needs a data folder that it may write",
                       path.string());
}

/// Opens or creates with mode 0600. -1 and errno as open(2).
int open_own(const std::filesystem::path& file) {
  return ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
}

std::string holder_of(int descriptor) {
  std::array<char, 32> text{};
  const auto count = ::pread(descriptor, text.data(), text.size(), 0);
  if (count <= 0) return {};
  return " (process " + std::string(base::trim({text.data(), static_cast<std::size_t>(count)})) + ")";
}

}  // namespace

base::Status prepare_data_folder(const std::filesystem::path& folder) {
  std::error_code code;
  if (folder.has_parent_path()) std::filesystem::create_directories(folder.parent_path(), code);
  if (code) return base::failure(cannot("create the folder", folder.parent_path(), code.value()));
  if (::mkdir(folder.c_str(), S_IRWXU) != 0 && errno != EEXIST)
    return base::failure(cannot("create the folder", folder, errno));
  struct stat found{};
  if (::stat(folder.c_str(), &found) != 0) return base::failure(cannot("look at", folder, errno));
  if (!S_ISDIR(found.st_mode)) {
    return base::failure(
        base::invalid(folder.string() + " is a file; the data folder would have to be a folder", folder.string()));
  }
  if ((found.st_mode & S_IWOTH) != 0) {
    return base::failure(base::invalid("everybody may write the data folder " + folder.string() +
                                           ", and so replace what is in it; take that right away: chmod o-w " +
                                           folder.string(),
                                       folder.string()));
  }
  return {};
}

base::Status prepare_data_file(const std::filesystem::path& file) {
  const int descriptor = open_own(file);
  if (descriptor < 0) return base::failure(cannot("write", file, errno));
  ::close(descriptor);
  return {};
}

base::Result<FileLock> FileLock::take(const std::filesystem::path& file) {
  const int descriptor = open_own(file);
  if (descriptor < 0) return base::failure(cannot("write", file, errno));
  FileLock lock(descriptor);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return base::failure(cannot("lock", file, errno));
    return base::failure({base::ErrorCode::kConflict,
                          "another jeton" + holder_of(descriptor) + " uses the data folder " +
                              file.parent_path().string() + "; stop it, or give this one another folder",
                          file.string()});
  }
  const std::string number = std::to_string(::getpid()) + "\n";
  // Only for the message above: a full disk is told of by the database.
  if (::ftruncate(descriptor, 0) == 0) (void)!::pwrite(descriptor, number.data(), number.size(), 0);
  return lock;
}

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace jeton::store
