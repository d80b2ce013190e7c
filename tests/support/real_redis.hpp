// A Redis server of the Debian package `redis-server`, on a port of 127.0.0.1 of its own, in a folder that goes with
// it. `RealRedis::shared()` is started once a test program, at its first use, and keeps its users in an ACL file; make
// an own one to stop, kill or pause it, or for another way of keeping users. The user `default` is off.
//
//   auto& server = RealRedis::shared();
//   settings.url = server.manager_url();                      // user lease_manager: ACL, CONFIG GET|REWRITE, INFO
//   server.run({"ACL", "USERS"});                             // as a user who may do everything
//   RedisSession session(server.port());                      // as the holder of a credential
//   EXPECT_EQ(session.call({"AUTH", name, secret}), "OK"); ... EXPECT_TRUE(session.ends());
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "support/real_server.hpp"

namespace jeton::testing {

class RealRedis {
 public:
  enum class Keeps : std::uint8_t {
    kInAclFile,     ///< option aclfile
    kInConfigFile,  ///< started from a file that CONFIG REWRITE rewrites
    kNothing,       ///< users end with the process
  };

  /// Of this test program; kInAclFile.
  static RealRedis& shared();

  explicit RealRedis(Keeps keeps = Keeps::kInAclFile) : RealRedis(keeps, nullptr) {}
  /// Its URLs are those of a second port, for TLS. It keeps users in an ACL file.
  explicit RealRedis(const ServerCertificate& certificate) : RealRedis(Keeps::kInAclFile, &certificate) {}
  ~RealRedis();

  std::uint16_t port() const { return port_; }
  std::string url(const std::string& user, const std::string& password) const;
  std::string owner_url() const;  ///< of a user who may do everything
  std::string manager_url() const;
  std::string manager_url_with(const std::string& password) const;

  /// As a user who may do everything. Throws when there is no answer.
  std::string run(const std::vector<std::string>& words) const;
  bool lets_in(const std::string& user, const std::string& password) const;
  bool has_user(const std::string& name) const;
  /// The file that users are kept in; empty with kNothing.
  std::string kept_users() const;

  void start();
  void stop();  ///< in order
  void kill();
  void pause() { process_->pause(); }
  void resume() { process_->resume(); }

 private:
  RealRedis(Keeps keeps, const ServerCertificate* certificate);

  const Keeps keeps_;
  ServerFolder folder_;
  const std::uint16_t port_;
  const std::uint16_t tls_port_;  // zero: none
  std::unique_ptr<ServerProcess> process_;
};

/// A connection of some user's, by a client that shares no code with ours.
class RedisSession {
 public:
  explicit RedisSession(std::uint16_t port);
  ~RedisSession();
  RedisSession(const RedisSession&) = delete;
  RedisSession& operator=(const RedisSession&) = delete;

  /// The answer: a text or number as it is, an error with its "-", "(nil)", of a list its items, one a line. "(ended)"
  /// when there is no connection (any more).
  std::string call(const std::vector<std::string>& words);
  /// Whether the server ends it, within a few seconds.
  bool ends();

 private:
  std::string read_line();
  std::string read_answer();

  int socket_ = -1;
};

}  // namespace jeton::testing
