// The fakes of lease providers in tests/e2e, run beside a test. They stand for services that are no packages of the
// distribution, and for faults that real ones do not have on demand; fake_provider.py says what can be asked of them.
//
//   FakeService fake("fake_influxdb.py");
//   fake.control(R"({"fault":{"on":"create","do":"drop-after"}})");
#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "base/json/types.hpp"
#include "support/real_server.hpp"

namespace jeton::testing {

class FakeService {
 public:
  explicit FakeService(const std::string& script);

  std::uint16_t port() const { return port_; }
  std::string url() const;

  /// Takes back all faults, and counts anew.
  void clear() { control(R"({"clear":true})"); }
  /// What there is, behind the change.
  base::json::Value control(const std::string& wanted);
  base::json::Value state();
  /// How often an operation was asked for since clear().
  std::int64_t count(const std::string& operation);

 private:
  ServerFolder folder_;
  const std::uint16_t port_;
  std::unique_ptr<ServerProcess> process_;
};

/// The status of a request to `url`, 0 when there is no answer; `body` gets the answer's, if it is not null.
int http_status(const std::string& method, const std::string& url, const std::string& authorization = {},
                const std::string& sent = {}, std::string* body = nullptr);

/// "Basic …" of a user and a password.
std::string basic(const std::string& user, const std::string& password);

}  // namespace jeton::testing
