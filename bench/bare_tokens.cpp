#include "bare_tokens.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <memory>
#include <stdexcept>

#include "model/event.hpp"
#include "waiting.hpp"

namespace jeton::bench {
namespace {

constexpr std::int64_t kConsumers = 10'000;

void bind_text(sqlite3_stmt* statement, int index, std::string_view value) {
  sqlite3_bind_text(statement, index, value.data(), static_cast<int>(value.size()), SQLITE_STATIC);
}

}  // namespace

model::AccessToken token_of(std::int64_t number) {
  model::AccessToken token;
  token.id = {number};
  token.digest.fill(static_cast<std::uint8_t>(number));
  token.subject = fmt::format("FlowReader{}", number % kConsumers);
  token.audience = "PumpStation";
  token.requester = token.subject;
  token.cloud = model::kLocalCloud;
  token.target = fmt::format("flowRate{}", number / kConsumers);
  token.issued_at = kClock.wall();
  token.expires_at = token.issued_at + std::chrono::hours{1};
  return token;
}

BareTokens::BareTokens(const std::string& file) {
  check(sqlite3_open_v2(file.c_str(), &handle_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                        nullptr));
  check(sqlite3_exec(
      handle_,
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 2000;"
      "PRAGMA cache_size = -16384;"
      "CREATE TABLE access_token (id INTEGER PRIMARY KEY, digest BLOB, kind, variant, subject TEXT, audience TEXT,"
      " scope TEXT, target_type, target TEXT, cloud TEXT, requester TEXT, issued_at, expires_at, usage_limit,"
      " uses_left);"
      "CREATE TABLE event (id INTEGER PRIMARY KEY, at, kind TEXT, actor TEXT, body TEXT);",
      nullptr, nullptr, nullptr));
  begin_ = prepare("BEGIN IMMEDIATE");
  commit_ = prepare("COMMIT");
  token_ = prepare("INSERT INTO access_token VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15)");
  event_ = prepare("INSERT INTO event VALUES (?1,?2,?3,?4,?5)");
}

BareTokens::~BareTokens() {
  for (sqlite3_stmt* statement : {begin_, commit_, token_, event_}) sqlite3_finalize(statement);
  sqlite3_close(handle_);
}

void BareTokens::write_group(std::size_t size) {
  step(begin_);
  for (std::size_t i = 0; i < size; ++i) write(token_of(++last_));
  step(commit_);
}

double BareTokens::writes_a_second(std::size_t group, double seconds) {
  const base::Tick begin = kClock.monotonic();
  const std::int64_t before = last_;
  while (seconds_since(begin) < seconds) write_group(group);
  return static_cast<double>(last_ - before) / seconds_since(begin);
}

void BareTokens::check(int code) const {
  if (code != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(handle_));
}

sqlite3_stmt* BareTokens::prepare(const char* text) const {
  sqlite3_stmt* statement = nullptr;
  check(sqlite3_prepare_v3(handle_, text, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr));
  return statement;
}

void BareTokens::step(sqlite3_stmt* statement) const {
  if (sqlite3_step(statement) != SQLITE_DONE) throw std::runtime_error(sqlite3_errmsg(handle_));
  sqlite3_reset(statement);
}

void BareTokens::write(const model::AccessToken& token) const {
  sqlite3_bind_int64(token_, 1, token.id.value);
  sqlite3_bind_blob(token_, 2, token.digest.data(), static_cast<int>(token.digest.size()), SQLITE_STATIC);
  sqlite3_bind_int64(token_, 3, static_cast<int>(token.kind));
  sqlite3_bind_int64(token_, 4, static_cast<int>(token.variant));
  bind_text(token_, 5, token.subject);
  bind_text(token_, 6, token.audience);
  sqlite3_bind_null(token_, 7);
  sqlite3_bind_int64(token_, 8, static_cast<int>(token.target_type));
  bind_text(token_, 9, token.target);
  bind_text(token_, 10, token.cloud);
  bind_text(token_, 11, token.requester);
  sqlite3_bind_int64(token_, 12, token.issued_at.time_since_epoch().count());
  sqlite3_bind_int64(token_, 13, token.expires_at->time_since_epoch().count());
  sqlite3_bind_null(token_, 14);
  sqlite3_bind_null(token_, 15);
  step(token_);
  const model::EventBody event = model::TokenIssued{token};
  const std::string body = model::encode_body(event);
  sqlite3_bind_int64(event_, 1, token.id.value);
  sqlite3_bind_int64(event_, 2, token.issued_at.time_since_epoch().count());
  bind_text(event_, 3, model::kind_of(event));
  bind_text(event_, 4, token.requester);
  bind_text(event_, 5, body);
  step(event_);
}

double bare_scan_rows_a_second(const std::string& file, const std::string& table) {
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &opened, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nullptr);
  const std::unique_ptr<sqlite3, int (*)(sqlite3*)> handle(opened, sqlite3_close);
  if (code != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(opened));
  sqlite3_stmt* prepared = nullptr;
  const std::string text = "SELECT * FROM " + table + " ORDER BY id";
  if (sqlite3_prepare_v2(opened, text.c_str(), -1, &prepared, nullptr) != SQLITE_OK)
    throw std::runtime_error(sqlite3_errmsg(opened));
  const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(prepared, sqlite3_finalize);
  const base::Tick begin = kClock.monotonic();
  std::int64_t rows = 0;
  std::size_t bytes = 0;
  const int columns = sqlite3_column_count(prepared);
  for (; sqlite3_step(prepared) == SQLITE_ROW; ++rows) {
    for (int column = 0; column < columns; ++column) {
      if (sqlite3_column_type(prepared, column) == SQLITE_INTEGER) {
        bytes += sqlite3_column_int64(prepared, column) != 0 ? 1U : 0U;
      } else {
        bytes += sqlite3_column_blob(prepared, column) != nullptr ? 1U : 0U;
        bytes += static_cast<std::size_t>(sqlite3_column_bytes(prepared, column));
      }
    }
  }
  if (bytes == 0) throw std::runtime_error("nothing was read");
  return static_cast<double>(rows) / seconds_since(begin);
}

}  // namespace jeton::bench
