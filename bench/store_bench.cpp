// The store against bare SQLite: the same rows (a token and its event a write), the same settings, the same grouping,
// in one run, interleaved. Prints writes and rows per second, and the ratios that DESIGN section 10 holds.
//   store_bench [FOLDER [SECONDS [bare]]]     the folder decides which disk is measured; bare: that figure alone
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "crypto/aead.hpp"
#include "store/migrate.hpp"
#include "store/open_store.hpp"

namespace {

using jeton::base::Status;
using jeton::base::Tick;
namespace base = jeton::base;
namespace model = jeton::model;
namespace store = jeton::store;

constexpr std::size_t kWaiting = 64;
constexpr int kRounds = 5;
// Enough that reading them takes a time worth measuring.
constexpr std::size_t kRowsToRead = 400'000;
constexpr std::size_t kRowsAWrite = 10'000;

const base::SystemClock kClock;

double seconds_since(Tick begin) {
  return std::chrono::duration<double>(kClock.monotonic() - begin).count();
}

model::AccessToken token_of(std::int64_t id) {
  model::AccessToken token;
  token.id = {id};
  token.digest.fill(static_cast<std::uint8_t>(id));
  token.subject = "FlowReaderNorth";
  token.audience = "PumpStationEast7";
  token.requester = "FlowReaderNorth";
  token.cloud = "LOCAL";
  token.target = "flowRate";
  token.issued_at = base::Instant{std::chrono::seconds{1'900'000'000}};
  token.expires_at = token.issued_at + std::chrono::hours{1};
  return token;
}

/// SQLite as a careful program would use it without us: statements prepared once, values bound, one transaction a
/// group.
class Bare {
 public:
  explicit Bare(const std::string& file) {
    check(sqlite3_open_v2(file.c_str(), &handle_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                          nullptr));
    run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 2000; PRAGMA cache_size = "
        "-16384;"
        "CREATE TABLE access_token (id INTEGER PRIMARY KEY, digest BLOB, kind, variant, subject TEXT, audience TEXT, "
        "scope TEXT,"
        "target_type, target TEXT, cloud TEXT, requester TEXT, issued_at, expires_at, usage_limit, uses_left);"
        "CREATE TABLE event (id INTEGER PRIMARY KEY, at, kind TEXT, actor TEXT, body TEXT);");
    begin_ = prepare("BEGIN IMMEDIATE");
    commit_ = prepare("COMMIT");
    token_ = prepare("INSERT INTO access_token VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15)");
    event_ = prepare("INSERT INTO event VALUES (?1,?2,?3,?4,?5)");
  }
  Bare(const Bare&) = delete;
  Bare& operator=(const Bare&) = delete;
  ~Bare() {
    for (sqlite3_stmt* statement : {begin_, commit_, token_, event_}) sqlite3_finalize(statement);
    sqlite3_close(handle_);
  }

  void write_group(std::size_t size) {
    step(begin_);
    for (std::size_t i = 0; i < size; ++i) write(token_of(++last_));
    step(commit_);
  }

  /// Rows per second of reading every column.
  double scan() {
    const Tick begin = kClock.monotonic();
    sqlite3_stmt* statement = prepare("SELECT * FROM access_token ORDER BY id");
    std::int64_t rows = 0;
    std::size_t bytes = 0;
    while (sqlite3_step(statement) == SQLITE_ROW) {
      ++rows;
      for (const int column : {1, 4, 5, 6, 8, 9, 10}) {
        bytes += sqlite3_column_text(statement, column) != nullptr ? 1U : 0U;
        bytes += static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
      }
      for (const int column : {0, 2, 3, 7, 11, 12, 13, 14})
        bytes += sqlite3_column_int64(statement, column) != 0 ? 1U : 0U;
    }
    sqlite3_finalize(statement);
    if (bytes == 0) throw std::runtime_error("nothing was read");
    return static_cast<double>(rows) / seconds_since(begin);
  }
  std::int64_t rows() const { return last_; }

 private:
  void check(int code) const {
    if (code != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(handle_));
  }
  void run(const char* script) const { check(sqlite3_exec(handle_, script, nullptr, nullptr, nullptr)); }
  sqlite3_stmt* prepare(const char* text) const {
    sqlite3_stmt* statement = nullptr;
    check(sqlite3_prepare_v3(handle_, text, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr));
    return statement;
  }
  void step(sqlite3_stmt* statement) const {
    if (sqlite3_step(statement) != SQLITE_DONE) throw std::runtime_error(sqlite3_errmsg(handle_));
    sqlite3_reset(statement);
  }
  static void text(sqlite3_stmt* statement, int index, const std::string& value) {
    sqlite3_bind_text(statement, index, value.data(), static_cast<int>(value.size()), SQLITE_STATIC);
  }
  void write(const model::AccessToken& token) const {
    sqlite3_bind_int64(token_, 1, token.id.value);
    sqlite3_bind_blob(token_, 2, token.digest.data(), static_cast<int>(token.digest.size()), SQLITE_STATIC);
    sqlite3_bind_int64(token_, 3, static_cast<int>(token.kind));
    sqlite3_bind_int64(token_, 4, static_cast<int>(token.variant));
    text(token_, 5, token.subject);
    text(token_, 6, token.audience);
    sqlite3_bind_null(token_, 7);
    sqlite3_bind_int64(token_, 8, static_cast<int>(token.target_type));
    text(token_, 9, token.target);
    text(token_, 10, token.cloud);
    text(token_, 11, token.requester);
    sqlite3_bind_int64(token_, 12, token.issued_at.time_since_epoch().count());
    sqlite3_bind_int64(token_, 13, token.expires_at->time_since_epoch().count());
    sqlite3_bind_null(token_, 14);
    sqlite3_bind_null(token_, 15);
    step(token_);
    const model::EventBody event = model::TokenIssued{token};
    const std::string body = model::encode_body(event);
    const std::string kind(model::kind_of(event));
    sqlite3_bind_int64(event_, 1, token.id.value);
    sqlite3_bind_int64(event_, 2, token.issued_at.time_since_epoch().count());
    text(event_, 3, kind);
    text(event_, 4, token.requester);
    text(event_, 5, body);
    step(event_);
  }

  sqlite3* handle_ = nullptr;
  sqlite3_stmt* begin_ = nullptr;
  sqlite3_stmt* commit_ = nullptr;
  sqlite3_stmt* token_ = nullptr;
  sqlite3_stmt* event_ = nullptr;
  std::int64_t last_ = 0;
};

/// Keeps `waiting` writes in the store's queue for a while: each answer hands in the next write, so that every group is
/// as large as one of the bare loop.
class Load {
 public:
  Load(store::Store& into, std::size_t waiting, double seconds) : into_(into), waiting_(waiting), seconds_(seconds) {}

  double writes_a_second() {
    begin_ = kClock.monotonic();
    for (std::size_t i = 0; i < waiting_; ++i) submit();
    std::unique_lock lock(mutex_);
    ended_.wait(lock, [this] { return ended_count_ == waiting_; });
    return static_cast<double>(answered_) / seconds_since(begin_);
  }

  static Status write_token(store::Transaction& transaction) {
    const auto number = transaction.next_event();
    const model::AccessToken token = token_of(number.value);
    if (auto inserted = transaction.access_tokens().insert(token); !inserted) return inserted;
    transaction.append(number, token.issued_at, token.requester, model::TokenIssued{token});
    return {};
  }

 private:
  void submit() {
    into_.submit(write_token, [this](const Status& status) { answer(status); });
  }
  void answer(const Status& status) {
    if (!status) throw std::runtime_error(status.error().message);
    ++answered_;
    if (seconds_since(begin_) < seconds_) return submit();
    const std::scoped_lock lock(mutex_);
    if (++ended_count_ == waiting_) ended_.notify_one();
  }
  store::Store& into_;
  const std::size_t waiting_;
  const double seconds_;
  Tick begin_;
  std::size_t answered_ = 0;  ///< by the commit thread alone, until it ended
  std::mutex mutex_;
  std::condition_variable ended_;
  std::size_t ended_count_ = 0;
};

double bare_writes_a_second(Bare& bare, std::size_t group, double seconds) {
  const Tick begin = kClock.monotonic();
  const std::int64_t before = bare.rows();
  while (seconds_since(begin) < seconds) bare.write_group(group);
  return static_cast<double>(bare.rows() - before) / seconds_since(begin);
}

double scan_rows_a_second(store::Store& from) {
  std::size_t rows = 0;
  std::size_t bytes = 0;
  const Tick begin = kClock.monotonic();
  const Status status = from.read([&](const store::Snapshot& snapshot) {
    return snapshot.access_tokens().scan([&](const store::AccessTokenRow& row) {
      ++rows;
      bytes += row.subject.size();
    });
  });
  if (!status || bytes == 0) throw std::runtime_error("nothing was read");
  return static_cast<double>(rows) / seconds_since(begin);
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

void print(const char* what, double value, const char* unit) {
  std::printf("%-52s %12.2f %s\n", what, value, unit);
}

constexpr const char* kBareGroup = "bare SQLite, 64 writes a commit";

void measure_bare(const std::filesystem::path& folder, double seconds) {
  Bare bare((folder / "bare.db").string());
  print(kBareGroup, bare_writes_a_second(bare, kWaiting, seconds), "writes/s");
}

void measure(const std::filesystem::path& folder, double seconds) {
  const auto sealer = *jeton::crypto::Sealer::create({{1, base::Secret(std::string(32, 'k'))}}, 1);
  auto opened = store::open_store({"", folder / "ours"}, sealer, kClock);
  if (!opened) throw std::runtime_error(opened.error().message);
  store::Store& ours = **opened;
  ours.start();
  Bare bare((folder / "bare.db").string());

  std::vector<double> bare_group;
  std::vector<double> bare_single;
  std::vector<double> our_group;
  std::vector<double> our_single;
  for (int round = 0; round < kRounds; ++round) {
    bare_group.push_back(bare_writes_a_second(bare, kWaiting, seconds));
    our_group.push_back(Load(ours, kWaiting, seconds).writes_a_second());
    bare_single.push_back(bare_writes_a_second(bare, 1, seconds));
    our_single.push_back(Load(ours, 1, seconds).writes_a_second());
  }
  const store::Figures figures = ours.figures();
  for (std::size_t rows = 0; rows < kRowsToRead; rows += kRowsAWrite) {
    bare.write_group(kRowsAWrite);
    const Status filled = ours.write([](store::Transaction& transaction) -> Status {
      for (std::size_t i = 0; i < kRowsAWrite; ++i) {
        if (auto written = Load::write_token(transaction); !written) return written;
      }
      return {};
    });
    if (!filled) throw std::runtime_error(filled.error().message);
  }
  std::vector<double> bare_scan;
  std::vector<double> our_scan;
  for (int round = 0; round < kRounds; ++round) {
    bare_scan.push_back(bare.scan());
    our_scan.push_back(scan_rows_a_second(ours));
  }
  print(kBareGroup, median(bare_group), "writes/s");
  print("store, 64 waiting", median(our_group), "writes/s");
  print("bare SQLite, one write a commit", median(bare_single), "writes/s");
  print("store, one waiting", median(our_single), "writes/s");
  print("bare SQLite, reading all tokens", median(bare_scan), "rows/s");
  print("store, reading all tokens", median(our_scan), "rows/s");
  print("mean bodies a commit", static_cast<double>(figures.writes) / static_cast<double>(figures.commits), "");
  print("store against bare, 64 waiting (good: >= 0.8)", median(our_group) / median(bare_group), "");
  print("64 waiting against one a commit (good: >= 10)", median(our_group) / median(bare_single), "");
  print("time of reading against bare (good: <= 2)", median(bare_scan) / median(our_scan), "");
}

}  // namespace

int main(int argc, char** argv) {
  const std::filesystem::path parent =
      argc > 1 ? std::filesystem::path(argv[1]) : std::filesystem::temp_directory_path();
  const double seconds = argc > 2 ? std::stod(argv[2]) : 1.0;
  const bool bare_alone = argc > 3 && argv[3] == std::string_view("bare");
  std::string folder = (parent / "jeton-store-bench-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) {
    std::fprintf(stderr, "cannot create a folder in %s\n", parent.c_str());
    return 1;
  }
  int result = 0;
  try {
    bare_alone ? measure_bare(folder, seconds) : measure(folder, seconds);
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "%s\n", exception.what());
    result = 1;
  }
  std::filesystem::remove_all(folder);
  return result;
}
