#include "store/drivers/sqlite/database.hpp"

#include <optional>
#include <string>
#include <utility>

#include "store/data_folder.hpp"
#include "store/drivers/sqlite/connection.hpp"
#include "store/drivers/sqlite/errors.hpp"

namespace jeton::store::sqlite {
namespace {

constexpr Dialect kDialect{.id = "INTEGER PRIMARY KEY", .text = "TEXT", .blob = "BLOB"};
constexpr int kBusyMilliseconds = 5'000;

// WAL with a sync for each commit. A checkpoint runs inside every commit that finds so many pages waiting: few enough
// that it is short, many enough that pages that are written again and again are copied once.
constexpr const char* kFilePragmas =
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = FULL;"
    "PRAGMA wal_autocheckpoint = 2000;"
    "PRAGMA journal_size_limit = 67108864;"
    "PRAGMA temp_store = MEMORY;"
    "PRAGMA cache_size = -16384;";
constexpr const char* kReaderPragmas = "PRAGMA query_only = 1;";
constexpr const char* kMemoryPragmas = "PRAGMA journal_mode = MEMORY; PRAGMA temp_store = MEMORY;";

base::Status run(sqlite3* handle, const char* script, const std::string& name) {
  const int code = sqlite3_exec(handle, script, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return base::failure(translate(handle, code, name));
  return {};
}

base::Result<std::shared_ptr<Handle>> open_handle(const std::string& file, const std::string& name) {
  // Counting every allocation under one lock is for programs that ask for the count. Before the first use of the
  // library.
  [[maybe_unused]] static const int uncounted = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  sqlite3* raw = nullptr;
  const int code =
      sqlite3_open_v2(file.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  auto handle = std::make_shared<Handle>();
  handle->sqlite.reset(raw);
  if (code != SQLITE_OK) return base::failure(translate(raw, code, name));
  sqlite3_extended_result_codes(raw, 1);
  sqlite3_busy_timeout(raw, kBusyMilliseconds);
  return handle;
}

base::Result<std::int64_t> number_of(sqlite3* handle, const char* text, const std::string& name) {
  sqlite3_stmt* raw = nullptr;
  int code = sqlite3_prepare_v2(handle, text, -1, &raw, nullptr);
  const OwnedStatement statement(raw);
  if (code == SQLITE_OK) code = sqlite3_step(raw);
  if (code != SQLITE_ROW) return base::failure(translate(handle, code, name));
  return sqlite3_column_int64(raw, 0);
}

/// Ours, or empty and then made ours. Reads before anything is written, so that a file of another program stays as it
/// is.
base::Status check_owner(sqlite3* handle, const std::string& name) {
  const auto application = number_of(handle, "PRAGMA application_id", name);
  if (!application) return base::failure(application.error());
  const auto tables = number_of(handle, "SELECT COUNT(*) FROM sqlite_schema", name);
  if (!tables) return base::failure(tables.error());
  if (*application == kApplicationId) return {};
  if (*application != 0 || *tables != 0) {
    return base::failure(base::invalid(
        "the file " + name + " is a database of another program; move it away, or give this server another data folder",
        name));
  }
  return run(handle, ("PRAGMA application_id = " + std::to_string(kApplicationId)).c_str(), name);
}

class FileDatabase final : public Database {
 public:
  FileDatabase(FileLock lock, std::string file) : lock_(std::move(lock)), file_(std::move(file)) {}

  base::Result<std::unique_ptr<Connection>> connect(Access access) override {
    auto handle = open_handle(file_, file_);
    if (!handle) return base::failure(handle.error());
    sqlite3* raw = (*handle)->sqlite.get();
    base::Status status = {};
    if (sqlite3_db_readonly(raw, "main") == 1) status = base::failure(translate(nullptr, SQLITE_READONLY, file_));
    if (status) status = check_owner(raw, file_);
    if (status) status = run(raw, kFilePragmas, file_);
    if (status && access == Access::kRead) status = run(raw, kReaderPragmas, file_);
    if (!status) return base::failure(status.error());
    return std::make_unique<SqliteConnection>(std::move(*handle), file_);
  }
  Dialect dialect() const override { return kDialect; }
  std::string name() const override { return file_; }

 private:
  FileLock lock_;
  std::string file_;
};

class MemoryDatabase final : public Database {
 public:
  explicit MemoryDatabase(std::shared_ptr<Handle> handle) : handle_(std::move(handle)) {}

  base::Result<std::unique_ptr<Connection>> connect(Access) override {
    return std::make_unique<SqliteConnection>(handle_, MemoryDatabase::name());
  }
  Dialect dialect() const override { return kDialect; }
  std::string name() const override { return "sqlite::memory:"; }

 private:
  std::shared_ptr<Handle> handle_;
};

}  // namespace

base::Result<std::unique_ptr<Database>> open_file(const std::filesystem::path& folder, std::string_view file) {
  if (const base::Status prepared = prepare_data_folder(folder); !prepared) return base::failure(prepared.error());
  const std::filesystem::path path = folder / file;
  auto lock = FileLock::take(path.string() + ".lock");
  if (!lock) return base::failure(lock.error());
  // Made here rather than by SQLite, for the mode and for the reason when it fails.
  if (const base::Status prepared = prepare_data_file(path); !prepared) return base::failure(prepared.error());
  return std::make_unique<FileDatabase>(std::move(*lock), path.string());
}

base::Result<std::unique_ptr<Database>> open_memory() {
  auto handle = open_handle(":memory:", "sqlite::memory:");
  if (!handle) return base::failure(handle.error());
  if (const base::Status status = run((*handle)->sqlite.get(), kMemoryPragmas, "sqlite::memory:"); !status) {
    return base::failure(status.error());
  }
  return std::make_unique<MemoryDatabase>(std::move(*handle));
}

}  // namespace jeton::store::sqlite
