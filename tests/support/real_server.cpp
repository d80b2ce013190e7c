#include "support/real_server.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "base/clock.hpp"

namespace jeton::testing {
namespace {

constexpr int kStartSeconds = 60;
constexpr int kLookAgainMilliseconds = 10;

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

bool as_root() {
  return ::geteuid() == 0;
}

// setpriv is how the program ends with the tests, and becomes another user.
std::vector<std::string> full_command(const std::vector<std::string>& command, const std::string& user,
                                      const char* end_with) {
  std::vector<std::string> out = {"/usr/bin/setpriv"};
  if (!user.empty() && as_root()) {
    for (const std::string& option : {"--reuid=" + user, "--regid=" + user, std::string("--init-groups")})
      out.push_back(option);
  }
  out.insert(out.end(), {"--pdeathsig", end_with, "--"});
  out.insert(out.end(), command.begin(), command.end());
  return out;
}

pid_t spawn(std::vector<std::string> words, const std::filesystem::path& output) {
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  pid_t process = -1;
  const int failure = posix_spawn(&process, arguments.front(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) throw std::runtime_error(fmt::format("{} cannot be started (errno {})", arguments[0], failure));
  return process;
}

void require_program(const std::string& path) {
  if (!std::filesystem::exists(path))
    throw std::runtime_error(path + " is not installed; ./dev setup test installs what the tests need");
}

}  // namespace

std::uint16_t free_port() {
  const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof(address);
  const bool bound = ::bind(probe, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                     ::getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  ::close(probe);
  if (!bound) throw std::runtime_error("no port is free");
  return ntohs(address.sin_port);
}

bool listens(std::uint16_t port) {
  const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  const bool connected = ::connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  ::close(probe);
  return connected;
}

ServerFolder::ServerFolder(std::string_view name, const std::string& owner) {
  std::string pattern = (std::filesystem::temp_directory_path() / fmt::format("jeton-{}-XXXXXX", name)).string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no folder for " + pattern);
  path_ = pattern;
  if (owner.empty() || !as_root()) return;
  const passwd* const user = ::getpwnam(owner.c_str());
  if (user == nullptr || ::chown(path_.c_str(), user->pw_uid, user->pw_gid) != 0)
    throw std::runtime_error("there is no user " + owner + "; its package makes it: ./dev setup test");
}

ServerFolder::~ServerFolder() {
  std::error_code ignored;  // a server that is just ending may still write
  std::filesystem::remove_all(path_, ignored);
}

std::string text_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

ServerCertificate::ServerCertificate() : folder_("certificate") {
  run_program({"/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
               "-subj", "/CN=server of the tests", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2", "-keyout",
               key().string(), "-out", file().string()});
}

ServerProcess::ServerProcess(Wanted wanted, const std::function<bool()>& is_ready) : wanted_(std::move(wanted)) {
  require_program(wanted_.command.front());
  process_ = spawn(full_command(wanted_.command, wanted_.user, "KILL"), wanted_.log);
  const base::SystemClock clock;
  const base::Tick give_up = clock.monotonic() + std::chrono::seconds{kStartSeconds};
  while (!is_ready()) {
    const bool ended = ends_within(kLookAgainMilliseconds);
    if (!ended && clock.monotonic() < give_up) continue;
    kill();
    throw std::runtime_error(fmt::format("{} {}:\n{}", wanted_.command.front(),
                                         ended ? "ended at its start" : "does not become ready", text_of(wanted_.log)));
  }
}

ServerProcess::~ServerProcess() {
  resume();
  stop();
}

// True, and it is gone, when it ended by itself.
bool ServerProcess::ends_within(int milliseconds) {
  if (process_ < 0) return true;
  pollfd ended{static_cast<int>(::syscall(SYS_pidfd_open, process_, 0)), POLLIN, 0};
  ::poll(&ended, 1, milliseconds);
  ::close(ended.fd);
  if (::waitpid(process_, nullptr, WNOHANG) != process_) return false;
  process_ = -1;
  return true;
}

void ServerProcess::signal_all(int signal) const {
  if (process_ < 0) return;
  ::kill(process_, signal);  // first, so that it starts no more
  std::ifstream children(fmt::format("/proc/{0}/task/{0}/children", process_));
  for (pid_t child = 0; children >> child;) ::kill(child, signal);
}

void ServerProcess::pause() {
  signal_all(SIGSTOP);
}

void ServerProcess::resume() {
  signal_all(SIGCONT);
}

void ServerProcess::stop() {
  if (process_ < 0) return;
  ::kill(process_, wanted_.end_signal);
  if (!ends_within(kStartSeconds * 1000)) kill();
}

void ServerProcess::kill() {
  if (process_ < 0) return;
  signal_all(SIGKILL);
  ::waitpid(process_, nullptr, 0);
  process_ = -1;
}

void run_program(const std::vector<std::string>& command, const std::string& user) {
  require_program(command.front());
  const ServerFolder folder("output");
  const auto output = folder / "text";
  const pid_t process = spawn(full_command(command, user, "KILL"), output);
  int status = 0;
  ::waitpid(process, &status, 0);
  if (status != 0) throw std::runtime_error(fmt::format("{} failed:\n{}", command.front(), text_of(output)));
}

bool comes_to_hold(const std::function<bool()>& condition, int seconds) {
  const base::SystemClock clock;
  const base::Tick until = clock.monotonic() + std::chrono::seconds{seconds};
  while (!condition()) {
    if (clock.monotonic() > until) return false;
    std::this_thread::yield();
  }
  return true;
}

}  // namespace jeton::testing
