#include "store/drivers/sqlite/errors.hpp"

#include <set>

namespace jeton::store::sqlite {
namespace {

using base::ErrorCode;
using testing::HasSubstr;
using testing::Not;

constexpr struct {
  int code;
  ErrorCode expected;
  const char* says;
} kRows[] = {
    {SQLITE_FULL, ErrorCode::kUnavailable, "disk is full"},
    {SQLITE_BUSY, ErrorCode::kUnavailable, "locked by another process"},
    {SQLITE_BUSY_RECOVERY, ErrorCode::kUnavailable, "locked by another process"},
    {SQLITE_READONLY, ErrorCode::kUnavailable, "cannot be written"},
    {SQLITE_CANTOPEN, ErrorCode::kUnavailable, "cannot be opened"},
    {SQLITE_IOERR_FSYNC, ErrorCode::kUnavailable, "fails to read or write"},
    {SQLITE_NOTADB, ErrorCode::kInternal, "is no database"},
    {SQLITE_CORRUPT, ErrorCode::kInternal, "is damaged"},
    {SQLITE_TOOBIG, ErrorCode::kInvalid, "larger than"},
    {SQLITE_CONSTRAINT_UNIQUE, ErrorCode::kInternal, "contradicts"},
    {SQLITE_MISUSE, ErrorCode::kInternal, "refused a statement"},
};

TEST(SqliteErrors, EachHasItsSentenceWithThePathAndWithoutInternals) {
  for (const auto& row : kRows) {
    const base::Error error = translate(nullptr, row.code, "/data/jeton.db");
    EXPECT_EQ(error.code, row.expected) << row.code;
    EXPECT_THAT(error.message, HasSubstr(row.says)) << row.code;
    EXPECT_THAT(error.message, HasSubstr("/data/jeton.db")) << row.code;
    EXPECT_THAT(error.message, Not(HasSubstr("SQLITE"))) << row.code;
  }
}

TEST(SqliteErrors, NoMemoryIsABrokenMachine) {
  EXPECT_THROW((void)translate(nullptr, SQLITE_NOMEM, "/data/jeton.db"), std::bad_alloc);
}

}  // namespace
}  // namespace jeton::store::sqlite
