#include "store/drivers/sqlite/errors.hpp"

#include <new>

#include "base/log.hpp"

namespace jeton::store::sqlite {
namespace {

base::Error explain(int primary, const std::string& name) {
  switch (primary) {
    case SQLITE_FULL:
      return base::unavailable("the disk is full: " + name + " cannot grow; make room on it");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return base::unavailable("the database " + name + " is locked by another process; end what else has it open");
    case SQLITE_READONLY:
      return base::unavailable("the database " + name +
                               " cannot be written; check the rights of the file and its folder, and "
                               "whether the disk is mounted read-only");
    case SQLITE_CANTOPEN:
      return base::unavailable("the database " + name +
                               " cannot be opened; check the rights of the file and its folder");
    case SQLITE_IOERR:
      return base::unavailable("the disk under " + name +
                               " fails to read or write; check its condition and limits on file sizes");
    case SQLITE_NOTADB:
      return base::internal("the file " + name + " is no database; move it away, or restore it from a backup");
    case SQLITE_CORRUPT:
      return base::internal("the database " + name + " is damaged; restore it from a backup");
    case SQLITE_TOOBIG:
      return base::invalid("a value is larger than the database " + name + " can keep");
    case SQLITE_CONSTRAINT:
      return base::internal("the database " + name +
                            " refused a row that contradicts what it holds; the log has the reason");
    default:
      return base::internal("the database " + name + " refused a statement; the log has the reason");
  }
}

}  // namespace

base::Error translate(sqlite3* handle, int code, const std::string& name) {
  const int primary = code & 0xff;
  if (primary == SQLITE_NOMEM) throw std::bad_alloc();
  const std::string number = std::to_string(handle != nullptr ? sqlite3_extended_errcode(handle) : code);
  base::log::error("store", "sqlite failed",
                   {{"database", name},
                    {"code", number},
                    {"message", handle != nullptr ? sqlite3_errmsg(handle) : sqlite3_errstr(code)}});
  return explain(primary, name);
}

}  // namespace jeton::store::sqlite
