// Files that are not as they should be, at start.
#include <unistd.h>

#include <fstream>

#include "store/child_process.hpp"
#include "store/store_support.hpp"

namespace jeton::store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// The error of opening, which must fail.
base::Error refusal(const std::filesystem::path& folder) {
  const auto opened = open_in(folder);
  EXPECT_FALSE(opened);
  return opened ? base::Error{} : opened.error();
}

/// A folder with one token in its database.
void fill(const std::filesystem::path& folder) {
  const auto store = started_in(folder);
  model::TokenId id;
  ASSERT_TRUE(keep_token(*store, id));
}

TEST(SqliteFiles, AnUnknownAddressIsRefusedWithWhatWouldBeRight) {
  const auto opened = open_store({"oracle://host/db", "/nowhere"}, any_sealer(), any_clock());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().where, "store.url");
  EXPECT_THAT(opened.error().message, HasSubstr("\"oracle\""));
  EXPECT_THAT(opened.error().message, HasSubstr("sqlite::memory:"));
}

TEST(SqliteFiles, AFileThatIsNoDatabaseIsRefusedAndLeftAlone) {
  const OwnFolder folder;
  const std::string text(8'192, 'x');
  write_file(folder.database(), text);
  const base::Error error = refusal(folder.path());
  EXPECT_THAT(error.message, HasSubstr(folder.database().string() + " is no database"));
  std::ifstream in(folder.database(), std::ios::binary);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), text);
}

TEST(SqliteFiles, ADamagedHeaderIsRefused) {
  const OwnFolder folder;
  fill(folder.path());
  std::fstream file(folder.database(), std::ios::binary | std::ios::in | std::ios::out);
  file.write("damaged!", 8);
  file.close();
  EXPECT_THAT(refusal(folder.path()).message, HasSubstr("is no database"));
}

TEST(SqliteFiles, ADamagedPageIsSaid) {
  const OwnFolder folder;
  fill(folder.path());
  std::fstream file(folder.database(), std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(100);  // the first page behind the file's header: the schema
  file.write("damaged!", 8);
  file.close();
  const base::Error error = refusal(folder.path());
  EXPECT_EQ(error.code, base::ErrorCode::kInternal);
  EXPECT_THAT(error.message, HasSubstr(folder.database().string() + " is damaged"));
}

TEST(SqliteFiles, ADatabaseOfAnotherProgramIsRefusedAndLeftAlone) {
  const OwnFolder folder;
  run_sql(folder.database(), "CREATE TABLE theirs (x); PRAGMA user_version = 1;");
  const base::Error error = refusal(folder.path());
  EXPECT_EQ(error.code, base::ErrorCode::kInvalid);
  EXPECT_THAT(error.message, HasSubstr("another program"));
  run_sql(folder.database(), "INSERT INTO theirs VALUES (1)");
}

TEST(SqliteFiles, ASchemaOfALaterReleaseIsRefusedWithBothNumbers) {
  const OwnFolder folder;
  fill(folder.path());
  run_sql(folder.database(), "PRAGMA user_version = 42");
  const base::Error error = refusal(folder.path());
  EXPECT_EQ(error.code, base::ErrorCode::kInvalid);
  EXPECT_THAT(error.message, HasSubstr("schema 42"));
  EXPECT_THAT(error.message, HasSubstr(folder.database().string()));
}

TEST(SqliteFiles, ATruncatedLogKeepsEverythingBeforeTheCut) {
  const OwnFolder folder;
  const auto log = folder.database().string() + "-wal";
  Child child([&](int out) {
    const auto store = started_in(folder.path());
    model::TokenId id;
    for (int i = 0; i < 3; ++i) (void)keep_token(*store, id);
    if (::write(out, "x", 1) != 1) ::_exit(2);
    while (true) ::pause();
  });
  ASSERT_EQ(child.read(1), "x");
  child.kill();
  std::filesystem::resize_file(log, std::filesystem::file_size(log) - 100);
  const auto store = started_in(folder.path());
  EXPECT_THAT(token_ids(*store), ElementsAre(1, 2));
  model::TokenId id;
  EXPECT_TRUE(keep_token(*store, id));
  EXPECT_EQ(id.value, 3);
}

TEST(SqliteFiles, AFolderInTheDatabasesPlaceIsSaid) {
  const OwnFolder folder;
  fill(folder.path());
  std::filesystem::remove(folder.database());
  std::filesystem::create_directory(folder.database());
  EXPECT_THAT(refusal(folder.path()).message, HasSubstr("cannot write " + folder.database().string()));
}

}  // namespace
}  // namespace jeton::store
