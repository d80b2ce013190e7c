// Any bytes, cut into reads of any size, must leave the HTTP connection in one piece, and every view it hands out
// readable. The first byte chooses how requests are answered, the second the size of the reads.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "net/http/connection.hpp"

namespace {

namespace base = jeton::base;
namespace http = jeton::net::http;

class Reader {
 public:
  void touch(std::string_view text, std::size_t padding = 0) {
    for (std::size_t i = 0; i < text.size() + padding; ++i) sum_ = sum_ + static_cast<unsigned char>(text.data()[i]);
  }

 private:
  volatile unsigned sum_ = 0;
};

class TouchingHandler final : public http::Handler {
 public:
  explicit TouchingHandler(unsigned choice) : choice_(choice) {}

  void handle(const http::Request& request, http::Exchange& exchange) override {
    Reader reader;
    reader.touch(request.method_text);
    reader.touch(request.path);
    reader.touch(request.query);
    for (const http::Field& field : request.fields) {
      reader.touch(field.name);
      reader.touch(field.value);
    }
    reader.touch(request.body, base::limits::kJsonPaddingBytes);
    reader.touch(request.field("host"));

    const unsigned number = count_++;
    if (((choice_ >> (number % 4)) & 1U) == 0) {
      exchange.respond({.content_type = "text/plain", .body = request.body});
    } else {
      waiting.push_back(exchange.defer());
    }
  }

  void refuse(const http::Refusal& refusal, http::Exchange& exchange) override {
    if (refusal.status < 400 || refusal.status > 599) std::abort();
    exchange.respond({.status = refusal.status, .body = refusal.message});
  }

  std::vector<http::Deferred> waiting;

 private:
  const unsigned choice_;
  unsigned count_ = 0;
};

class Rig final : public http::Carrier {
 public:
  explicit Rig(unsigned choice) : choice_(choice), handler_(choice) {}
  ~Rig() { mailbox_->close(); }

  void answer_arrived() override {}

  // What does not fit into the way of a connection that reads no more is dropped, as by a socket that was closed.
  void feed(const char* bytes, std::size_t size) {
    while (size > 0 && connection_.wants_read()) {
      const std::span<char> room = connection_.prepare();
      if (room.empty()) std::abort();
      const std::size_t part = std::min(size, room.size());
      std::memcpy(room.data(), bytes, part);
      clock_.advance(std::chrono::milliseconds(1));
      connection_.received(part, clock_.monotonic());
      bytes += part;
      size -= part;
      send();
    }
  }

  void answer_waiting() {
    while (!handler_.waiting.empty()) {
      http::Deferred deferred = std::move(handler_.waiting.back());
      handler_.waiting.pop_back();
      if ((choice_ & 0x10U) != 0) {
        deferred.start({.body = "first"});
        deferred.write("second");
        if ((choice_ & 0x20U) != 0) deferred.finish();
      } else if ((choice_ & 0x40U) == 0) {
        deferred.respond({.status = 201, .body = "late"});
      }
    }
    std::vector<http::Delivery> deliveries;
    mailbox_->take(deliveries);
    for (http::Delivery& delivery : deliveries) delivery.target->deliver(delivery);
    connection_.settle(clock_.monotonic());
    send();
  }

  void end() {
    connection_.ended(clock_.monotonic());
    answer_waiting();
    clock_.advance(std::chrono::hours(1));
    connection_.tick(clock_.monotonic());
  }

 private:
  void send() {
    Reader reader;
    reader.touch(connection_.output());
    if (!connection_.output().empty()) connection_.sent(connection_.output().size(), clock_.monotonic());
  }

  const unsigned choice_;
  TouchingHandler handler_;
  base::ManualClock clock_;
  const http::ConnectionSettings settings_{.header_bytes_max = 2048, .body_bytes_max = 8192};
  const http::DateLine date_{clock_.wall()};
  const std::shared_ptr<http::Mailbox> mailbox_ = std::make_shared<http::Mailbox>([] {});
  const http::ConnectionSurroundings surroundings_{handler_, settings_, date_, mailbox_};
  http::Connection connection_{surroundings_, *this, clock_.monotonic()};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const unsigned choice = data[0];
  const std::size_t step = 1U + data[1];
  const char* const bytes = reinterpret_cast<const char*>(data) + 2;
  size -= 2;
  Rig rig(choice);
  for (std::size_t at = 0; at < size; at += step) {
    rig.feed(bytes + at, std::min(step, size - at));
    if ((choice & 0x80U) != 0) rig.answer_waiting();
  }
  rig.end();
  return 0;
}
