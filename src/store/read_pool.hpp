// A few connections for reading, opened when they are first needed.
#pragma once
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "base/result.hpp"
#include "store/sql.hpp"
#include "store/transaction.hpp"

namespace jeton::store {

/// Thread-safe.
class ReadPool {
 public:
  ReadPool(Database& database, const base::Sealing& sealer) : database_(database), sealer_(sealer) {}

  /// As Store::read().
  base::Status read(const std::function<base::Status(const Snapshot&)>& body);

 private:
  base::Result<std::unique_ptr<Connection>> take();
  /// A null connection was given up.
  void give_back(std::unique_ptr<Connection> connection);

  Database& database_;
  const base::Sealing& sealer_;
  std::mutex mutex_;
  std::condition_variable free_;
  std::vector<std::unique_ptr<Connection>> idle_;
  std::size_t out_ = 0;  ///< in use
};

}  // namespace jeton::store
