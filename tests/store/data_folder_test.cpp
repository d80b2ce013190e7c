#include "store/data_folder.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include "store/child_process.hpp"
#include "store/store_support.hpp"

namespace jeton::store {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

constexpr uid_t kNobody = 65'534;

fs::perms mode_of(const fs::path& path) {
  return fs::status(path).permissions();
}

TEST(DataFolder, IsMadeForItsOwnerAlone) {
  const OwnFolder folder;
  const auto data = folder.path() / "deep" / "data";
  ASSERT_TRUE(open_in(data));
  EXPECT_EQ(mode_of(data), fs::perms::owner_all);
  EXPECT_EQ(mode_of(data / "jeton.db"), fs::perms::owner_read | fs::perms::owner_write);
}

TEST(DataFolder, IsRefusedWhenOthersMayWriteIt) {
  const OwnFolder folder;
  ASSERT_EQ(::chmod(folder.path().c_str(), 0777), 0);
  const auto opened = open_in(folder.path());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, base::ErrorCode::kInvalid);
  EXPECT_THAT(opened.error().message, HasSubstr("chmod o-w " + folder.path().string()));
}

TEST(DataFolder, IsRefusedWhenItIsAFile) {
  const OwnFolder folder;
  write_file(folder.path() / "data", "text");
  const auto opened = open_in(folder.path() / "data");
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, HasSubstr("is a file"));
}

TEST(DataFolder, IsRefusedWhenItCannotBeWritten) {
  const OwnFolder folder;
  ASSERT_EQ(::chmod(folder.path().c_str(), 0555), 0);
  const std::string answer = in_child([&]() -> std::string {
    if (::geteuid() == 0 && (::setgid(kNobody) != 0 || ::setuid(kNobody) != 0)) return "cannot become somebody else";
    const auto opened = open_in(folder.path());
    return opened ? "opened" : opened.error().message;
  });
  ASSERT_EQ(::chmod(folder.path().c_str(), 0700), 0);
  EXPECT_THAT(answer, HasSubstr("cannot write " + folder.path().string()));
  EXPECT_THAT(answer, HasSubstr("Permission denied"));
}

TEST(DataFolder, IsHeldByOneProcess) {
  const OwnFolder folder;
  auto first = open_in(folder.path());
  ASSERT_TRUE(first);
  const auto second = open_in(folder.path());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, base::ErrorCode::kConflict);
  EXPECT_THAT(second.error().message, HasSubstr("(process " + std::to_string(::getpid()) + ")"));
  EXPECT_THAT(second.error().message, HasSubstr(folder.path().string()));
  first->reset();
  EXPECT_TRUE(open_in(folder.path()));
}

}  // namespace
}  // namespace jeton::store
