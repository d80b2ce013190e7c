#include "store/sql.hpp"

#include <utility>

namespace jeton::store {

template <class T>
base::Result<T> Connection::noted(base::Result<T> result) {
  if (!result && !fault_) fault_ = result.error();
  return result;
}

base::Status Connection::begin(Access access) {
  return noted(do_begin(access));
}
base::Status Connection::commit() {
  return noted(do_commit());
}

base::Status Connection::savepoint() {
  static constexpr Sql kSavepoint("SAVEPOINT body");
  return noted(do_command(kSavepoint));
}

base::Status Connection::release_savepoint() {
  static constexpr Sql kRelease("RELEASE SAVEPOINT body");
  return noted(do_command(kRelease));
}

base::Status Connection::rollback_to_savepoint() {
  static constexpr Sql kRollback("ROLLBACK TO SAVEPOINT body");
  if (const base::Status status = noted(do_command(kRollback)); !status) return status;
  return release_savepoint();
}

base::Result<std::int64_t> Connection::counted(base::Result<std::int64_t> changed) {
  if (changed && *changed != 0) changed_ = true;
  return noted(std::move(changed));
}

base::Status Connection::execute(const Sql& sql, Values values) {
  changed_ = true;
  return noted(do_execute(sql, values));
}

base::Result<std::int64_t> Connection::change(const Sql& sql, Values values) {
  return counted(do_change(sql, values, nullptr));
}

base::Result<std::int64_t> Connection::change(const Sql& sql, Values values, const RowVisitor& visit) {
  return counted(do_change(sql, values, &visit));
}

base::Status Connection::query(const Sql& sql, Values values, const RowVisitor& visit) {
  return noted(do_query(sql, values, visit));
}

base::Status Connection::query_once(std::string_view text, Values values, const RowVisitor& visit) {
  return noted(do_query_once(text, values, visit));
}

base::Status Connection::run_script(std::string_view script) {
  return noted(do_run_script(script));
}
base::Status Connection::set_schema(std::int64_t number) {
  return noted(do_set_schema(number));
}

base::Status Connection::do_execute(const Sql& sql, Values values) {
  const auto changed = do_change(sql, values, nullptr);
  if (!changed) return base::failure(changed.error());
  return {};
}

}  // namespace jeton::store
