// A PostgreSQL server of the Debian package `postgresql`, on a port of 127.0.0.1 of its own, in a folder that goes with
// it. `RealPostgresql::shared()` is started once a test program, at its first use; make an own one to stop, kill or
// pause it. Logins from 127.0.0.1 need their password (SCRAM); every statement is in log().
//
//   auto& server = RealPostgresql::shared();
//   settings.url = server.manager_url();                      // role lease_manager: CREATEROLE, no superuser
//   server.run("CREATE ROLE readers");                        // as superuser
//   PostgresqlSession session(server.url(name, secret));      // as the holder of a credential
//   EXPECT_TRUE(session.is_open()); ... EXPECT_TRUE(session.ends());
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "support/real_server.hpp"

namespace jeton::testing {

class RealPostgresql {
 public:
  /// Of this test program.
  static RealPostgresql& shared();

  RealPostgresql();
  ~RealPostgresql();

  std::uint16_t port() const { return port_; }
  std::string url(const std::string& user, const std::string& password, const std::string& database = "postgres") const;
  std::string superuser_url(const std::string& database = "postgres") const;
  /// May create, alter and drop roles; nothing else.
  std::string manager_url(const std::string& database = "postgres") const;
  std::string manager_url_with(const std::string& password) const;

  /// As superuser: the first column of all rows, one a line. Throws with the server's words when it fails.
  std::string run(const std::string& sql, const std::string& database = "postgres") const;
  bool lets_in(const std::string& user, const std::string& password, const std::string& database = "postgres") const;
  bool has_role(const std::string& name) const;
  /// What it has logged since its first start, every statement among it.
  std::string log() const;

  /// It speaks TLS from now on, with who wants to.
  void use(const ServerCertificate& certificate);

  void start();
  void stop();  ///< in order, not waiting for sessions
  void kill();
  void pause() { process_->pause(); }
  void resume() { process_->resume(); }

 private:
  ServerFolder folder_;
  const std::uint16_t port_;
  std::unique_ptr<ServerProcess> process_;
};

/// A session of some user's.
class PostgresqlSession {
 public:
  explicit PostgresqlSession(const std::string& url);
  ~PostgresqlSession();
  PostgresqlSession(const PostgresqlSession&) = delete;
  PostgresqlSession& operator=(const PostgresqlSession&) = delete;

  /// Whether it was let in, and has not been ended as far as is known.
  bool is_open() const;
  /// The first column of all rows, one a line; nullopt when the server refused, or the session has ended.
  std::optional<std::string> query(const std::string& sql);
  /// The server's or the library's words about the last failure.
  std::string failure() const;
  /// Whether the server ends it, within a few seconds.
  bool ends();

 private:
  struct Connection;
  std::unique_ptr<Connection> connection_;
};

}  // namespace jeton::testing
