// Loads a message queue over 64 connections with one question each at a time, and prints operations per second. One
// client for all peers, so that none has a better one: librabbitmq waits in a thread a connection, redis-benchmark
// cannot give an id that it was told, and wrk speaks HTTP only.
//   queue_load jeton|redis|rabbitmq PORT SECONDS   publishes for so long; then takes and removes each message
//   queue_load next PORT SECONDS SUB-QUEUE         takes and releases; the server is ours, the sub-queue is not empty
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "queue_peers.hpp"

namespace {

using namespace jeton::bench;
using jeton::base::Tick;

constexpr std::size_t kConnections = 64;
constexpr std::size_t kNoBound = std::numeric_limits<std::size_t>::max();

const jeton::base::SystemClock kClock;

double seconds_since(Tick begin) {
  return std::chrono::duration<double>(kClock.monotonic() - begin).count();
}

class Load {
 public:
  Load(std::uint16_t port, const std::function<std::unique_ptr<Dialogue>()>& dialogue) {
    for (std::size_t i = 0; i < kConnections; ++i) {
      connections_.push_back(std::make_unique<Connection>(port, dialogue()));
      Connection& connection = *connections_.back();
      connection.dialogue->open(connection.socket);
      epoll_event interest{.events = EPOLLIN, .data = {.ptr = &connection}};
      if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, connection.socket.descriptor(), &interest) != 0)
        throw std::runtime_error("epoll_ctl");
    }
  }
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;
  ~Load() { ::close(epoll_); }

  struct Result {
    std::size_t rounds = 0;
    double seconds = 0;
    double rate() const { return static_cast<double>(rounds) / seconds; }
  };

  Result publish(double seconds) { return run({Step::kPublish}, kNoBound, seconds); }
  Result take_and_remove(std::size_t count) {
    const Result result = take_and_remove(count, std::numeric_limits<double>::infinity());
    if (result.rounds != count) throw std::runtime_error("not all messages came back");
    return result;
  }
  Result take_and_remove(std::size_t count, double seconds) {
    for (const auto& connection : connections_) connection->dialogue->begin_taking(connection->socket);
    return run({Step::kTake, Step::kRemove}, count, seconds);
  }

 private:
  struct Connection {
    Connection(std::uint16_t port, std::unique_ptr<Dialogue> speaks) : socket(port), dialogue(std::move(speaks)) {}
    Socket socket;
    std::unique_ptr<Dialogue> dialogue;
    std::size_t step = 0;  ///< of steps_
    bool busy = false;     ///< waits for an answer
  };

  /// Every connection goes through the steps again and again until there were `count` rounds, or so many seconds are
  /// over, or the peer has nothing more to take.
  Result run(std::vector<Step> steps, std::size_t count, double seconds) {
    steps_ = std::move(steps);
    count_ = count;
    seconds_ = seconds;
    result_ = {};
    begin_ = kClock.monotonic();
    busy_ = connections_.size();
    for (const auto& connection : connections_) {
      connection->busy = true;
      ask(*connection, 0);
    }
    for (const auto& connection : connections_) understand(*connection);
    std::array<epoll_event, kConnections> events;
    while (busy_ > 0 && result_.rounds < count_) {
      const int ready = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
      for (const epoll_event& event : std::span(events).first(static_cast<std::size_t>(std::max(ready, 0)))) {
        auto& connection = *static_cast<Connection*>(event.data.ptr);
        connection.socket.receive(Socket::Wait::kNo);
        understand(connection);
      }
    }
    result_.seconds = seconds_since(begin_);
    return result_;
  }

  void ask(Connection& connection, std::size_t step) {
    connection.step = step;
    connection.socket.send(connection.dialogue->ask(steps_[step]));
  }

  void understand(Connection& connection) {
    while (connection.busy) {
      const auto outcome = connection.dialogue->answer(steps_[connection.step], connection.socket.received);
      if (!outcome) return;
      const bool round_ended = connection.step + 1 == steps_.size();
      if (*outcome == Outcome::kDone && round_ended) ++result_.rounds;
      if (*outcome == Outcome::kNoneReady || (round_ended && seconds_since(begin_) >= seconds_)) {
        connection.busy = false;
        --busy_;
      } else {
        ask(connection, round_ended ? 0 : connection.step + 1);
      }
    }
  }

  const int epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<Step> steps_;
  std::size_t count_ = 0;
  double seconds_ = 0;
  Tick begin_;
  std::size_t busy_ = 0;
  Result result_;
};

void print(const char* what, double value) {
  std::printf("%-24s %12.2f\n", what, value);
}

void measure(const std::string& peer, std::uint16_t port, double seconds, const std::string& sub_queue) {
  Load load(port, [&]() -> std::unique_ptr<Dialogue> {
    if (peer == "next") return jeton_dialogue(sub_queue, Removal::kRelease);
    if (peer == "jeton") return jeton_dialogue("bench", Removal::kDelete);
    if (peer == "redis") return redis_dialogue();
    if (peer == "rabbitmq") return rabbitmq_dialogue();
    throw std::runtime_error("there is no peer " + peer);
  });
  if (peer == "next") return print("taken and released", load.take_and_remove(kNoBound, seconds).rate());
  const auto published = load.publish(seconds);
  const auto removed = load.take_and_remove(published.rounds);
  print("published", published.rate());
  print("taken and removed", removed.rate());
  print("all three", static_cast<double>(published.rounds) / (published.seconds + removed.seconds));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fputs("usage: queue_load jeton|redis|rabbitmq|next PORT SECONDS [SUB-QUEUE]\n", stderr);
    return 2;
  }
  try {
    measure(argv[1], static_cast<std::uint16_t>(std::stoi(argv[2])), std::stod(argv[3]), argc > 4 ? argv[4] : "");
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "queue_load: %s\n", exception.what());
    return 1;
  }
  return 0;
}
