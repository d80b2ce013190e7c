// AMQP 0-9-1, as much of it as one channel needs that publishes, consumes and acknowledges.
#include <fmt/format.h>

#include <cstdint>
#include <stdexcept>
#include <utility>

#include "queue_peers.hpp"

namespace jeton::bench {
namespace {

[[noreturn]] void fail(std::string_view content) {
  // A method that ends the channel or the connection says why, behind four bytes of method and two of a code.
  throw std::runtime_error(fmt::format("rabbitmq answered otherwise: {}", content.substr(0, 400)));
}

/// The numbers of AMQP 0-9-1: class in the upper half, method in the lower.
enum class Method : std::uint32_t {
  kStart = 0x000a'000a,
  kStartOk = 0x000a'000b,
  kTune = 0x000a'001e,
  kTuneOk = 0x000a'001f,
  kOpen = 0x000a'0028,
  kOpenOk = 0x000a'0029,
  kChannelOpen = 0x0014'000a,
  kChannelOpenOk = 0x0014'000b,
  kDeclare = 0x0032'000a,
  kDeclareOk = 0x0032'000b,
  kQos = 0x003c'000a,
  kQosOk = 0x003c'000b,
  kConsume = 0x003c'0014,
  kConsumeOk = 0x003c'0015,
  kPublish = 0x003c'0028,
  kDeliver = 0x003c'003c,
  kAck = 0x003c'0050,
  kConfirm = 0x0055'000a,
  kConfirmOk = 0x0055'000b,
};

class RabbitMq final : public Dialogue {
 public:
  void open(Socket& socket) override {
    socket.send(std::string_view("AMQP\0\0\x09\x01", 8));
    expect(socket, Method::kStart);
    const std::string no_properties = number<std::uint32_t>(0);
    const std::string_view password("\0guest\0guest", 12);
    socket.send(method(0, Method::kStartOk,
                       no_properties + name("PLAIN") + number(static_cast<std::uint32_t>(password.size())) +
                           std::string(password) + name("en_US")));
    expect(socket, Method::kTune);
    const std::string no_heartbeat = number<std::uint16_t>(0);
    socket.send(method(0, Method::kTuneOk, number<std::uint16_t>(1) + number<std::uint32_t>(131'072) + no_heartbeat));
    call(socket, 0, Method::kOpen, name("/") + name("") + flags(0), Method::kOpenOk);
    call(socket, kChannel, Method::kChannelOpen, name(""), Method::kChannelOpenOk);
    constexpr std::uint8_t kDurable = 2;
    call(socket, kChannel, Method::kDeclare,
         number<std::uint16_t>(0) + name("bench") + flags(kDurable) + number<std::uint32_t>(0), Method::kDeclareOk);
    call(socket, kChannel, Method::kConfirm, flags(0), Method::kConfirmOk);
  }

  void begin_taking(Socket& socket) override {
    call(socket, kChannel, Method::kQos, number<std::uint32_t>(0) + number<std::uint16_t>(1) + flags(0),
         Method::kQosOk);
    call(socket, kChannel, Method::kConsume,
         number<std::uint16_t>(0) + name("bench") + name("") + flags(0) + number<std::uint32_t>(0), Method::kConsumeOk);
  }

  std::string ask(Step step) override {
    if (step == Step::kPublish) return publish_;
    if (step == Step::kTake) return {};  // the acknowledgement before it asked for it
    return method(kChannel, Method::kAck, delivery_tag_ + flags(0));
  }

  std::optional<Outcome> answer(Step step, std::string& received) override {
    if (step == Step::kRemove) return Outcome::kDone;
    while (const auto frame = next_frame(received)) {
      if (frame->type == kBodyFrame) return Outcome::kDone;
      if (frame->type != kMethodFrame) continue;
      if (step == Step::kPublish && frame->method == Method::kAck) return Outcome::kDone;
      if (step != Step::kTake || frame->method != Method::kDeliver) fail(frame->content);
      const auto tag_size = static_cast<std::uint8_t>(frame->content.at(4));  // the consumer's name
      delivery_tag_ = frame->content.substr(5U + tag_size, 8);
    }
    return std::nullopt;
  }

 private:
  static constexpr std::uint8_t kMethodFrame = 1;
  static constexpr std::uint8_t kHeaderFrame = 2;
  static constexpr std::uint8_t kBodyFrame = 3;
  static constexpr std::uint16_t kChannel = 1;

  struct Frame {
    std::uint8_t type = 0;
    Method method{};      ///< of a method frame
    std::string content;  ///< with the method's number
  };

  template <class T>
  static std::string number(T value) {
    std::string out(sizeof(T), '\0');
    for (std::size_t i = sizeof(T); i-- > 0; value = static_cast<T>(value >> 8U))
      out[i] = static_cast<char>(value & 0xffU);
    return out;
  }
  static std::string flags(std::uint8_t bits) { return {static_cast<char>(bits)}; }
  static std::string name(std::string_view text) {
    return flags(static_cast<std::uint8_t>(text.size())) + std::string(text);
  }
  static std::string frame(std::uint8_t type, std::uint16_t channel, std::string_view content) {
    return flags(type) + number(channel) + number(static_cast<std::uint32_t>(content.size())) + std::string(content) +
           '\xce';
  }
  static std::string method(std::uint16_t channel, Method method, const std::string& arguments) {
    return frame(kMethodFrame, channel, number(static_cast<std::uint32_t>(method)) + arguments);
  }
  static std::string message() {
    constexpr std::uint16_t kBasic = 60;
    constexpr std::uint16_t kHasDeliveryMode = 0x1000;
    constexpr std::uint8_t kPersistent = 2;
    return method(kChannel, Method::kPublish, number<std::uint16_t>(0) + name("") + name("bench") + flags(0)) +
           frame(kHeaderFrame, kChannel,
                 number(kBasic) + number<std::uint16_t>(0) + number<std::uint64_t>(payload().size()) +
                     number(kHasDeliveryMode) + flags(kPersistent)) +
           frame(kBodyFrame, kChannel, payload());
  }

  static std::uint32_t read_number(std::string_view bytes) {
    std::uint32_t value = 0;
    for (const char byte : bytes.substr(0, 4)) value = value << 8U | static_cast<std::uint8_t>(byte);
    return value;
  }
  static std::optional<Frame> next_frame(std::string& received) {
    constexpr std::size_t kHead = 7;
    if (received.size() < kHead) return std::nullopt;
    const std::size_t size = read_number(std::string_view(received).substr(3));
    if (received.size() < kHead + size + 1) return std::nullopt;
    Frame found{.type = static_cast<std::uint8_t>(received[0]), .method = {}, .content = received.substr(kHead, size)};
    received.erase(0, kHead + size + 1);
    if (found.type == kMethodFrame) found.method = static_cast<Method>(read_number(found.content));
    return found;
  }

  static void expect(Socket& socket, Method wanted) {
    std::optional<Frame> found;
    while (!(found = next_frame(socket.received))) socket.receive(Socket::Wait::kYes);
    if (found->method != wanted) fail(found->content);
  }
  static void call(Socket& socket, std::uint16_t channel, Method asked, const std::string& arguments, Method wanted) {
    socket.send(method(channel, asked, arguments));
    expect(socket, wanted);
  }

  const std::string publish_ = message();
  std::string delivery_tag_;
};

}  // namespace

std::unique_ptr<Dialogue> rabbitmq_dialogue() {
  return std::make_unique<RabbitMq>();
}

}  // namespace jeton::bench
