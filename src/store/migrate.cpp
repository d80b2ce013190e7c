#include "store/migrate.hpp"

#include <string>
#include <utility>

#include "base/log.hpp"

namespace jeton::store {
namespace {

/// The script with this dialect's type names.
std::string in_dialect(std::string_view script, const Dialect& dialect) {
  std::string out(script);
  for (const auto& [name, type] : {std::pair<std::string_view, std::string_view>{"{id}", dialect.id},
                                   {"{text}", dialect.text},
                                   {"{blob}", dialect.blob}}) {
    for (auto at = out.find(name); at != std::string::npos; at = out.find(name, at + type.size()))
      out.replace(at, name.size(), type);
  }
  return out;
}

base::Status apply(Connection& connection, const Migration& step, const Dialect& dialect) {
  base::Status status = connection.begin(Access::kWrite);
  if (status) status = connection.run_script(in_dialect(step.script, dialect));
  if (status) status = connection.set_schema(step.number);
  if (status) status = connection.commit();
  if (!status) connection.rollback();
  return status;
}

base::Result<std::int64_t> schema_of(Connection& connection) {
  if (const base::Status begun = connection.begin(Access::kRead); !begun) return base::failure(begun.error());
  auto schema = connection.schema();
  connection.rollback();
  return schema;
}

}  // namespace

base::Status migrate(Connection& connection, const Database& database, std::span<const Migration> steps) {
  const auto schema = schema_of(connection);
  if (!schema) return base::failure(schema.error());
  const std::int64_t newest = steps.empty() ? 0 : steps.back().number;
  if (*schema > newest) {
    return base::failure(base::invalid("the database " + database.name() + " has schema " + std::to_string(*schema) +
                                           ", and this release knows schemas up to " + std::to_string(newest) +
                                           ": start the release that wrote it, or a later one",
                                       database.name()));
  }
  for (const Migration& step : steps) {
    if (step.number <= *schema) continue;
    if (const base::Status applied = apply(connection, step, database.dialect()); !applied) {
      return base::failure({applied.error().code,
                            "migration " + std::string(step.name) + ": " + applied.error().message, database.name()});
    }
    base::log::info("store", "migrated", {{"database", database.name()}, {"step", step.name}});
  }
  return {};
}

}  // namespace jeton::store
