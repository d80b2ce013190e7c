// A connection to PostgreSQL whose calls block, and end at their deadline: libpq is never waited inside of.
#pragma once
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "leases/providers/postgresql/place.hpp"
#include "leases/providers/postgresql/trouble.hpp"

struct pg_conn;  // libpq's PGconn

namespace jeton::leases::postgresql {

/// One thread at a time. After a failure that is not kRefused it is of no more use.
class Connection {
 public:
  template <class T>
  using Outcome = std::expected<T, Failure>;
  using Column = std::vector<std::string>;  ///< the first of each row; null is an empty text

  /// `database`: another than the place's own; empty: that. kNotReached or kNoLogin. Both references outlive it.
  static Outcome<std::unique_ptr<Connection>> open(const Place& place, const std::string& database,
                                                   const base::Clock& clock, base::Tick deadline);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// One question with text parameters.
  Outcome<Column> ask(std::string_view question, const std::vector<std::string>& parameters, base::Tick deadline);
  /// The steps in one transaction; each is one statement, or several with semicolons between. A failure before the
  /// commit was sent means that nothing was done, even when it is that the connection ended. The server gives up by
  /// itself at the deadline, and waits for no lock longer than `lock_wait`.
  Outcome<void> transact(std::span<const std::string> steps, base::Duration lock_wait, base::Tick deadline);

  /// What the server keeps of a password, so that the password itself does not go there (RFC 5803).
  base::Secret verifier(const base::Secret& password, const std::string& user) const;
  int server_version() const;  ///< 150020 for 15.20
  /// Whether an idle connection can be used: it has not ended, and nothing came that nobody asked for.
  bool is_idle() const;

 private:
  struct End {
    void operator()(pg_conn* connection) const;
  };
  struct Answer {
    Column column;
    std::string tag;  ///< "COMMIT"
  };

  Connection(const Place& place, const base::Clock& clock) : place_(place), clock_(clock) {}

  Outcome<void> shake_hands(base::Tick deadline);
  bool wait(short events, base::Tick deadline) const;
  Outcome<Answer> finish(base::Tick deadline);
  Outcome<Answer> run(const std::string& statements, base::Tick deadline);
  Outcome<void> flush(base::Tick deadline);
  Failure failure(Failure::Kind kind, std::string_view what) const;
  Failure lost() const;

  const Place& place_;
  const base::Clock& clock_;
  std::unique_ptr<pg_conn, End> native_;
};

}  // namespace jeton::leases::postgresql
