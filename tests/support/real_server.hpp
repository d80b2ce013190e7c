// Programs that tests run beside themselves: servers of other makers, from their Debian packages. A program that is
// missing or does not start is an exception that says so, and thereby a failed test, never a skipped one.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace jeton::testing {

/// A TCP port of 127.0.0.1 that was free a moment ago.
std::uint16_t free_port();
/// Whether somebody listens on it.
bool listens(std::uint16_t port);

/// A folder below the one for temporary files; goes with the object.
class ServerFolder {
 public:
  /// `owner` gets it when the tests run as root; empty: it stays root's.
  explicit ServerFolder(std::string_view name, const std::string& owner = {});
  ~ServerFolder();
  ServerFolder(const ServerFolder&) = delete;
  ServerFolder& operator=(const ServerFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

std::string text_of(const std::filesystem::path& file);

/// Of a server at 127.0.0.1; signed by itself, so that who believes file() believes the server. In PEM.
class ServerCertificate {
 public:
  ServerCertificate();
  std::filesystem::path file() const { return folder_ / "certificate.pem"; }
  std::filesystem::path key() const { return folder_ / "key.pem"; }

 private:
  ServerFolder folder_;
};

/// A program that runs until it is stopped. It ends with the thread that started it, whatever becomes of the tests:
/// start it on the main thread.
class ServerProcess {
 public:
  struct Wanted {
    std::vector<std::string> command;  ///< its first word is the program's path
    std::filesystem::path log;         ///< gets its output, behind what is there
    std::string user;                  ///< whom it runs as when the tests run as root; empty: root
    int end_signal = 15;               ///< makes it end at once and in order
  };
  /// Returns when `is_ready` says so.
  ServerProcess(Wanted wanted, const std::function<bool()>& is_ready);
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  /// It and its children stand still: connections are taken by the kernel, and nobody answers.
  void pause();
  void resume();
  /// Ends it in order; kill: as a power cut would. Both return when it is gone.
  void stop();
  void kill();

  pid_t process() const { return process_; }

 private:
  void signal_all(int signal) const;
  bool ends_within(int milliseconds);

  const Wanted wanted_;
  pid_t process_ = -1;
};

/// Runs a program to its end. Throws, with its output, unless it succeeds.
void run_program(const std::vector<std::string>& command, const std::string& user = {});

/// Whether the condition comes to hold within `seconds`.
bool comes_to_hold(const std::function<bool()>& condition, int seconds = 20);

}  // namespace jeton::testing
