#include "support/real_postgresql.hpp"

#include <fmt/format.h>
#include <postgresql/libpq-fe.h>
#include <signal.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>
#include <vector>

namespace jeton::testing {
namespace {

constexpr const char* kUser = "postgres";  // of the operating system: the server refuses to run as root
constexpr const char* kSuperuser = "owner";
constexpr const char* kManager = "lease_manager";
constexpr const char* kPassword = "of-the-tests";

// The newest that is installed.
std::string program(const std::string& name) {
  std::vector<std::filesystem::path> found;
  const std::filesystem::path all = "/usr/lib/postgresql";
  if (std::filesystem::exists(all)) {
    for (const auto& version : std::filesystem::directory_iterator(all)) {
      if (std::filesystem::exists(version.path() / "bin" / name)) found.push_back(version.path() / "bin" / name);
    }
  }
  if (found.empty())
    throw std::runtime_error("PostgreSQL's server is not installed; ./dev setup test installs what the tests need");
  return std::ranges::max(found).string();
}

}  // namespace

RealPostgresql& RealPostgresql::shared() {
  static RealPostgresql server;
  return server;
}

RealPostgresql::RealPostgresql() : folder_("postgresql", kUser), port_(free_port()) {
  const ServerFolder words("postgresql-password");
  std::ofstream(words / "password") << kPassword;
  std::filesystem::permissions(words.path(), std::filesystem::perms::others_exec, std::filesystem::perm_options::add);
  run_program(
      {program("initdb"), "--pgdata=" + (folder_ / "data").string(), "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8",
       "--auth=scram-sha-256", fmt::format("--username={}", kSuperuser), "--pwfile=" + (words / "password").string()},
      kUser);
  start();
  run(fmt::format("CREATE ROLE {} LOGIN CREATEROLE PASSWORD '{}'", kManager, kPassword));
}

RealPostgresql::~RealPostgresql() = default;

std::string RealPostgresql::url(const std::string& user, const std::string& password,
                                const std::string& database) const {
  return fmt::format("postgresql://{}:{}@127.0.0.1:{}/{}", user, password, port_, database);
}

std::string RealPostgresql::superuser_url(const std::string& database) const {
  return url(kSuperuser, kPassword, database);
}

std::string RealPostgresql::manager_url(const std::string& database) const {
  return url(kManager, kPassword, database);
}

std::string RealPostgresql::manager_url_with(const std::string& password) const {
  return url(kManager, password);
}

std::string RealPostgresql::run(const std::string& sql, const std::string& database) const {
  PostgresqlSession session(superuser_url(database));
  const auto answer = session.query(sql);
  if (!answer) throw std::runtime_error(fmt::format("{}: {}", sql, session.failure()));
  return *answer;
}

bool RealPostgresql::lets_in(const std::string& user, const std::string& password, const std::string& database) const {
  return PostgresqlSession(url(user, password, database)).is_open();
}

bool RealPostgresql::has_role(const std::string& name) const {
  return run(fmt::format("SELECT count(*) FROM pg_roles WHERE rolname = '{}'", name)) == "1";
}

std::string RealPostgresql::log() const {
  return text_of(folder_ / "log");
}

void RealPostgresql::use(const ServerCertificate& certificate) {
  // It wants files that only its own user can read.
  const auto write = [this](const std::filesystem::path& from, const std::string& name) {
    run_program({"/usr/bin/install", "-m", "0644", from.string(), (folder_ / name).string()});
    run_program({"/bin/sh", "-c", R"(umask 077; cat "$0" > "$1")", (folder_ / name).string(),
                 (folder_ / "data" / name).string()},
                kUser);
    std::filesystem::remove(folder_ / name);
  };
  write(certificate.file(), "server.crt");
  write(certificate.key(), "server.key");
  run("ALTER SYSTEM SET ssl = on");
  run("SELECT pg_reload_conf()");
}

void RealPostgresql::start() {
  process_.reset();
  process_ = std::make_unique<ServerProcess>(
      ServerProcess::Wanted{.command = {program("postgres"), "-D", (folder_ / "data").string(), "-c", "fsync=off", "-c",
                                        "listen_addresses=127.0.0.1", "-c", fmt::format("port={}", port_), "-c",
                                        "unix_socket_directories=" + folder_.path().string(), "-c",
                                        "shared_buffers=16MB", "-c", "max_connections=60", "-c", "log_statement=all"},
                            .log = folder_ / "log",
                            .user = kUser,
                            .end_signal = SIGINT},
      [this] { return PostgresqlSession(superuser_url()).is_open(); });
}

void RealPostgresql::stop() {
  process_->stop();
}

void RealPostgresql::kill() {
  process_->kill();
}

struct PostgresqlSession::Connection {
  PGconn* native = nullptr;
};

PostgresqlSession::PostgresqlSession(const std::string& url)
    : connection_(std::make_unique<Connection>(Connection{PQconnectdb(url.c_str())})) {
  PQsetNoticeProcessor(connection_->native, [](void* /*unused*/, const char* /*unused*/) {}, nullptr);
}

PostgresqlSession::~PostgresqlSession() {
  PQfinish(connection_->native);
}

bool PostgresqlSession::is_open() const {
  return PQstatus(connection_->native) == CONNECTION_OK;
}

std::optional<std::string> PostgresqlSession::query(const std::string& sql) {
  const std::unique_ptr<PGresult, void (*)(PGresult*)> result(PQexec(connection_->native, sql.c_str()), PQclear);
  const ExecStatusType status = PQresultStatus(result.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) return std::nullopt;
  std::string out;
  for (int row = 0; row < PQntuples(result.get()); ++row) {
    if (row > 0) out += '\n';
    out += PQgetvalue(result.get(), row, 0);
  }
  return out;
}

std::string PostgresqlSession::failure() const {
  return PQerrorMessage(connection_->native);
}

bool PostgresqlSession::ends() {
  return comes_to_hold([this] { return !query("SELECT 1") && !is_open(); });
}

}  // namespace jeton::testing
