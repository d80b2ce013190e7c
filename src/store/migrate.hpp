// The schema's history: numbered SQL files, embedded at build time.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.hpp"
#include "store/sql.hpp"

namespace jeton::store {

struct Migration {
  std::int64_t number;
  std::string_view name;    ///< of the file, for messages
  std::string_view script;  ///< with type names in braces
};

/// By number, from 1 without gaps.
std::span<const Migration> migrations();

/// Applies what is missing, each in a transaction of its own. kInvalid, with both numbers, when the database is newer
/// than this release; nothing was changed then.
base::Status migrate(Connection& connection, const Database& database, std::span<const Migration> steps = migrations());

}  // namespace jeton::store
