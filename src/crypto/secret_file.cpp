#include "crypto/secret_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/strings.hpp"
#include "crypto/random.hpp"

namespace jeton::crypto {
namespace {

using base::failure;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int get() const { return number_; }
  bool valid() const { return number_ >= 0; }

 private:
  int number_;
};

/// With the reason in errno.
base::Error cannot(std::string_view step, const std::filesystem::path& path) {
  const int reason = errno;
  const std::string text =
      fmt::format("cannot {} {}: {}", step, path.string(), std::generic_category().message(reason));
  if (reason == ENOENT) return {base::ErrorCode::kNotFound, text, path.string()};
  if (reason == EEXIST) return {base::ErrorCode::kConflict, text, path.string()};
  return base::invalid(text, path.string());
}

bool write_all(int file, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(file, content.data(), content.size());
    if (written < 0 && errno != EINTR) return false;
    if (written > 0) content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

base::Status check(const struct stat& status, const std::filesystem::path& path, FileAccess access) {
  if (!S_ISREG(status.st_mode))
    return failure(base::invalid(fmt::format("{} is not a regular file", path.string()), path.string()));
  if (access == FileAccess::kOwnerOnly && (status.st_mode & 077U) != 0) {
    return failure(base::invalid(fmt::format("{} has mode {:04o} and is open to other users; run: chmod 600 {}",
                                             path.string(), status.st_mode & 07777U, path.string()),
                                 path.string()));
  }
  if (static_cast<std::uint64_t>(status.st_size) > kSecretFileBytesMax) {
    return failure(base::invalid(
        fmt::format("{} has {} bytes; at most {}", path.string(), status.st_size, kSecretFileBytesMax), path.string()));
  }
  return {};
}

}  // namespace

base::Result<base::Secret> read_secret_file(const std::filesystem::path& path, FileAccess access) {
  // Not to hang on a pipe that nobody writes to: it is refused below.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.valid()) return failure(cannot("open", path));
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return failure(cannot("inspect", path));
  if (base::Status checked = check(status, path, access); !checked) return failure(std::move(checked.error()));

  // One buffer of the final size, so that no copy of a secret stays behind in a buffer that was outgrown.
  std::string content(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t filled = 0;
  while (filled < content.size()) {
    const ssize_t got = ::read(file.get(), content.data() + filled, content.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failure(cannot("read", path));
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  content.resize(filled);
  return base::Secret(std::move(content));
}

base::Status create_secret_file(const std::filesystem::path& path, std::string_view content) {
  // Written under another name and linked when complete: a crash in between never leaves half a key under the real
  // name, and of two processes that start at once one wins and the other sees kConflict.
  std::filesystem::path draft = path;
  draft += fmt::format(".{}", base::hex_encode(base::as_bytes(random_bytes(8))));
  const Descriptor file(::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file.valid()) {
    base::Error error = cannot("create", path);
    error.code = base::ErrorCode::kInvalid;  // a missing folder is a wrong setting, not an absent secret
    return failure(std::move(error));
  }
  base::Status created;
  if (::fchmod(file.get(), 0600) != 0 || !write_all(file.get(), content) || ::fsync(file.get()) != 0) {
    created = failure(cannot("write", path));
  } else if (::link(draft.c_str(), path.c_str()) != 0) {
    created = failure(cannot("create", path));
  }
  ::unlink(draft.c_str());
  if (!created) return created;

  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  const Descriptor directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.valid() || ::fsync(directory.get()) != 0) return failure(cannot("sync", folder));
  return {};
}

}  // namespace jeton::crypto
