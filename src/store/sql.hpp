// The port to a database: what a driver implements, and all that tables know of one. Statements are written once, in
// the SQL that SQLite and PostgreSQL share; values are always bound ($1, $2 … in order), never pasted into the text.
#pragma once
#include <array>
#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/result.hpp"

namespace jeton::store {

/// A value to bind. Texts and blobs are views: they live until the call that takes them returns.
struct Value {
  enum class Kind : std::uint8_t { kNull, kInteger, kText, kBlob };
  Kind kind = Kind::kNull;
  std::int64_t integer = 0;
  std::string_view bytes{};
};
using Values = std::span<const Value>;

inline Value null_value() {
  return {};
}
inline Value value_of(std::string_view text) {
  return {Value::Kind::kText, 0, text};
}
inline Value value_of(base::Instant instant) {
  return {Value::Kind::kInteger, instant.time_since_epoch().count(), {}};
}
template <std::same_as<std::int64_t> T>
Value value_of(T number) {
  return {Value::Kind::kInteger, number, {}};
}
template <class Tag>
Value value_of(base::Id<Tag> id) {
  return value_of(id.value);
}
/// Enumerations are kept as their numbers, which therefore never change.
template <class E>
  requires std::is_enum_v<E>
Value value_of(E value) {
  return value_of(static_cast<std::int64_t>(value));
}
template <class T>
Value value_of(const std::optional<T>& value) {
  return value ? value_of(*value) : null_value();
}
inline Value blob_of(std::string_view bytes) {
  return {Value::Kind::kBlob, 0, bytes};
}
template <std::size_t kBytes>
Value blob_of(const std::array<std::uint8_t, kBytes>& bytes) {
  return blob_of({reinterpret_cast<const char*>(bytes.data()), kBytes});
}
/// For texts where empty means "none".
inline Value text_or_null(std::string_view text) {
  return text.empty() ? null_value() : value_of(text);
}

/// The text of a statement that is prepared once for each connection and kept. Only a literal will do: it is recognised
/// by address.
class Sql {
 public:
  template <std::size_t kLength>
  consteval explicit Sql(const char (&literal)[kLength]) : text_(literal, kLength - 1) {}
  std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

/// One row of an answer; columns count from 0. Views live until the visitor returns. A null reads as 0 or empty.
class Row {
 public:
  virtual ~Row() = default;
  virtual bool is_null(int column) const = 0;
  virtual std::int64_t integer(int column) const = 0;
  virtual std::string_view text(int column) const = 0;
  virtual std::string_view blob(int column) const = 0;

  base::Instant instant(int column) const { return base::Instant{base::Duration{integer(column)}}; }
};
/// An error ends the query with that error.
using RowVisitor = std::function<base::Status(const Row&)>;

enum class Access : std::uint8_t { kRead, kWrite };

/// One connection. Used by one thread at a time, and only between begin() and commit() or rollback().
///
/// A failure of the database is translated by the driver: kUnavailable when another try may succeed (disk full, locked,
/// connection lost), kInternal for what only a person can mend (a damaged file, a broken constraint). It is also kept
/// as `fault()`, so that whoever runs a body sees a failure that the body overlooked.
class Connection {
 public:
  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  virtual ~Connection() = default;

  /// kRead: everything until commit() sees one state. kWrite: no other writer until commit(); what it reads is the
  /// newest state.
  base::Status begin(Access access);
  /// Durable when it succeeds. When it fails nothing was kept, and rollback() is still owed.
  base::Status commit();
  /// Never fails: what is not committed is gone, at the latest when the connection is.
  void rollback() noexcept { do_rollback(); }
  /// False when the database gave up the whole transaction by itself (SQLite does, on a full disk).
  virtual bool in_transaction() const = 0;

  /// One level of savepoint inside kWrite.
  base::Status savepoint();
  base::Status release_savepoint();
  base::Status rollback_to_savepoint();

  /// A statement whose answer nobody waits for. A driver may send it later, with the next call that needs an answer; an
  /// error then comes from that call, at the latest from release_savepoint() or commit().
  base::Status execute(const Sql& sql, Values values);
  /// The number of rows it changed.
  base::Result<std::int64_t> change(const Sql& sql, Values values);
  /// A statement with RETURNING.
  base::Result<std::int64_t> change(const Sql& sql, Values values, const RowVisitor& visit);
  base::Status query(const Sql& sql, Values values, const RowVisitor& visit);
  /// A text put together at run time: prepared for this one use.
  base::Status query_once(std::string_view text, Values values, const RowVisitor& visit);

  base::Status execute(const Sql& sql, std::initializer_list<Value> values) { return execute(sql, as_span(values)); }
  base::Result<std::int64_t> change(const Sql& sql, std::initializer_list<Value> values) {
    return change(sql, as_span(values));
  }
  base::Result<std::int64_t> change(const Sql& sql, std::initializer_list<Value> values, const RowVisitor& visit) {
    return change(sql, as_span(values), visit);
  }
  base::Status query(const Sql& sql, std::initializer_list<Value> values, const RowVisitor& visit) {
    return query(sql, as_span(values), visit);
  }

  /// Several statements without values, for migrations.
  base::Status run_script(std::string_view script);
  /// The number of the last migration; 0 for an empty database. Changing it is part of the transaction.
  virtual base::Result<std::int64_t> schema() = 0;
  base::Status set_schema(std::int64_t number);

  /// The first failure since clear_notes().
  const std::optional<base::Error>& fault() const { return fault_; }
  /// Whether anything may have been changed since clear_notes().
  bool changed() const { return changed_ || fault_; }
  void clear_notes() {
    fault_.reset();
    changed_ = false;
  }

 protected:
  virtual base::Status do_begin(Access access) = 0;
  virtual base::Status do_commit() = 0;
  virtual void do_rollback() noexcept = 0;
  /// A statement of the driver's own, without values or rows.
  virtual base::Status do_command(const Sql& sql) = 0;
  virtual base::Result<std::int64_t> do_change(const Sql& sql, Values values, const RowVisitor* visit) = 0;
  virtual base::Status do_query(const Sql& sql, Values values, const RowVisitor& visit) = 0;
  virtual base::Status do_query_once(std::string_view text, Values values, const RowVisitor& visit) = 0;
  virtual base::Status do_run_script(std::string_view script) = 0;
  virtual base::Status do_set_schema(std::int64_t number) = 0;
  /// By default as change() without its answer.
  virtual base::Status do_execute(const Sql& sql, Values values);

 private:
  static Values as_span(std::initializer_list<Value> values) { return {values.begin(), values.size()}; }
  template <class T>
  base::Result<T> noted(base::Result<T> result);

  base::Result<std::int64_t> counted(base::Result<std::int64_t> changed);

  std::optional<base::Error> fault_;
  bool changed_ = false;
};

/// For changes of at most one row: whether it was there.
inline base::Result<bool> was_there(const base::Result<std::int64_t>& changed) {
  if (!changed) return base::failure(changed.error());
  return *changed > 0;
}

/// The type names in which dialects differ; migrations write them as {id}, {text} and {blob}.
struct Dialect {
  std::string_view id;    ///< the 64-bit primary key of rows that are appended in order
  std::string_view text;  ///< compared by bytes
  std::string_view blob;
};

/// A database that was found and may be used. Thread-safe.
class Database {
 public:
  virtual ~Database() = default;
  virtual base::Result<std::unique_ptr<Connection>> connect(Access access) = 0;
  virtual Dialect dialect() const = 0;
  /// What people know it by in messages, without credentials: a path, a host and database name.
  virtual std::string name() const = 0;
};

}  // namespace jeton::store
