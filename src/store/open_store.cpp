#include "store/open_store.hpp"

#include <system_error>
#include <utility>

#include "base/strings.hpp"
#include "store/drivers/sqlite/database.hpp"
#include "store/migrate.hpp"

namespace jeton::store {
namespace {

constexpr std::string_view kDatabaseFile = "jeton.db";

base::Result<std::unique_ptr<Database>> find_database(const StoreSettings& settings) {
  if (settings.url == "sqlite::memory:") return sqlite::open_memory();
  if (settings.url.empty()) return sqlite::open_file(settings.data_folder, kDatabaseFile);
  const std::string_view scheme = std::string_view(settings.url).substr(0, settings.url.find(':'));
  return base::failure(
      base::invalid("an address of the kind " + base::shown(scheme) +
                        " is not known; store.url is \"\" (SQLite in the data folder) or sqlite::memory:",
                    "store.url"));
}

}  // namespace

base::Result<std::unique_ptr<Store>> open_store(const StoreSettings& settings, const base::Sealing& sealer,
                                                const base::Clock& clock) {
  auto database = find_database(settings);
  if (!database) return base::failure(database.error());
  auto writer = (*database)->connect(Access::kWrite);
  if (!writer) return base::failure(writer.error());
  if (const base::Status migrated = migrate(**writer, **database); !migrated) return base::failure(migrated.error());

  base::Status status = (*writer)->begin(Access::kRead);
  if (!status) return base::failure(status.error());
  const auto last = EventLog(**writer).newest();
  (*writer)->rollback();
  if (!last) return base::failure(last.error());
  return std::make_unique<Store>(std::move(*database), std::move(*writer), *last, sealer, clock);
}

bool is_new(const StoreSettings& settings) {
  std::error_code ignored;
  return !settings.url.empty() || !std::filesystem::exists(settings.data_folder / kDatabaseFile, ignored);
}

}  // namespace jeton::store
