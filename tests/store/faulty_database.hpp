// A database in memory that fails when it is told to.
#pragma once
#include <atomic>
#include <memory>

#include "store/sql.hpp"

namespace jeton::store {

/// What to do wrong, shared with the connections. Each counts down, and does it at each call while it is not 0.
struct Faults {
  std::atomic<int> commits{0};       ///< fail to commit, and keep nothing
  std::atomic<int> connects{0};      ///< refuse to connect
  std::atomic<int> lost_changes{0};  ///< statements that lose the whole transaction, as SQLite does on a full disk
};

class FaultyDatabase final : public Database {
 public:
  explicit FaultyDatabase(std::shared_ptr<Faults> faults);
  base::Result<std::unique_ptr<Connection>> connect(Access access) override;
  Dialect dialect() const override { return memory_->dialect(); }
  std::string name() const override { return "faulty"; }

 private:
  std::shared_ptr<Faults> faults_;
  std::unique_ptr<Database> memory_;
};

}  // namespace jeton::store
