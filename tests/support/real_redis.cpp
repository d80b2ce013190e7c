#include "support/real_redis.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <charconv>
#include <fstream>
#include <stdexcept>

namespace jeton::testing {
namespace {

constexpr const char* kProgram = "/usr/bin/redis-server";
constexpr const char* kOwner = "owner";
constexpr const char* kManager = "lease_manager";
constexpr const char* kPassword = "of-the-tests";
constexpr std::string_view kEnded = "(ended)";

std::string users() {
  return fmt::format(
      "user default off\n"
      "user {} on >{} ~* &* +@all\n"
      "user {} on >{} +acl +config|get +config|rewrite +info +ping\n",
      kOwner, kPassword, kManager, kPassword);
}

}  // namespace

RealRedis& RealRedis::shared() {
  static RealRedis server;
  return server;
}

RealRedis::RealRedis(Keeps keeps, const ServerCertificate* certificate)
    : keeps_(keeps), folder_("redis"), port_(free_port()), tls_port_(certificate != nullptr ? free_port() : 0) {
  if (keeps_ == Keeps::kInAclFile) std::ofstream(folder_ / "users.acl") << users();
  std::ofstream out(folder_ / "redis.conf");
  out << "bind 127.0.0.1\nport " << port_ << "\ndir " << folder_.path().string() << "\nsave \"\"\ndaemonize no\n"
      << (keeps_ == Keeps::kInAclFile ? "aclfile users.acl\n" : users());
  if (certificate != nullptr) {
    out << "tls-port " << tls_port_ << "\ntls-auth-clients no\ntls-cert-file " << certificate->file().string()
        << "\ntls-key-file " << certificate->key().string() << "\ntls-ca-cert-file " << certificate->file().string()
        << "\n";
  }
  out.close();
  start();
}

RealRedis::~RealRedis() = default;

std::string RealRedis::url(const std::string& user, const std::string& password) const {
  return tls_port_ != 0 ? fmt::format("rediss://{}:{}@127.0.0.1:{}", user, password, tls_port_)
                        : fmt::format("redis://{}:{}@127.0.0.1:{}", user, password, port_);
}

std::string RealRedis::owner_url() const {
  return url(kOwner, kPassword);
}

std::string RealRedis::manager_url() const {
  return url(kManager, kPassword);
}

std::string RealRedis::manager_url_with(const std::string& password) const {
  return url(kManager, password);
}

std::string RealRedis::run(const std::vector<std::string>& words) const {
  RedisSession session(port_);
  session.call({"AUTH", kOwner, kPassword});
  std::string answer = session.call(words);
  if (answer == kEnded) throw std::runtime_error("Redis does not answer " + words.front());
  return answer;
}

bool RealRedis::lets_in(const std::string& user, const std::string& password) const {
  return RedisSession(port_).call({"AUTH", user, password}) == "OK";
}

bool RealRedis::has_user(const std::string& name) const {
  return run({"ACL", "GETUSER", name}) != "(nil)";
}

std::string RealRedis::kept_users() const {
  if (keeps_ == Keeps::kNothing) return {};
  return text_of(folder_ / (keeps_ == Keeps::kInAclFile ? "users.acl" : "redis.conf"));
}

void RealRedis::start() {
  process_.reset();
  // "-": the configuration comes by standard input, and there is no file to rewrite.
  std::vector<std::string> command = {kProgram, (folder_ / "redis.conf").string()};
  if (keeps_ == Keeps::kNothing) command = {"/bin/sh", "-c", fmt::format("exec {} - < \"$0\"", kProgram), command[1]};
  process_ = std::make_unique<ServerProcess>(
      ServerProcess::Wanted{.command = std::move(command), .log = folder_ / "log", .user = {}},
      [this] { return lets_in(kOwner, kPassword); });
}

void RealRedis::stop() {
  process_->stop();
}

void RealRedis::kill() {
  process_->kill();
}

RedisSession::RedisSession(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const timeval patience{20, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
}

RedisSession::~RedisSession() {
  ::close(socket_);
}

std::string RedisSession::call(const std::vector<std::string>& words) {
  std::string request = fmt::format("*{}\r\n", words.size());
  for (const std::string& word : words) request += fmt::format("${}\r\n{}\r\n", word.size(), word);
  if (::send(socket_, request.data(), request.size(), MSG_NOSIGNAL) < 0) return std::string(kEnded);
  return read_answer();
}

bool RedisSession::ends() {
  return comes_to_hold([this] { return call({"PING"}) == kEnded; });
}

// Without its end; empty when there is none.
std::string RedisSession::read_line() {
  std::string line;
  char byte = 0;
  while (::recv(socket_, &byte, 1, 0) == 1) {
    line += byte;
    if (line.ends_with("\r\n")) return line.substr(0, line.size() - 2);
  }
  return {};
}

std::string RedisSession::read_answer() {
  const std::string line = read_line();
  if (line.empty()) return std::string(kEnded);
  if (line[0] == '+' || line[0] == ':') return line.substr(1);
  if (line[0] == '-') return line;
  int count = 0;
  std::from_chars(line.data() + 1, line.data() + line.size(), count);
  if (count < 0) return "(nil)";
  std::string out;
  if (line[0] == '*') {
    for (int i = 0; i < count; ++i) out += (i > 0 ? "\n" : "") + read_answer();
    return out;
  }
  out.resize(static_cast<std::size_t>(count) + 2);
  if (::recv(socket_, out.data(), out.size(), MSG_WAITALL) < 0) return std::string(kEnded);
  out.resize(static_cast<std::size_t>(count));
  return out;
}

}  // namespace jeton::testing
