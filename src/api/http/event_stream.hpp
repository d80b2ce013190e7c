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

/// All running streams. Thread-safe. Destroyed when the workers have stopped, before the feed.
///
/// A stream is read from the log in steps of limits::kEventsPerStreamStepMax, each a job of its own, so that one which
/// catches up leaves the workers to others between two steps. It stops reading while limits::kStreamBytesAheadMax wait
/// for its client and goes on when they are sent; a client that reads nothing at all is ended by its connection, comes
/// back with the last id it saw and misses nothing.
class EventStreams {
 public:
  EventStreams(events::Feed& feed, base::WorkerPool& workers) : feed_(feed), workers_(workers) {}
  ~EventStreams();

  struct Wanted {
    model::EventId cursor;        ///< events behind this one
    std::set<std::string> kinds;  ///< empty: all; "token" stands for every kind that begins with "token."
    bool follow = true;           ///< false: end the answer at the end of the log
  };
  /// Answers with a stream; with kTooManyRequests past limits::kEventStreamsMax, with kUnavailable after close().
  ///
  /// An event that cannot be read ends the stream behind a frame `error`, whose data has the reason; while the store
  /// cannot be read at all, the connection is ended.
  void open(Later later, Wanted wanted);

  /// Writes a comment into every idle stream so that proxies and clients see it alive, and forgets those whose client
  /// is gone. Called by a task every few seconds.
  void heartbeat();
  /// Ends all streams and takes no more: the server is going down.
  void close();

  std::size_t size() const;

 private:
  struct Stream;
  enum class Step : std::uint8_t { kMore, kWait, kEnded };

  // The subscription is apart from its stream: a wake makes itself an owner of the stream for a moment, and must not
  // become the one who ends the subscription that called it.
  struct Entry {
    std::shared_ptr<Stream> stream;
    std::unique_ptr<events::Feed::Subscription> subscription;
  };

  base::Status refusal() const;
  void pump(const std::shared_ptr<Stream>& stream);
  void pump_later(const std::shared_ptr<Stream>& stream);
  Step advance(const std::shared_ptr<Stream>& stream);
  bool send_unsent(const std::shared_ptr<Stream>& stream);
  Step end_after(Stream& stream, const base::Error& error);
  void forget(const std::shared_ptr<Stream>& stream);

  events::Feed& feed_;
  base::WorkerPool& workers_;
  mutable std::mutex mutex_;  // guards the next two; no stream's mutex is taken under it
  std::list<Entry> streams_;
  bool closing_ = false;
};

/// One event as a frame of the stream.
void append_event_frame(std::string& out, const model::Event& event);

}  // namespace jeton::api::http
