// An InfluxDB 1 server of the Debian package `influxdb`, with authentication, on a port of 127.0.0.1 of its own, in a
// folder that goes with it. `RealInfluxdb1::shared()` is started once a test program, at its first use.
#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "support/real_server.hpp"

namespace jeton::testing {

class RealInfluxdb1 {
 public:
  static constexpr const char* kManager = "lease_manager";  ///< an administrator
  static constexpr const char* kPassword = "of-the-tests";
  static constexpr const char* kDatabase = "plant";
  static constexpr const char* kOther = "other \"plant\"";  ///< a database whose name has to be quoted

  /// Of this test program.
  static RealInfluxdb1& shared();
  RealInfluxdb1();

  std::string url() const;
  /// As the manager. Throws, with the answer, unless it succeeds.
  std::string run(const std::string& statement);
  /// The status of a query by somebody: 200, or 401 for who is not let in.
  int query(const std::string& user, const std::string& password, const std::string& statement,
            std::string* body = nullptr);
  bool lets_in(const std::string& user, const std::string& password);
  /// Whether they may write a point: 204, or 403.
  bool lets_write(const std::string& user, const std::string& password, const std::string& database);
  bool has_user(const std::string& name);

  void stop() { process_->stop(); }

 private:
  ServerFolder folder_;
  const std::uint16_t port_;
  std::unique_ptr<ServerProcess> process_;
};

}  // namespace jeton::testing
