// What store_bench and token_bench measure the store against: the rows of a token and its event on bare SQLite.
#pragma once
#include <cstdint>
#include <string>

#include "base/clock.hpp"
#include "model/token.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace jeton::bench {

/// The `number`th token of a large plant: ten thousand consumers, and as many services as are needed. Its tuple is its
/// own, so that it replaces no other; its names come back.
model::AccessToken token_of(std::int64_t number);

/// SQLite as a careful program would use it without us: statements prepared once, values bound, one transaction a
/// group.
class BareTokens {
 public:
  explicit BareTokens(const std::string& file);
  BareTokens(const BareTokens&) = delete;
  BareTokens& operator=(const BareTokens&) = delete;
  ~BareTokens();

  void write_group(std::size_t size);
  /// Groups of so many for a while; writes per second.
  double writes_a_second(std::size_t group, double seconds);
  std::int64_t rows() const { return last_; }

 private:
  void check(int code) const;
  sqlite3_stmt* prepare(const char* text) const;
  void step(sqlite3_stmt* statement) const;
  void write(const model::AccessToken& token) const;

  sqlite3* handle_ = nullptr;
  sqlite3_stmt* begin_ = nullptr;
  sqlite3_stmt* commit_ = nullptr;
  sqlite3_stmt* token_ = nullptr;
  sqlite3_stmt* event_ = nullptr;
  std::int64_t last_ = 0;
};

/// Rows per second of reading every column of a table of a database that is not written meanwhile, in the order of its
/// ids.
double bare_scan_rows_a_second(const std::string& file, const std::string& table);

}  // namespace jeton::bench
