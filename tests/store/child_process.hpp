// Runs part of a test in a process of its own: for what would end or maim the test's process.
#pragma once
#include <sys/types.h>

#include <functional>
#include <string>

namespace jeton::store {

/// What `run` answers in a forked child, or how the child ended. Call while this process has one thread.
std::string in_child(const std::function<std::string()>& run);

/// A child that writes to a pipe until it is killed.
class Child {
 public:
  /// `run` gets the descriptor to write to.
  explicit Child(const std::function<void(int)>& run);
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();

  /// Reads at most `bytes`; less at the end.
  std::string read(std::size_t bytes);
  /// Ends it as a power cut would, and waits until it is gone.
  void kill();

 private:
  pid_t process_ = -1;
  int pipe_ = -1;
};

}  // namespace jeton::store
