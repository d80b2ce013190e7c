#include "leases/providers/postgresql/connection.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <postgresql/libpq-fe.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <stdexcept>
#include <utility>

#include "base/strings.hpp"
#include "leases/provider.hpp"
#include "net/address_lookup.hpp"

namespace jeton::leases::postgresql {
namespace {

constexpr const char* kVerifierKind = "scram-sha-256";

struct EndResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, EndResult>;

// At least one: zero means no bound to the server. At most what the server and poll() take.
int milliseconds(base::Duration duration) {
  const std::int64_t count = std::chrono::ceil<std::chrono::milliseconds>(duration).count();
  return static_cast<int>(std::clamp<std::int64_t>(count, 1, std::numeric_limits<int>::max()));
}

std::string field_of(const PGresult* result, int field) {
  const char* const text = PQresultErrorField(result, field);
  return text == nullptr ? std::string() : std::string(text);
}

std::vector<std::string> column_of(const PGresult* result) {
  std::vector<std::string> out;
  const int rows = PQnfields(result) > 0 ? PQntuples(result) : 0;
  out.reserve(static_cast<std::size_t>(rows));
  for (int row = 0; row < rows; ++row) out.emplace_back(PQgetvalue(result, row, 0));
  return out;
}

std::string_view trimmed(const char* message) {
  return base::trim(message == nullptr ? std::string_view{} : std::string_view(message));
}

}  // namespace

void Connection::End::operator()(pg_conn* connection) const {
  PQfinish(connection);
}

Connection::~Connection() = default;

Connection::Outcome<std::unique_ptr<Connection>> Connection::open(const Place& place, const std::string& database,
                                                                  const base::Clock& clock, base::Tick deadline) {
  std::unique_ptr<Connection> out(new Connection(place, clock));
  auto words = with_addresses(
      place, [&](const std::string& host) { return net::look_up(host, time_left(deadline, clock.monotonic())); });
  if (!words) return std::unexpected(out->failure(Failure::Kind::kNotReached, words.error().message));
  std::vector<const char*> keywords;
  std::vector<const char*> values;
  for (const auto& [keyword, value] : *words) {
    keywords.push_back(keyword.c_str());
    values.push_back(keyword == "dbname" && !database.empty() ? database.c_str() : value.c_str());
  }
  if (!database.empty() && place.word("dbname").empty()) {
    keywords.push_back("dbname");
    values.push_back(database.c_str());
  }
  if (!place.password.empty()) {
    keywords.push_back("password");
    values.push_back(place.password.reveal().data());  // a whole text: it ends with a null character
  }
  keywords.push_back(nullptr);
  values.push_back(nullptr);
  out->native_.reset(PQconnectStartParams(keywords.data(), values.data(), 0));
  if (!out->native_) throw std::runtime_error("no memory for a connection to PostgreSQL");
  // Errors of a login are texts, in the server's language; with this they are the code alone.
  PQsetErrorVerbosity(out->native_.get(), PQERRORS_SQLSTATE);
  PQsetNoticeReceiver(out->native_.get(), [](void* /*unused*/, const PGresult* /*unused*/) {}, nullptr);
  if (auto status = out->shake_hands(deadline); !status) return std::unexpected(std::move(status.error()));
  return out;
}

Connection::Outcome<void> Connection::shake_hands(base::Tick deadline) {
  PGconn* const native = native_.get();
  PostgresPollingStatusType next = PQstatus(native) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
  while (next != PGRES_POLLING_OK) {
    if (next == PGRES_POLLING_FAILED) {
      const std::string_view state = sqlstate_in(PQerrorMessage(native));
      const bool no_login = !state.empty() || PQconnectionNeedsPassword(native) == 1;
      Failure refused =
          no_login ? failure(Failure::Kind::kNoLogin, state.empty() ? "the server wants a password, and none is set"
                                                                    : "the server does not let the manager in")
                   : failure(Failure::Kind::kNotReached, trimmed(PQerrorMessage(native)));
      refused.sqlstate = state.empty() && no_login ? "28000" : state;
      return std::unexpected(std::move(refused));
    }
    if (!wait(next == PGRES_POLLING_READING ? POLLIN : POLLOUT, deadline))
      return std::unexpected(failure(Failure::Kind::kNotReached, "no connection before the deadline"));
    next = PQconnectPoll(native);
  }
  if (PQsetnonblocking(native, 1) != 0) return std::unexpected(lost());
  return {};
}

// False: the deadline came.
bool Connection::wait(short events, base::Tick deadline) const {
  pollfd socket{PQsocket(native_.get()), events, 0};
  for (;;) {
    const base::Duration left = time_left(deadline, clock_.monotonic());
    if (left == base::Duration::zero()) return false;
    if (::poll(&socket, 1, milliseconds(left)) > 0) return true;
  }
}

Connection::Outcome<Connection::Column> Connection::ask(std::string_view question,
                                                        const std::vector<std::string>& parameters,
                                                        base::Tick deadline) {
  std::vector<const char*> values;
  values.reserve(parameters.size());
  for (const std::string& parameter : parameters) values.push_back(parameter.c_str());
  const int sent = PQsendQueryParams(native_.get(), std::string(question).c_str(), static_cast<int>(values.size()),
                                     nullptr, values.data(), nullptr, nullptr, 0);
  if (sent != 1) return std::unexpected(lost());
  auto answer = finish(deadline);
  if (!answer) return std::unexpected(std::move(answer.error()));
  return std::move(answer->column);
}

Connection::Outcome<Connection::Answer> Connection::run(const std::string& statements, base::Tick deadline) {
  if (PQsendQuery(native_.get(), statements.c_str()) != 1) return std::unexpected(lost());
  return finish(deadline);
}

Connection::Outcome<void> Connection::transact(std::span<const std::string> steps, base::Duration lock_wait,
                                               base::Tick deadline) {
  std::string begin =
      fmt::format("BEGIN; SET LOCAL lock_timeout = {}; SET LOCAL idle_in_transaction_session_timeout = {}; ",
                  milliseconds(lock_wait), milliseconds(time_left(deadline, clock_.monotonic())));
  for (const std::string& step : steps) {
    auto done = run(fmt::format("{}SET LOCAL statement_timeout = {}; {}", std::exchange(begin, {}),
                                milliseconds(time_left(deadline, clock_.monotonic())), step),
                    deadline);
    if (done) continue;
    if (done.error().kind == Failure::Kind::kLost) done.error().kind = Failure::Kind::kNotReached;
    if (done.error().kind == Failure::Kind::kRefused) std::ignore = run("ROLLBACK", deadline);
    return std::unexpected(std::move(done.error()));
  }
  const auto committed = run("COMMIT", deadline);
  if (!committed) return std::unexpected(committed.error());
  if (committed->tag != "COMMIT") return std::unexpected(failure(Failure::Kind::kRefused, "it did not commit"));
  return {};
}

Connection::Outcome<void> Connection::flush(base::Tick deadline) {
  for (;;) {
    const int left = PQflush(native_.get());
    if (left == 0) return {};
    if (left < 0) return std::unexpected(lost());
    if (!wait(POLLIN | POLLOUT, deadline))
      return std::unexpected(failure(Failure::Kind::kNoAnswer, "the deadline came before all was sent"));
    if (PQconsumeInput(native_.get()) != 1) return std::unexpected(lost());
  }
}

// The last answer, or the first error, of what was sent.
Connection::Outcome<Connection::Answer> Connection::finish(base::Tick deadline) {
  if (auto flushed = flush(deadline); !flushed) return std::unexpected(std::move(flushed.error()));
  std::optional<Failure> refused;
  Answer answer;
  for (;;) {
    while (PQisBusy(native_.get()) == 1) {
      if (!wait(POLLIN, deadline))
        return std::unexpected(failure(Failure::Kind::kNoAnswer, "the deadline came before the answer"));
      if (PQconsumeInput(native_.get()) != 1) return std::unexpected(lost());
    }
    const Result result(PQgetResult(native_.get()));
    if (!result) break;
    const ExecStatusType status = PQresultStatus(result.get());
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
      answer = {.column = column_of(result.get()), .tag = PQcmdStatus(result.get())};
    } else if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT) {
      return std::unexpected(failure(Failure::Kind::kLost, "a statement copies data, which nobody has for it"));
    } else if (!refused) {
      refused = failure(Failure::Kind::kRefused, field_of(result.get(), PG_DIAG_MESSAGE_PRIMARY));
      refused->sqlstate = field_of(result.get(), PG_DIAG_SQLSTATE);
    }
  }
  if (refused && (refused->sqlstate.empty() || ends_session(refused->sqlstate))) refused->kind = Failure::Kind::kLost;
  if (refused) return std::unexpected(*std::move(refused));
  if (PQstatus(native_.get()) != CONNECTION_OK) return std::unexpected(lost());
  return answer;
}

base::Secret Connection::verifier(const base::Secret& password, const std::string& user) const {
  const std::unique_ptr<char, void (*)(void*)> made(
      PQencryptPasswordConn(native_.get(), password.reveal().data(), user.c_str(), kVerifierKind), PQfreemem);
  if (!made) throw std::runtime_error("libpq makes no verifier of a password");
  return base::Secret(made.get());
}

int Connection::server_version() const {
  return PQserverVersion(native_.get());
}

bool Connection::is_idle() const {
  pollfd socket{PQsocket(native_.get()), POLLIN, 0};
  return PQtransactionStatus(native_.get()) == PQTRANS_IDLE && ::poll(&socket, 1, 0) == 0;
}

Failure Connection::failure(Failure::Kind kind, std::string_view what) const {
  return {.kind = kind, .sqlstate = {}, .message = fmt::format("{}: {}", place_.shown(), what)};
}

Failure Connection::lost() const {
  return failure(Failure::Kind::kLost, trimmed(PQerrorMessage(native_.get())));
}

}  // namespace jeton::leases::postgresql
