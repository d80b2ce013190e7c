#include "queue_peers.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <initializer_list>
#include <stdexcept>
#include <system_error>
#include <utility>
#include <vector>

namespace jeton::bench {
namespace {

[[noreturn]] void fail(std::string_view what, std::string_view received) {
  throw std::runtime_error(fmt::format("{}: {}", what, received.substr(0, 400)));
}

[[noreturn]] void fail_with_errno(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

std::int64_t number_of(std::string_view text) {
  std::int64_t value = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc{}) fail("no number", text);
  return value;
}

class Jeton final : public Dialogue {
 public:
  Jeton(std::string sub_queue, Removal removal) : removal_(removal) {
    const std::string body = fmt::format(R"({{"subQueue":"{}","payload":{}}})", sub_queue, payload());
    publish_ = fmt::format(
        "POST /queue/entry HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
        "{}\r\n\r\n{}",
        body.size(), body);
    take_ = fmt::format(
        "PUT /queue/next?subQueue={}&assignedTo=w HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n", sub_queue);
  }

  std::string ask(Step step) override {
    if (step == Step::kPublish) return publish_;
    if (step == Step::kTake) return take_;
    if (removal_ == Removal::kDelete)
      return fmt::format("DELETE /queue/entry/{} HTTP/1.1\r\nHost: localhost\r\n\r\n", uuid_);
    return fmt::format("PUT /queue/entry/{}/release HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n", uuid_);
  }

  std::optional<Outcome> answer(Step step, std::string& received) override {
    static constexpr std::string_view kLength = "\r\nContent-Length: ";
    static constexpr std::string_view kUuid = R"("uuid":")";
    const std::size_t head = received.find("\r\n\r\n");
    if (head == std::string::npos) return std::nullopt;
    const std::size_t length = received.find(kLength);
    const auto body_size =
        length < head ? static_cast<std::size_t>(number_of(std::string_view(received).substr(length + kLength.size())))
                      : 0;
    const std::size_t size = head + 4 + body_size;
    if (received.size() < size) return std::nullopt;
    const std::string_view status = std::string_view(received).substr(9, 3);
    const bool none_ready = step == Step::kTake && status == "204";
    if (!none_ready && status != (step == Step::kPublish ? "201" : "200")) fail("jeton", received);
    if (step == Step::kTake && !none_ready) {
      const std::size_t begin = received.find(kUuid, head) + kUuid.size();
      uuid_ = received.substr(begin, received.find('"', begin) - begin);
    }
    received.erase(0, size);
    return none_ready ? Outcome::kNoneReady : Outcome::kDone;
  }

 private:
  const Removal removal_;
  std::string publish_;
  std::string take_;
  std::string uuid_;
};

class Redis final : public Dialogue {
 public:
  void open(Socket& socket) override {
    // The second connection is told that the group exists, which is as good.
    socket.send(command({"XGROUP", "CREATE", "bench", "group", "0", "MKSTREAM"}));
    while (!socket.received.ends_with("\r\n")) socket.receive(Socket::Wait::kYes);
    socket.received.clear();
  }

  std::string ask(Step step) override {
    if (step == Step::kPublish) return publish_;
    if (step == Step::kTake) return take_;
    return command({"XACK", "bench", "group", id_}) + command({"XDEL", "bench", id_});
  }

  std::optional<Outcome> answer(Step step, std::string& received) override {
    texts_.clear();
    std::size_t size = 0;
    const int replies = step == Step::kRemove ? 2 : 1;
    for (int i = 0; i < replies; ++i) {
      const auto end = end_of_reply(received, size);
      if (!end) return std::nullopt;
      size = *end;
    }
    if (step == Step::kTake && texts_.size() > 1) id_ = texts_[1];  // behind the stream's name
    const bool none_ready = step == Step::kTake && texts_.empty();
    received.erase(0, size);
    return none_ready ? Outcome::kNoneReady : Outcome::kDone;
  }

 private:
  static std::string command(std::initializer_list<std::string_view> words) {
    std::string out = fmt::format("*{}\r\n", words.size());
    for (const std::string_view word : words) out += fmt::format("${}\r\n{}\r\n", word.size(), word);
    return out;
  }

  /// Notes every text of the reply that begins at `begin`; none when it is not complete.
  std::optional<std::size_t> end_of_reply(std::string_view received, std::size_t begin) {
    const std::size_t line = received.find("\r\n", begin);
    if (line == std::string_view::npos) return std::nullopt;
    if (received[begin] == '-') fail("redis", received);
    std::size_t end = line + 2;
    if (received[begin] == ':' || received[begin] == '+') return end;
    const std::int64_t count = number_of(received.substr(begin + 1, line - begin - 1));
    if (count < 0) return end;
    if (received[begin] == '$') {
      const auto size = static_cast<std::size_t>(count);
      if (received.size() < end + size + 2) return std::nullopt;
      texts_.emplace_back(received.substr(end, size));
      return end + size + 2;
    }
    for (std::int64_t i = 0; i < count; ++i) {
      const auto next = end_of_reply(received, end);
      if (!next) return std::nullopt;
      end = *next;
    }
    return end;
  }

  const std::string publish_ = command({"XADD", "bench", "*", "payload", payload()});
  const std::string take_ = command({"XREADGROUP", "GROUP", "group", "w", "COUNT", "1", "STREAMS", "bench", ">"});
  std::string id_;
  std::vector<std::string> texts_;
};

}  // namespace

std::string_view payload() {
  static const std::string text = '"' + std::string(100, 'x') + '"';
  return text;
}

Socket::Socket(std::uint16_t port) : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int yes = 1;
  if (descriptor_ < 0 || ::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
      ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes)) != 0)
    fail_with_errno("connect");
}

Socket::~Socket() {
  ::close(descriptor_);
}

void Socket::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) fail_with_errno("send");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void Socket::receive(Wait wait) {
  std::array<char, 4096> buffer;
  const auto size = ::recv(descriptor_, buffer.data(), buffer.size(), wait == Wait::kNo ? MSG_DONTWAIT : 0);
  if (size < 0 && errno != EAGAIN) fail_with_errno("recv");
  if (size == 0) throw std::runtime_error("the peer ended the connection");
  if (size > 0) received.append(buffer.data(), static_cast<std::size_t>(size));
}

std::unique_ptr<Dialogue> jeton_dialogue(std::string sub_queue, Removal removal) {
  return std::make_unique<Jeton>(std::move(sub_queue), removal);
}
std::unique_ptr<Dialogue> redis_dialogue() {
  return std::make_unique<Redis>();
}

}  // namespace jeton::bench
