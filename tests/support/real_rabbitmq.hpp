// A RabbitMQ node of the Debian package `rabbitmq-server` with its management plugin, on ports of 127.0.0.1 of its own,
// in a folder that goes with it. It starts slowly: `RealRabbitmq::shared()` is started once a test program.
#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "support/real_server.hpp"

namespace jeton::testing {

class RealRabbitmq {
 public:
  static constexpr const char* kManager = "lease_manager";  ///< an administrator
  static constexpr const char* kPassword = "of-the-tests";

  /// Of this test program.
  static RealRabbitmq& shared();
  RealRabbitmq();

  std::string url() const;  ///< of the management
  std::uint16_t amqp_port() const { return amqp_port_; }
  /// A request of the manager to its management; the status.
  int manage(const std::string& method, const std::string& path, const std::string& sent = {},
             std::string* body = nullptr) const;
  bool lets_in(const std::string& user, const std::string& password) const;
  bool has_user(const std::string& name) const;

 private:
  ServerFolder folder_;
  const std::uint16_t amqp_port_;
  const std::uint16_t management_port_;
  std::unique_ptr<ServerProcess> names_;  // the mapper of Erlang's node names to ports
  std::unique_ptr<ServerProcess> process_;
};

/// A connection of some user's to a virtual host, over AMQP 0-9-1.
class AmqpSession {
 public:
  AmqpSession(std::uint16_t port, const std::string& user, const std::string& password, const std::string& vhost = "/");
  ~AmqpSession();
  AmqpSession(const AmqpSession&) = delete;
  AmqpSession& operator=(const AmqpSession&) = delete;

  /// Whether it was let in.
  bool is_open() const { return open_; }
  /// Waits until the server closes it; its words, empty when it closes without any, or does not within 20 seconds.
  std::string closing_words();

 private:
  struct Method {
    int number = 0;  ///< class * 100 + method; 0: there is no connection any more
    std::string arguments;
  };
  bool send(std::string_view bytes) const;
  bool send_method(int number, const std::string& arguments) const;
  Method read_method() const;
  std::string read(std::size_t bytes) const;

  int socket_ = -1;
  bool open_ = false;
};

}  // namespace jeton::testing
