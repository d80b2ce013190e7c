// Sub-queues: their names, whether they are restricted, and how many messages they hold.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "model/queue.hpp"
#include "store/sql.hpp"

namespace jeton::store {

class SubQueueTable {
 public:
  explicit SubQueueTable(Connection& connection) : connection_(connection) {}

  /// One message more; a sub-queue of that name is made under `fresh` when there is none. The id it has.
  base::Result<model::SubQueueId> count_in(std::string_view name, model::SubQueueId fresh);
  /// `count` messages fewer.
  base::Status count_out(model::SubQueueId id, std::int64_t count);
  /// False when it was restricted already. One that does not exist is made under `fresh`, unlisted.
  base::Result<bool> restrict(std::string_view name, model::SubQueueId fresh);
  /// False when it was not restricted.
  base::Result<bool> open(std::string_view name);
  /// Empties it, by giving it `fresh` as its id, and takes it off the keys; a restriction stays. False when there was
  /// nothing to clear.
  base::Result<bool> clear(std::string_view name, model::SubQueueId fresh);

  base::Result<std::optional<model::SubQueue>> find(std::string_view name) const;
  /// By name.
  base::Result<std::vector<model::SubQueue>> all() const;
  base::Result<std::int64_t> count() const;
  /// Messages in all sub-queues.
  base::Result<std::int64_t> depth() const;

  /// Ids whose messages are still to be removed, ascending.
  base::Result<std::vector<model::SubQueueId>> cleared() const;
  base::Status forget_cleared(model::SubQueueId id);

 private:
  base::Status drop_if_unused(std::string_view name);
  base::Result<std::int64_t> number(const Sql& sql) const;

  Connection& connection_;
};

}  // namespace jeton::store
