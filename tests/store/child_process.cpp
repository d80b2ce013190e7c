#include "store/child_process.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <limits>
#include <stdexcept>

namespace jeton::store {

std::string in_child(const std::function<std::string()>& run) {
  Child child([&](int out) {
    std::string answer;
    try {
      answer = run();
    } catch (const std::exception& exception) {
      answer = std::string("threw: ") + exception.what();
    }
    if (::write(out, answer.data(), answer.size()) < 0) ::_exit(2);
  });
  return child.read(std::numeric_limits<std::size_t>::max());
}

Child::Child(const std::function<void(int)>& run) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) throw std::runtime_error("no pipe");
  process_ = ::fork();
  if (process_ < 0) throw std::runtime_error("no child");
  if (process_ == 0) {
    ::close(ends[0]);
    run(ends[1]);
    ::_exit(0);
  }
  ::close(ends[1]);
  pipe_ = ends[0];
}

Child::~Child() {
  kill();
  ::close(pipe_);
}

std::string Child::read(std::size_t bytes) {
  std::string all;
  std::array<char, 4096> part{};
  while (all.size() < bytes) {
    const auto count = ::read(pipe_, part.data(), std::min(part.size(), bytes - all.size()));
    if (count <= 0) break;
    all.append(part.data(), static_cast<std::size_t>(count));
  }
  return all;
}

void Child::kill() {
  if (process_ < 0) return;
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
  process_ = -1;
}

}  // namespace jeton::store
