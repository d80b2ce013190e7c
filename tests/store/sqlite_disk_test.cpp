// A disk that is full or fails, and is well again later: the store says so, loses nothing and goes on by itself.
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>

#include "store/child_process.hpp"
#include "store/store_support.hpp"

namespace jeton::store {
namespace {

using testing::HasSubstr;

/// Mounts a disk of 1 MiB on the folder, for this process alone. False where that is not allowed.
bool mount_small_disk(const std::filesystem::path& folder) {
  const uid_t user = ::geteuid();
  if (::unshare(user == 0 ? CLONE_NEWNS : CLONE_NEWNS | CLONE_NEWUSER) != 0) return false;
  if (user != 0) write_file("/proc/self/uid_map", "0 " + std::to_string(user) + " 1\n");
  return ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         ::mount("small", folder.c_str(), "tmpfs", 0, "size=1m,mode=0700") == 0;
}

/// Writes until it fails; then `mend`s the disk, and writes again. What went wrong, or "" and the failure's message in
/// `reason`.
std::string fail_and_recover(const std::filesystem::path& folder, const std::function<void()>& mend,
                             std::string& reason) {
  const auto store = started_in(folder);
  std::vector<std::int64_t> kept;
  model::TokenId id;
  base::Status status;
  for (int i = 0; i < 10'000 && status; ++i) {
    status = keep_token(*store, id, std::string(2'000, 's'));
    if (status) kept.push_back(id.value);
  }
  if (status) return "never failed";
  if (status.error().code != base::ErrorCode::kUnavailable) return "the code is not kUnavailable";
  reason = status.error().message;
  if (store->health()) return "health says nothing of it";
  if (token_ids(*store) != kept) return "reading while it fails shows something else than what was kept";
  mend();
  for (int i = 0; i < 10; ++i) {
    status = keep_token(*store, id, std::string(2'000, 's'));
    if (!status) return "failed after the disk was mended: " + status.error().message;
    kept.push_back(id.value);
  }
  if (!store->health()) return "health did not come back";
  if (token_ids(*store) != kept) return "what is there is not what was acknowledged";
  return {};
}

TEST(SqliteDisk, AFullDiskIsSaidAndForgottenWhenThereIsRoom) {
  const OwnFolder folder;
  const std::string answer = in_child([&]() -> std::string {
    if (!mount_small_disk(folder.path())) return "no mount";
    const auto ballast = folder.path() / "ballast";
    write_file(ballast, std::string(400'000, 'b'));
    std::string reason;
    const std::string wrong = fail_and_recover(folder.path(), [&] { std::filesystem::remove(ballast); }, reason);
    return wrong.empty() ? reason : "wrong: " + wrong + " (" + reason + ")";
  });
  if (answer == "no mount") GTEST_SKIP() << "mounting a small disk is not allowed here";
  EXPECT_THAT(answer, HasSubstr("the disk is full"));
  EXPECT_THAT(answer, HasSubstr(folder.database().string()));
}

TEST(SqliteDisk, AFileLimitIsSaidAndForgottenWhenItIsLifted) {
  const OwnFolder folder;
  const std::string answer = in_child([&]() -> std::string {
    ::signal(SIGXFSZ, SIG_IGN);
    rlimit limit{};
    ::getrlimit(RLIMIT_FSIZE, &limit);
    const rlim_t before = limit.rlim_cur;
    limit.rlim_cur = 300'000;
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const auto mend = [&] {
      limit.rlim_cur = before;
      ::setrlimit(RLIMIT_FSIZE, &limit);
    };
    std::string reason;
    const std::string wrong = fail_and_recover(folder.path(), mend, reason);
    return wrong.empty() ? reason : "wrong: " + wrong + " (" + reason + ")";
  });
  EXPECT_THAT(answer, HasSubstr("fails to read or write"));
  EXPECT_THAT(answer, HasSubstr(folder.database().string()));
}

}  // namespace
}  // namespace jeton::store
