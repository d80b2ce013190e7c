// What queue_bench measures the store against: the statements of publish, next and delete on bare SQLite.
#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace jeton::bench {

inline constexpr const char* kSubQueue = "invoices";
inline constexpr const char* kWorker = "worker-1";

/// Operations per second.
struct Rates {
  double publish = 0;
  double next = 0;
  double remove = 0;
  double all_three() const { return 1 / (1 / publish + 1 / next + 1 / remove); }
};

/// SQLite as a careful program would use it without us: statements prepared once, values bound, one transaction a
/// group. What is read is copied, as a program would that answers with it.
class BareQueue {
 public:
  explicit BareQueue(const std::string& file);
  BareQueue(const BareQueue&) = delete;
  BareQueue& operator=(const BareQueue&) = delete;
  ~BareQueue();

  /// So many messages are published, then taken, then deleted.
  Rates measure(std::size_t messages);

 private:
  enum Which : std::uint8_t {
    kBegin,
    kCommit,
    kCountIn,
    kIdOf,
    kInsert,
    kEvent,
    kReady,
    kHold,
    kFind,
    kRemove,
    kCountOut,
    kCount
  };

  void check(int code) const;
  void bind(Which which, int index, std::int64_t value) const;
  void bind(Which which, int index, std::string_view value) const;
  /// Runs to the end; `row` is for the one row there is.
  void run(Which which, const std::function<void(sqlite3_stmt*)>& row = {}) const;
  double in_groups(std::size_t count, const std::function<void(std::size_t)>& operation) const;

  void publish();
  void next();
  void remove(const std::string& uuid);

  sqlite3* handle_ = nullptr;
  std::array<sqlite3_stmt*, kCount> statements_{};
  std::int64_t last_ = 0;
  std::vector<std::string> uuids_;
  std::string payload_;
};

}  // namespace jeton::bench
