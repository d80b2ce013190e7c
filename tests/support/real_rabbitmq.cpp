#include "support/real_rabbitmq.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <fstream>

#include "base/strings.hpp"
#include "support/fake_service.hpp"

namespace jeton::testing {
namespace {

constexpr const char* kServer = "/usr/lib/rabbitmq/bin/rabbitmq-server";  // the one on the PATH changes its user
constexpr const char* kNames = "/usr/bin/epmd";

// Numbers of AMQP 0-9-1: class 10, "connection".
constexpr int kStart = 1010;
constexpr int kStartOk = 1011;
constexpr int kTune = 1030;
constexpr int kTuneOk = 1031;
constexpr int kOpen = 1040;
constexpr int kOpenOk = 1041;
constexpr int kClose = 1050;

std::string big_endian(std::size_t number, int bytes) {
  std::string out;
  for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>((number >> (8 * i)) & 0xff);
  return out;
}
std::size_t number_of(std::string_view bytes) {
  std::size_t out = 0;
  for (const char byte : bytes) out = (out << 8) | static_cast<unsigned char>(byte);
  return out;
}
std::string short_text(std::string_view text) {
  return big_endian(text.size(), 1).append(text);
}
std::string long_text(std::string_view text) {
  return big_endian(text.size(), 4).append(text);
}

// Says that a refused login may be answered at once; else the server waits for seconds.
std::string client_properties() {
  const std::string capabilities = short_text("authentication_failure_close") + 't' + '\1';
  return long_text(short_text("capabilities") + 'F' + long_text(capabilities));
}

}  // namespace

RealRabbitmq& RealRabbitmq::shared() {
  static RealRabbitmq server;
  return server;
}

RealRabbitmq::RealRabbitmq() : folder_("rabbitmq"), amqp_port_(free_port()), management_port_(free_port()) {
  const std::string folder = folder_.path().string();
  std::ofstream(folder_ / "plugins") << "[rabbitmq_management].";
  std::ofstream(folder_ / "rabbitmq.conf") << fmt::format(
      "listeners.tcp.1 = 127.0.0.1:{}\nmanagement.tcp.ip = 127.0.0.1\nmanagement.tcp.port = {}\n"
      "default_user = {}\ndefault_pass = {}\n",
      amqp_port_, management_port_, kManager, kPassword);
  const std::uint16_t names_port = free_port();
  const std::vector<std::string> environment = {
      "/usr/bin/env",
      "HOME=" + folder,
      "ERL_EPMD_ADDRESS=127.0.0.1",
      fmt::format("ERL_EPMD_PORT={}", names_port),
      "RABBITMQ_CONF_ENV_FILE=/dev/null",
      "RABBITMQ_CONFIG_FILE=" + (folder_ / "rabbitmq.conf").string(),
      fmt::format("RABBITMQ_DIST_PORT={}", free_port()),
      "RABBITMQ_ENABLED_PLUGINS_FILE=" + (folder_ / "plugins").string(),
      "RABBITMQ_LOG_BASE=" + (folder_ / "log").string(),
      "RABBITMQ_MNESIA_BASE=" + (folder_ / "mnesia").string(),
      "RABBITMQ_NODENAME=jeton-tests@localhost",
      "RUNNING_UNDER_SYSTEMD=true",  // the script becomes the server, and starts no shell beside it
  };
  const auto start = [&](const char* program, const char* log, const std::function<bool()>& is_ready) {
    std::vector<std::string> command = environment;
    command.emplace_back(program);
    return std::make_unique<ServerProcess>(
        ServerProcess::Wanted{.command = std::move(command), .log = folder_ / log, .user = {}, .end_signal = SIGKILL},
        is_ready);
  };
  names_ = start(kNames, "names", [&] { return listens(names_port); });
  process_ = start(kServer, "output", [this] { return manage("GET", "/api/whoami") == 200 && listens(amqp_port_); });
}

std::string RealRabbitmq::url() const {
  return fmt::format("http://127.0.0.1:{}", management_port_);
}

int RealRabbitmq::manage(const std::string& method, const std::string& path, const std::string& sent,
                         std::string* body) const {
  return http_status(method, url() + path, basic(kManager, kPassword), sent, body);
}

bool RealRabbitmq::lets_in(const std::string& user, const std::string& password) const {
  return AmqpSession(amqp_port_, user, password).is_open();
}

bool RealRabbitmq::has_user(const std::string& name) const {
  return manage("GET", "/api/users/" + base::percent_encode(name)) == 200;
}

AmqpSession::AmqpSession(std::uint16_t port, const std::string& user, const std::string& password,
                         const std::string& vhost)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const timeval patience{20, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) return;
  using namespace std::string_literals;
  if (!send("AMQP\0\0\x09\x01"s) || read_method().number != kStart) return;
  const std::string proof = "\0"s + user + "\0"s + password;
  send_method(kStartOk, client_properties() + short_text("PLAIN") + long_text(proof) + short_text("en_US"));
  const Method tune = read_method();
  if (tune.number != kTune) return;
  send_method(kTuneOk, tune.arguments.substr(0, 6) + big_endian(0, 2));  // no heartbeats
  send_method(kOpen, short_text(vhost) + short_text("") + '\0');
  open_ = read_method().number == kOpenOk;
}

AmqpSession::~AmqpSession() {
  ::close(socket_);
}

std::string AmqpSession::closing_words() {
  const Method method = read_method();
  open_ = false;
  if (method.number != kClose || method.arguments.size() < 3) return {};
  return method.arguments.substr(3, number_of(method.arguments.substr(2, 1)));
}

bool AmqpSession::send(std::string_view bytes) const {
  return ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
}

bool AmqpSession::send_method(int number, const std::string& arguments) const {
  const std::string payload = big_endian(static_cast<std::size_t>(number / 100), 2) +
                              big_endian(static_cast<std::size_t>(number % 100), 2) + arguments;
  return send(big_endian(1, 1) + big_endian(0, 2) + long_text(payload) + '\xce');
}

AmqpSession::Method AmqpSession::read_method() const {
  const std::string head = read(7);
  if (head.empty()) return {};
  const std::string payload = read(number_of(std::string_view(head).substr(3)) + 1);
  if (payload.size() < 5) return {};
  const auto method = static_cast<int>(number_of(payload.substr(0, 2)) * 100 + number_of(payload.substr(2, 2)));
  return {.number = method, .arguments = payload.substr(4, payload.size() - 5)};
}

std::string AmqpSession::read(std::size_t bytes) const {
  std::string out(bytes, '\0');
  const ssize_t got = ::recv(socket_, out.data(), bytes, MSG_WAITALL);
  return got == static_cast<ssize_t>(bytes) ? out : std::string();
}

}  // namespace jeton::testing
