#include "support/real_influxdb1.hpp"

#include <fmt/format.h>
#include <signal.h>

#include <fstream>
#include <stdexcept>

#include "base/strings.hpp"
#include "support/fake_service.hpp"

namespace jeton::testing {
namespace {

std::string configuration(const std::string& folder, std::uint16_t port) {
  return fmt::format(
      "reporting-disabled = true\n"
      "bind-address = \"127.0.0.1:{1}\"\n"
      "[meta]\n  dir = \"{0}/meta\"\n"
      "[data]\n  dir = \"{0}/data\"\n  wal-dir = \"{0}/wal\"\n"
      "[monitor]\n  store-enabled = false\n"
      "[http]\n  bind-address = \"127.0.0.1:{2}\"\n  auth-enabled = true\n",
      folder, free_port(), port);
}

}  // namespace

RealInfluxdb1& RealInfluxdb1::shared() {
  static RealInfluxdb1 server;
  return server;
}

RealInfluxdb1::RealInfluxdb1() : folder_("influxdb1"), port_(free_port()) {
  std::ofstream(folder_ / "influxdb.conf") << configuration(folder_.path().string(), port_);
  process_ = std::make_unique<ServerProcess>(
      ServerProcess::Wanted{.command = {"/usr/bin/influxd", "-config", (folder_ / "influxdb.conf").string()},
                            .log = folder_ / "log",
                            .user = {},
                            .end_signal = SIGKILL},
      [this] { return http_status("GET", url() + "/ping") == 204; });
  // The first user may be made by anybody, and nothing else.
  query("", "", fmt::format("CREATE USER {} WITH PASSWORD '{}' WITH ALL PRIVILEGES", kManager, kPassword));
  run(fmt::format("CREATE DATABASE {}", kDatabase));
  run(R"(CREATE DATABASE "other \"plant\"")");
}

std::string RealInfluxdb1::url() const {
  return fmt::format("http://127.0.0.1:{}", port_);
}

int RealInfluxdb1::query(const std::string& user, const std::string& password, const std::string& statement,
                         std::string* body) {
  return http_status("POST", url() + "/query", user.empty() ? std::string() : basic(user, password),
                     "q=" + base::percent_encode(statement), body);
}

std::string RealInfluxdb1::run(const std::string& statement) {
  std::string body;
  const int status = query(kManager, kPassword, statement, &body);
  if (status != 200 || body.find("\"error\"") != std::string::npos)
    throw std::runtime_error(fmt::format("{}: {} {}", statement, status, body));
  return body;
}

bool RealInfluxdb1::lets_in(const std::string& user, const std::string& password) {
  return query(user, password, "SHOW DATABASES") == 200;
}

bool RealInfluxdb1::lets_write(const std::string& user, const std::string& password, const std::string& database) {
  return http_status("POST", fmt::format("{}/write?db={}", url(), base::percent_encode(database)),
                     basic(user, password), "press,line=1 force=3 1500000000000000000") == 204;
}

bool RealInfluxdb1::has_user(const std::string& name) {
  return run("SHOW USERS").find(fmt::format("[\"{}\",", name)) != std::string::npos;
}

}  // namespace jeton::testing
