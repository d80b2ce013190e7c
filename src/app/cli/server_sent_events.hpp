// The text of server-sent events into events (WHATWG HTML 9.2.6), whatever the pieces in which it arrives.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace jeton::cli {

struct ServerSentEvent {
  std::string id;    ///< the last one that the stream named; empty: none so far
  std::string name;  ///< "message" when the stream names none
  std::string data;
};

class ServerSentEvents {
 public:
  static constexpr std::size_t kEventBytesMax = 4 * 1024 * 1024;

  /// False ends the reading.
  using OnEvent = std::function<bool(const ServerSentEvent&)>;

  /// Hands out every event that these bytes complete. False when `on_event` said so, or an event is past
  /// kEventBytesMax.
  bool feed(std::string_view bytes, const OnEvent& on_event);

  /// A new connection: a half-arrived event is forgotten; the last id is kept.
  void restart();

  /// Of the last event handed out.
  const std::string& last_id() const { return last_id_; }
  /// How long the server wants clients to wait before they come back.
  std::optional<base::Duration> retry() const { return retry_; }

 private:
  bool end_line(const OnEvent& on_event);
  bool dispatch(const OnEvent& on_event);
  void take_field(std::string_view name, std::string_view value);

  std::string line_;
  bool after_return_ = false;  // a '\r' ended the last line; a '\n' directly behind it belongs to it
  bool first_line_ = true;
  std::string id_;
  std::string name_;
  std::string data_;
  bool has_data_ = false;
  std::string last_id_;
  std::optional<base::Duration> retry_;
};

}  // namespace jeton::cli
