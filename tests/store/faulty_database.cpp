#include "store/faulty_database.hpp"

#include "store/drivers/sqlite/database.hpp"

namespace jeton::store {
namespace {

bool strikes(std::atomic<int>& fault) {
  if (fault <= 0) return false;
  --fault;
  return true;
}

base::Status full() {
  return base::failure(base::unavailable("the disk is full, says the test"));
}

class FaultyConnection final : public Connection {
 public:
  FaultyConnection(std::shared_ptr<Faults> faults, std::unique_ptr<Connection> inner)
      : faults_(std::move(faults)), inner_(std::move(inner)) {}
  bool in_transaction() const override { return inner_->in_transaction(); }
  base::Result<std::int64_t> schema() override { return inner_->schema(); }

 protected:
  base::Status do_begin(Access access) override { return inner_->begin(access); }
  base::Status do_commit() override {
    if (strikes(faults_->commits)) return full();
    return inner_->commit();
  }
  void do_rollback() noexcept override { inner_->rollback(); }
  base::Status do_command(const Sql& sql) override { return inner_->execute(sql, {}); }
  base::Result<std::int64_t> do_change(const Sql& sql, Values values, const RowVisitor* visit) override {
    if (strikes(faults_->lost_changes)) {
      inner_->rollback();
      return base::failure(full().error());
    }
    return visit != nullptr ? inner_->change(sql, values, *visit) : inner_->change(sql, values);
  }
  base::Status do_query(const Sql& sql, Values values, const RowVisitor& visit) override {
    return inner_->query(sql, values, visit);
  }
  base::Status do_query_once(std::string_view text, Values values, const RowVisitor& visit) override {
    return inner_->query_once(text, values, visit);
  }
  base::Status do_run_script(std::string_view script) override { return inner_->run_script(script); }
  base::Status do_set_schema(std::int64_t number) override { return inner_->set_schema(number); }

 private:
  std::shared_ptr<Faults> faults_;
  std::unique_ptr<Connection> inner_;
};

}  // namespace

FaultyDatabase::FaultyDatabase(std::shared_ptr<Faults> faults)
    : faults_(std::move(faults)), memory_(*sqlite::open_memory()) {}

base::Result<std::unique_ptr<Connection>> FaultyDatabase::connect(Access access) {
  if (strikes(faults_->connects)) return base::failure(base::unavailable("no connection, says the test"));
  auto inner = memory_->connect(access);
  if (!inner) return inner;
  return std::make_unique<FaultyConnection>(faults_, std::move(*inner));
}

}  // namespace jeton::store
