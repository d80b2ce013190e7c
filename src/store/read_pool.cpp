#include "store/read_pool.hpp"
#include "base/limits.hpp"

#include <utility>

namespace jeton::store {
namespace {

/// Ends the read however the body left.
class ReadScope {
 public:
  explicit ReadScope(Connection& connection) : connection_(connection) {}
  ReadScope(const ReadScope&) = delete;
  ReadScope& operator=(const ReadScope&) = delete;
  ~ReadScope() { connection_.rollback(); }

 private:
  Connection& connection_;
};

/// Gives the connection back however the body left.
template <class GiveBack>
class Loan {
 public:
  Loan(std::unique_ptr<Connection> connection, GiveBack give_back)
      : connection_(std::move(connection)), give_back_(std::move(give_back)) {}
  Loan(const Loan&) = delete;
  Loan& operator=(const Loan&) = delete;
  ~Loan() { give_back_(std::move(connection_)); }
  Connection& connection() { return *connection_; }
  void give_up() { connection_.reset(); }

 private:
  std::unique_ptr<Connection> connection_;
  GiveBack give_back_;
};

}  // namespace

base::Status ReadPool::read(const std::function<base::Status(const Snapshot&)>& body) {
  auto taken = take();
  if (!taken) return base::failure(taken.error());
  Loan loan(std::move(*taken), [this](std::unique_ptr<Connection> connection) { give_back(std::move(connection)); });
  Connection& connection = loan.connection();
  connection.clear_notes();
  base::Status status = connection.begin(Access::kRead);
  if (status) {
    const ReadScope scope(connection);
    status = body(Snapshot(connection, sealer_));
  }
  if (connection.fault()) {
    status = base::failure(*connection.fault());
    loan.give_up();
  }
  return status;
}

base::Result<std::unique_ptr<Connection>> ReadPool::take() {
  std::unique_lock lock(mutex_);
  free_.wait(lock, [this] { return !idle_.empty() || out_ < base::limits::kReadConnectionsMax; });
  ++out_;
  if (!idle_.empty()) {
    auto connection = std::move(idle_.back());
    idle_.pop_back();
    return connection;
  }
  lock.unlock();
  auto connection = database_.connect(Access::kRead);
  if (!connection) give_back(nullptr);
  return connection;
}

void ReadPool::give_back(std::unique_ptr<Connection> connection) {
  const std::scoped_lock lock(mutex_);
  --out_;
  if (connection) idle_.push_back(std::move(connection));
  free_.notify_one();
}

}  // namespace jeton::store
