// A connection to SQLite over a handle of its own, or over the one handle of a database in memory.
#pragma once
#include <sqlite3.h>

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.hpp"
#include "store/sql.hpp"

namespace jeton::store::sqlite {

struct CloseHandle {
  void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
};
struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using OwnedStatement = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

/// A handle, and the lock of those who share it for a transaction each.
struct Handle {
  std::unique_ptr<sqlite3, CloseHandle> sqlite;
  std::mutex turn;
};

class SqliteConnection final : public Connection {
 public:
  SqliteConnection(std::shared_ptr<Handle> handle, std::string name)
      : handle_(std::move(handle)), name_(std::move(name)) {}
  ~SqliteConnection() override;

  bool in_transaction() const override { return sqlite3_get_autocommit(raw()) == 0; }
  base::Result<std::int64_t> schema() override;

 protected:
  base::Status do_begin(Access access) override;
  base::Status do_commit() override;
  void do_rollback() noexcept override;
  base::Status do_command(const Sql& sql) override;
  base::Result<std::int64_t> do_change(const Sql& sql, Values values, const RowVisitor* visit) override;
  base::Status do_query(const Sql& sql, Values values, const RowVisitor& visit) override;
  base::Status do_query_once(std::string_view text, Values values, const RowVisitor& visit) override;
  base::Status do_run_script(std::string_view script) override;
  base::Status do_set_schema(std::int64_t number) override;

 private:
  sqlite3* raw() const { return handle_->sqlite.get(); }
  std::unexpected<base::Error> failed(int code) const;
  base::Result<sqlite3_stmt*> prepared(const Sql& sql);
  base::Result<OwnedStatement> prepare(std::string_view text, unsigned flags) const;
  base::Status bind(sqlite3_stmt* statement, Values values) const;
  base::Status run(sqlite3_stmt* statement, Values values, const RowVisitor* visit) const;

  std::shared_ptr<Handle> handle_;
  std::string name_;
  std::unique_lock<std::mutex> turn_;                           ///< held inside a transaction
  std::unordered_map<const char*, OwnedStatement> statements_;  ///< by the address of the literal
};

}  // namespace jeton::store::sqlite
