// GET /events: the event log as server-sent events (WHATWG HTML 9.2), resumable by Last-Event-ID, filtered by kind.
#pragma once
#include <atomic>
#include <list>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "api/http/call.hpp"
#include "base/worker_pool.hpp"
#include "events/feed.hpp"

namespace jeton::api::http {

/// All running streams. Thread-safe. A client that reads slower than events come is ended once limits::kOutputBytesMax
/// wait for it; it comes back with the last id it saw and misses nothing.
class EventStreams {
 public:
  EventStreams(events::Feed& feed, base::WorkerPool& workers) : feed_(feed), workers_(workers) {}
  ~EventStreams();

  struct Wanted {
    model::EventId cursor;        ///< events behind this one
    std::set<std::string> kinds;  ///< empty: all; "token" stands for every kind that begins with "token."
    bool follow = true;           ///< false: end the answer at the end of the log
  };
  /// kTooManyRequests past limits::kEventStreamsMax.
  base::Status admit() const;
  void open(Later later, Wanted wanted);

  /// Writes a comment into every stream so that proxies and clients see it alive, and forgets those whose client is
  /// gone. Called by a task every few seconds.
  void heartbeat();
  /// Ends all streams: the server is going down.
  void close();

 private:
  struct Stream;
  void pump(const std::shared_ptr<Stream>& stream);
  void pump_later(const std::shared_ptr<Stream>& stream);

  events::Feed& feed_;
  base::WorkerPool& workers_;
  mutable std::mutex mutex_;  // guards streams_
  std::list<std::shared_ptr<Stream>> streams_;
};

/// One event as a frame of the stream.
void append_event_frame(std::string& out, const model::Event& event);

}  // namespace jeton::api::http
