#include "store/commit_group.hpp"

#include <algorithm>
#include <exception>
#include <iterator>
#include <utility>

#include "base/log.hpp"

namespace jeton::store {

CommitGroup::CommitGroup(Database& database, std::unique_ptr<Connection> connection, model::EventId last,
                         const base::Sealing& sealer, const base::Clock& clock)
    : database_(database), sealer_(sealer), clock_(clock), last_(last), connection_(std::move(connection)) {
  transaction_.emplace(*connection_, sealer_, last_);
}

CommitGroup::Outcome CommitGroup::run(std::span<Write> writes) {
  Outcome outcome;
  begin_events();
  End end = attempt(writes, Guard::kNone, outcome);
  if (end == End::kUndone) end = attempt(writes, Guard::kSavepoints, outcome);
  if (end == End::kDone) return outcome;
  for (Write& write : writes) attempt({&write, 1}, Guard::kSavepoints, outcome);
  return outcome;
}

// What somebody kept of the last group's events stays as it is.
void CommitGroup::begin_events() {
  if (committed_->empty()) return;
  if (transaction_) transaction_->pending().reserve(committed_->size());
  committed_ = std::make_shared<std::vector<model::Event>>();
}

base::Status CommitGroup::begin() {
  if (!connection_) {
    auto connection = database_.connect(Access::kWrite);
    if (!connection) return base::failure(connection.error());
    connection_ = std::move(*connection);
    transaction_.emplace(*connection_, sealer_, last_);
  }
  connection_->clear_notes();
  return connection_->begin(Access::kWrite);
}

CommitGroup::End CommitGroup::attempt(std::span<Write> writes, Guard guard, Outcome& outcome) {
  if (std::ranges::none_of(writes, [](const Write& write) { return write.status.has_value(); })) return End::kDone;
  if (const base::Status begun = begin(); !begun) {
    fail_all(writes, begun.error(), outcome);
    return End::kDone;
  }
  std::size_t kept = 0;
  const End end = run_bodies(writes, guard, outcome, kept);
  if (end == End::kLost) {
    drop_connection();
  } else if (end == End::kUndone) {
    undo_transaction();
  } else if (kept != 0) {
    commit(writes, kept, outcome);
  } else {
    undo_transaction();
    if (outcome.broken) drop_connection();
  }
  return end;
}

CommitGroup::End CommitGroup::run_bodies(std::span<Write> writes, Guard guard, Outcome& outcome, std::size_t& kept) {
  for (Write& write : writes) {
    if (!write.status) continue;
    write.status = run_body(write.body, guard);
    if (write.status) {
      ++kept;
      continue;
    }
    const auto& fault = connection_->fault();
    if (fault && fault->code == base::ErrorCode::kUnavailable) outcome.broken = *fault;
    if (!connection_->in_transaction()) return End::kLost;
    if (guard == Guard::kNone && connection_->changed()) return End::kUndone;
  }
  return End::kDone;
}

base::Status CommitGroup::run_body(Body& body, Guard guard) {
  transaction_->begin_body();
  connection_->clear_notes();
  if (guard == Guard::kSavepoints) {
    if (base::Status opened = connection_->savepoint(); !opened) return opened;
  }
  base::Status status = call(body);
  // A body may have overlooked that a statement failed; the failure itself says more than what the body made of it.
  if (connection_->fault()) status = base::failure(*connection_->fault());
  if (status) status = transaction_->end_body();
  if (!status) return undo_body(std::move(status), guard);
  if (guard == Guard::kSavepoints) {
    if (base::Status released = connection_->release_savepoint(); !released)
      return undo_body(std::move(released), guard);
  }
  return status;
}

base::Status CommitGroup::call(Body& body) {
  try {
    return body(*transaction_);
  } catch (const std::exception& exception) {
    base::log::error("store", "a write threw", {{"what", exception.what()}});
  } catch (...) {
    base::log::error("store", "a write threw something that is no exception");
  }
  return base::failure(base::internal("the write failed inside; the log has the reason"));
}

base::Status CommitGroup::undo_body(base::Status reason, Guard guard) {
  transaction_->roll_back_body();
  if (guard == Guard::kNone || !connection_->in_transaction()) return reason;
  // A transaction that cannot go back to its savepoint is of no use to the others either.
  if (!connection_->rollback_to_savepoint()) connection_->rollback();
  return reason;
}

void CommitGroup::commit(std::span<Write> writes, std::size_t kept, Outcome& outcome) {
  const base::Tick begin = clock_.monotonic();
  const base::Status committed = connection_->commit();
  outcome.commit_time += clock_.monotonic() - begin;
  if (!committed) {
    ++outcome.commits_failed;
    fail_all(writes, committed.error(), outcome);
    return;
  }
  ++outcome.commits;
  outcome.kept += kept;
  outcome.broken.reset();
  if (committed_->empty()) {
    std::swap(*committed_, transaction_->pending());
  } else {
    std::ranges::move(transaction_->pending(), std::back_inserter(*committed_));
  }
  transaction_->end_group();
}

void CommitGroup::fail_all(std::span<Write> writes, const base::Error& error, Outcome& outcome) {
  outcome.broken = error;
  for (Write& write : writes) {
    if (write.status) write.status = base::failure(base::unavailable(error.message));
  }
  drop_connection();
}

void CommitGroup::undo_transaction() {
  transaction_->end_group();
  connection_->rollback();
}

void CommitGroup::drop_connection() {
  if (!connection_) return;
  connection_->rollback();
  last_ = transaction_->last();
  transaction_.reset();
  connection_.reset();
}

base::Status CommitGroup::probe() {
  base::Status status = begin();
  if (status) {
    const auto schema = connection_->schema();
    status = schema ? connection_->set_schema(*schema) : base::Status(base::failure(schema.error()));
  }
  if (status) status = connection_->commit();
  if (!status) drop_connection();
  return status;
}

}  // namespace jeton::store
