#include "store/drivers/sqlite/connection.hpp"

#include <algorithm>
#include <utility>

#include "store/drivers/sqlite/errors.hpp"

namespace jeton::store::sqlite {
namespace {

class SqliteRow final : public Row {
 public:
  explicit SqliteRow(sqlite3_stmt* statement) : statement_(statement) {}
  bool is_null(int column) const override { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  std::int64_t integer(int column) const override { return sqlite3_column_int64(statement_, column); }
  std::string_view text(int column) const override {
    const auto* bytes = sqlite3_column_text(statement_, column);
    return {reinterpret_cast<const char*>(bytes), size(column)};
  }
  std::string_view blob(int column) const override {
    const void* bytes = sqlite3_column_blob(statement_, column);
    return {static_cast<const char*>(bytes), size(column)};
  }

 private:
  std::size_t size(int column) const { return static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)); }
  sqlite3_stmt* statement_;
};

/// Makes a kept statement ready for its next use, whatever happened.
class ResetScope {
 public:
  explicit ResetScope(sqlite3_stmt* statement) : statement_(statement) {}
  ResetScope(const ResetScope&) = delete;
  ResetScope& operator=(const ResetScope&) = delete;
  ~ResetScope() { sqlite3_reset(statement_); }

 private:
  sqlite3_stmt* statement_;
};

/// $1 as SQLite's numbered ?1: it takes $1 for a name, which it looks for among all names before.
std::string with_numbered_placeholders(std::string_view text) {
  std::string out(text);
  std::ranges::replace(out, '$', '?');  // our statements have no other use for the character
  return out;
}

/// SQLite takes a null pointer for NULL, whatever the length.
const char* bytes_of(std::string_view bytes) {
  return bytes.data() != nullptr ? bytes.data() : "";
}

}  // namespace

SqliteConnection::~SqliteConnection() {
  SqliteConnection::do_rollback();
  const std::scoped_lock lock(handle_->turn);  // statements belong to the handle, which others may be using
  statements_.clear();
}

std::unexpected<base::Error> SqliteConnection::failed(int code) const {
  return base::failure(translate(raw(), code, name_));
}

base::Result<OwnedStatement> SqliteConnection::prepare(std::string_view text, unsigned flags) const {
  const std::string own = with_numbered_placeholders(text);
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(raw(), own.data(), static_cast<int>(own.size()), flags, &statement, nullptr);
  if (code != SQLITE_OK) return failed(code);
  return OwnedStatement(statement);
}

base::Result<sqlite3_stmt*> SqliteConnection::prepared(const Sql& sql) {
  const char* key = sql.text().data();
  if (const auto found = statements_.find(key); found != statements_.end()) return found->second.get();
  auto statement = prepare(sql.text(), SQLITE_PREPARE_PERSISTENT);
  if (!statement) return base::failure(statement.error());
  return statements_.emplace(key, std::move(*statement)).first->second.get();
}

base::Status SqliteConnection::bind(sqlite3_stmt* statement, Values values) const {
  int index = 0;
  for (const Value& value : values) {
    int code = SQLITE_OK;
    ++index;
    switch (value.kind) {
      case Value::Kind::kNull:
        code = sqlite3_bind_null(statement, index);
        break;
      case Value::Kind::kInteger:
        code = sqlite3_bind_int64(statement, index, value.integer);
        break;
      case Value::Kind::kText:
        code = sqlite3_bind_text64(statement, index, bytes_of(value.bytes), value.bytes.size(), SQLITE_STATIC,
                                   SQLITE_UTF8);
        break;
      case Value::Kind::kBlob:
        code = sqlite3_bind_blob64(statement, index, bytes_of(value.bytes), value.bytes.size(), SQLITE_STATIC);
        break;
    }
    if (code != SQLITE_OK) return failed(code);
  }
  return {};
}

base::Status SqliteConnection::run(sqlite3_stmt* statement, Values values, const RowVisitor* visit) const {
  const ResetScope scope(statement);
  if (!values.empty()) {
    if (const base::Status bound = bind(statement, values); !bound) return bound;
  }
  const SqliteRow row(statement);
  while (true) {
    const int code = sqlite3_step(statement);
    if (code == SQLITE_DONE) return {};
    if (code != SQLITE_ROW) return failed(code);
    if (visit == nullptr) continue;
    if (base::Status visited = (*visit)(row); !visited) return visited;
  }
}

base::Status SqliteConnection::do_begin(Access access) {
  static constexpr Sql kBeginRead("BEGIN");
  static constexpr Sql kBeginWrite("BEGIN IMMEDIATE");
  turn_ = std::unique_lock(handle_->turn);
  base::Status begun = do_command(access == Access::kWrite ? kBeginWrite : kBeginRead);
  if (!begun) turn_.unlock();
  return begun;
}

base::Status SqliteConnection::do_commit() {
  static constexpr Sql kCommit("COMMIT");
  if (base::Status committed = do_command(kCommit); !committed) return committed;
  turn_.unlock();
  return {};
}

void SqliteConnection::do_rollback() noexcept {
  if (!turn_.owns_lock()) return;
  if (in_transaction()) sqlite3_exec(raw(), "ROLLBACK", nullptr, nullptr, nullptr);
  turn_.unlock();
}

base::Status SqliteConnection::do_command(const Sql& sql) {
  const auto statement = prepared(sql);
  if (!statement) return base::failure(statement.error());
  return run(*statement, {}, nullptr);
}

base::Result<std::int64_t> SqliteConnection::do_change(const Sql& sql, Values values, const RowVisitor* visit) {
  const auto statement = prepared(sql);
  if (!statement) return base::failure(statement.error());
  if (const base::Status status = run(*statement, values, visit); !status) return base::failure(status.error());
  return sqlite3_changes64(raw());
}

base::Status SqliteConnection::do_query(const Sql& sql, Values values, const RowVisitor& visit) {
  const auto statement = prepared(sql);
  if (!statement) return base::failure(statement.error());
  return run(*statement, values, &visit);
}

base::Status SqliteConnection::do_query_once(std::string_view text, Values values, const RowVisitor& visit) {
  const auto statement = prepare(text, 0);
  if (!statement) return base::failure(statement.error());
  return run(statement->get(), values, &visit);
}

base::Status SqliteConnection::do_run_script(std::string_view script) {
  const int code = sqlite3_exec(raw(), std::string(script).c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return failed(code);
  return {};
}

base::Result<std::int64_t> SqliteConnection::schema() {
  static constexpr Sql kSchema("PRAGMA user_version");
  std::int64_t number = 0;
  const RowVisitor keep = [&](const Row& row) -> base::Status {
    number = row.integer(0);
    return {};
  };
  if (const base::Status status = do_query(kSchema, {}, keep); !status) return base::failure(status.error());
  return number;
}

base::Status SqliteConnection::do_set_schema(std::int64_t number) {
  // A pragma takes no bound value; this one is a number of ours.
  return do_run_script("PRAGMA user_version = " + std::to_string(number));
}

}  // namespace jeton::store::sqlite
