// One group of writes: one transaction and one commit, and each body undone alone if it fails.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "model/event.hpp"
#include "store/sql.hpp"
#include "store/transaction.hpp"

namespace jeton::store {

/// Holds the connection that writes, and replaces it after a failure. One thread.
///
/// A savepoint costs about half of what a small body does (SQLite copies each page that the body touches), and few
/// bodies fail after they have written. So a group runs without savepoints first; when a body does fail with changes
/// made, the transaction is undone and the others run again behind a savepoint each. When the database gives up the
/// transaction by itself, they run again each in a transaction of its own.
class CommitGroup {
 public:
  using Body = std::move_only_function<base::Status(Transaction&)>;
  using Completion = std::move_only_function<void(base::Status)>;

  struct Write {
    Body body;
    Completion done;
    base::Status status;
  };

  /// What became of a group.
  struct Outcome {
    std::size_t kept = 0;  ///< bodies that were committed
    std::uint64_t commits = 0;
    std::uint64_t commits_failed = 0;
    base::Duration commit_time{};       ///< of the commits together
    std::optional<base::Error> broken;  ///< the last reason why the database kept nothing
  };

  CommitGroup(Database& database, std::unique_ptr<Connection> connection, model::EventId last,
              const base::Sealing& sealer, const base::Clock& clock);

  /// Runs the bodies and commits; fills in each `status`.
  Outcome run(std::span<Write> writes);
  /// Commits a write that changes nothing, to see whether the database keeps it.
  base::Status probe();
  /// What run() committed, ascending. Never null; given away to whoever wants to keep it.
  std::shared_ptr<const std::vector<model::Event>> events() const { return committed_; }

 private:
  enum class Guard : std::uint8_t { kNone, kSavepoints };
  enum class End : std::uint8_t {
    kDone,    ///< committed, or failed for good
    kUndone,  ///< a body failed with changes made and no savepoint before it
    kLost,    ///< the database gave up the transaction
  };

  void begin_events();
  base::Status begin();
  /// Runs those that have not failed yet.
  End attempt(std::span<Write> writes, Guard guard, Outcome& outcome);
  End run_bodies(std::span<Write> writes, Guard guard, Outcome& outcome, std::size_t& kept);
  base::Status run_body(Body& body, Guard guard);
  base::Status call(Body& body);
  base::Status undo_body(base::Status reason, Guard guard);
  void commit(std::span<Write> writes, std::size_t kept, Outcome& outcome);
  void fail_all(std::span<Write> writes, const base::Error& error, Outcome& outcome);
  void undo_transaction();
  void drop_connection();

  Database& database_;
  const base::Sealing& sealer_;
  const base::Clock& clock_;
  model::EventId last_;
  std::unique_ptr<Connection> connection_;  ///< null after a failure, until the next begin()
  std::optional<Transaction> transaction_;  ///< over connection_
  std::shared_ptr<std::vector<model::Event>> committed_ = std::make_shared<std::vector<model::Event>>();
};

}  // namespace jeton::store
