// SQLite: a file in the data folder, or memory.
#pragma once
#include <filesystem>
#include <memory>
#include <string_view>

#include "base/result.hpp"
#include "store/sql.hpp"

namespace jeton::store::sqlite {

/// Marks our files in their header, so that another program's database is not taken for one: "Jetn".
inline constexpr std::int64_t kApplicationId = 0x4a65746e;

/// Prepares the folder, takes its lock (`file` + ".lock") and checks the file. Errors as open_store().
base::Result<std::unique_ptr<Database>> open_file(const std::filesystem::path& folder, std::string_view file);

/// A new, empty database. Its connections share one handle and take turns, a transaction each.
base::Result<std::unique_ptr<Database>> open_memory();

}  // namespace jeton::store::sqlite
