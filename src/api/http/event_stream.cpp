#include "api/http/event_stream.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/json/writer.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"

namespace jeton::api::http {
namespace {

bool is_wanted(const std::set<std::string>& kinds, std::string_view kind) {
  if (kinds.empty()) return true;
  return kinds.contains(std::string(kind)) || kinds.contains(std::string(kind.substr(0, kind.find('.'))));
}

}  // namespace

struct EventStreams::Stream {
  Stream(net::http::Deferred opened, Wanted what) : out(std::move(opened)), wanted(std::move(what)) {}

  std::mutex mutex;  // one step, heartbeat or close at a time; guards the next four
  net::http::Deferred out;
  Wanted wanted;
  std::string unsent;  // frames of what lies before the cursor, not handed to `out` yet
  bool ended = false;
  std::atomic<bool> scheduled{false};       // a step waits for a worker
  std::atomic<bool> waits_for_room{false};  // `out` will schedule the next step
};

EventStreams::~EventStreams() {
  close();
}

base::Status EventStreams::refusal() const {
  if (closing_) return base::failure(base::unavailable("the server is going down"));
  if (streams_.size() < base::limits::kEventStreamsMax) return {};
  return base::failure(
      {base::ErrorCode::kTooManyRequests, fmt::format("{} event streams are open already", streams_.size()), {}});
}

void EventStreams::open(Later later, Wanted wanted) {
  std::unique_lock lock(mutex_);
  if (const base::Status refused = refusal(); !refused) {
    lock.unlock();
    return later.fail(refused.error());
  }
  const auto stream = std::make_shared<Stream>(std::move(later).stream("text/event-stream"), std::move(wanted));
  auto subscription = feed_.subscribe([this, weak = std::weak_ptr(stream)] {
    if (const auto alive = weak.lock()) pump_later(alive);
  });
  streams_.push_back({stream, std::move(subscription)});
  lock.unlock();
  pump_later(stream);
}

void EventStreams::pump_later(const std::shared_ptr<Stream>& stream) {
  // One step waits at most; what is committed after it began to read schedules another.
  if (stream->scheduled.exchange(true)) return;
  const bool queued = workers_.submit([this, stream] {
    stream->scheduled = false;
    pump(stream);
  });
  if (!queued) stream->scheduled = false;  // the next heartbeat tries again
}

void EventStreams::pump(const std::shared_ptr<Stream>& stream) {
  switch (advance(stream)) {
    case Step::kMore:
      return pump_later(stream);
    case Step::kWait:  // for a commit or for the client
      return;
    case Step::kEnded:
      return forget(stream);
  }
}

EventStreams::Step EventStreams::advance(const std::shared_ptr<Stream>& stream) {
  Stream& s = *stream;
  const std::scoped_lock lock(s.mutex);
  s.ended = s.ended || !s.out.open();
  if (s.ended) return Step::kEnded;
  if (!send_unsent(stream)) return s.ended ? Step::kEnded : Step::kWait;

  const auto batch = feed_.read(s.wanted.cursor, base::limits::kEventsPerStreamStepMax);
  if (!batch) return end_after(s, batch.error());
  if (batch->trimmed)
    s.unsent += "event: trimmed\ndata: {\"reason\":\"events behind your cursor are past their retention\"}\n\n";
  for (const auto& event : batch->events) {
    if (is_wanted(s.wanted.kinds, kind_of(event->body))) append_event_frame(s.unsent, *event);
  }
  s.wanted.cursor = batch->cursor;
  if (!send_unsent(stream)) return s.ended ? Step::kEnded : Step::kWait;
  if (batch->more) return Step::kMore;
  if (s.wanted.follow) return Step::kWait;
  s.out.finish();
  s.ended = true;
  return Step::kEnded;
}

// With the stream locked. False when some of it is left: the client lags behind, or the stream has ended.
bool EventStreams::send_unsent(const std::shared_ptr<Stream>& stream) {
  Stream& s = *stream;
  std::size_t sent = 0;
  while (sent != s.unsent.size()) {
    if (s.out.backlog() >= base::limits::kStreamBytesAheadMax) {
      s.unsent.erase(0, sent);
      if (s.waits_for_room.exchange(true)) return false;
      s.out.when_there_is_room([this, weak = std::weak_ptr(stream)] {
        const auto alive = weak.lock();
        if (!alive) return;
        alive->waits_for_room = false;
        pump_later(alive);
      });
      return false;
    }
    const std::string_view piece = std::string_view(s.unsent).substr(sent, base::limits::kStreamPieceBytesMax);
    s.ended = !s.out.write(piece);
    if (s.ended) return false;
    sent += piece.size();
  }
  s.unsent.clear();
  return true;
}

// With the stream locked. A client that comes back would find a damaged event again: it is told which one, to go on
// behind it. What another try may mend is left to the client's own, so the answer stays without its end.
EventStreams::Step EventStreams::end_after(Stream& stream, const base::Error& error) {
  base::log::warn("api.events", "a stream could not be read on and was ended",
                  {{"after", fmt::to_string(stream.wanted.cursor.value)}, {"reason", error.message}});
  if (error.code == base::ErrorCode::kInternal) {
    std::string frame = "event: error\ndata: {\"reason\":";
    base::json::append_text(frame, error.message);
    frame += "}\n\n";
    if (stream.out.write(frame)) stream.out.finish();
  } else {
    const net::http::Deferred abandoned = std::move(stream.out);
  }
  stream.ended = true;
  return Step::kEnded;
}

void EventStreams::forget(const std::shared_ptr<Stream>& stream) {
  std::list<Entry> gone;  // ends outside the lock, since the feed may be waking meanwhile
  const std::scoped_lock lock(mutex_);
  const auto found = std::ranges::find(streams_, stream, &Entry::stream);
  if (found != streams_.end()) gone.splice(gone.begin(), streams_, found);
}

void EventStreams::heartbeat() {
  std::vector<std::shared_ptr<Stream>> streams;
  {
    const std::scoped_lock lock(mutex_);
    for (const Entry& entry : streams_) streams.push_back(entry.stream);
  }
  for (const auto& stream : streams) {
    bool ended = false;
    {
      const std::scoped_lock lock(stream->mutex);
      // Between frames only; a client that has bytes to read knows that we live.
      const bool idle = stream->unsent.empty() && stream->out.backlog() == 0;
      if (!stream->ended && idle) stream->ended = !stream->out.write(": alive\n\n");
      ended = stream->ended || !stream->out.open();
    }
    ended ? forget(stream) : pump_later(stream);
  }
}

void EventStreams::close() {
  std::list<Entry> streams;
  {
    const std::scoped_lock lock(mutex_);
    closing_ = true;
    streams.swap(streams_);
  }
  for (const Entry& entry : streams) {
    const std::scoped_lock lock(entry.stream->mutex);
    Stream& stream = *entry.stream;
    if (!stream.ended && stream.wanted.follow) stream.out.finish();
    const net::http::Deferred rest = std::move(stream.out);  // one that is to end with the log must not seem complete
    stream.ended = true;
  }
}

std::size_t EventStreams::size() const {
  const std::scoped_lock lock(mutex_);
  return streams_.size();
}

void append_event_frame(std::string& out, const model::Event& event) {
  fmt::format_to(std::back_inserter(out),
                 "id: {}\nevent: {}\ndata: {{\"id\":{},\"at\":\"{}\",\"kind\":\"{}\",\"actor\":", event.id.value,
                 kind_of(event.body), event.id.value, base::format_instant(event.at), kind_of(event.body));
  base::json::append_text(out, event.actor);
  out += ",\"body\":";
  out += encode_body(event.body);
  out += "}\n\n";
}

}  // namespace jeton::api::http
