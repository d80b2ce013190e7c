// The store against bare SQLite: the same rows (a token and its event a write), the same settings, the same grouping,
// in one run, interleaved. Prints writes and rows per second, and the ratios that DESIGN section 10 holds.
//   store_bench [FOLDER [SECONDS [bare]]]     the folder decides which disk is measured; bare: that figure alone
//   store_bench scan FILE TABLE               rows per second of reading a table of a database with bare SQLite
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

#include "bare_tokens.hpp"
#include "crypto/aead.hpp"
#include "store/migrate.hpp"
#include "store/open_store.hpp"
#include "waiting.hpp"

namespace {

using namespace jeton::bench;
using jeton::base::Status;
using jeton::base::Tick;
namespace base = jeton::base;
namespace model = jeton::model;
namespace store = jeton::store;

constexpr int kRounds = 5;
// Enough that reading them takes a time worth measuring.
constexpr std::size_t kRowsToRead = 400'000;
constexpr std::size_t kRowsAWrite = 10'000;

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
  BareTokens bare((folder / "bare.db").string());
  const double cpu = cpu_seconds();
  print(kBareGroup, bare.writes_a_second(kWaiting, seconds), "writes/s");
  print("cpu", (cpu_seconds() - cpu) / static_cast<double>(bare.rows()) * 1e6, "us a write");
}

void measure(const std::filesystem::path& folder, double seconds) {
  const auto sealer = *jeton::crypto::Sealer::create({{1, base::Secret(std::string(32, 'k'))}}, 1);
  auto opened = store::open_store({"", folder / "ours"}, sealer, kClock);
  if (!opened) throw std::runtime_error(opened.error().message);
  store::Store& ours = **opened;
  ours.start();
  BareTokens bare((folder / "bare.db").string());

  std::vector<double> bare_group;
  std::vector<double> bare_single;
  std::vector<double> our_group;
  std::vector<double> our_single;
  for (int round = 0; round < kRounds; ++round) {
    bare_group.push_back(bare.writes_a_second(kWaiting, seconds));
    our_group.push_back(Load(ours, kWaiting, seconds).writes_a_second());
    bare_single.push_back(bare.writes_a_second(1, seconds));
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
    bare_scan.push_back(bare_scan_rows_a_second((folder / "bare.db").string(), "access_token"));
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
  if (argc == 4 && argv[1] == std::string_view("scan")) {
    std::printf("read %.2f rows/s\n", bare_scan_rows_a_second(argv[2], argv[3]));
    return 0;
  }
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
