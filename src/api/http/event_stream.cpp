#include "api/http/event_stream.hpp"

#include <fmt/format.h>

#include "base/json/writer.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"

namespace jeton::api::http {
namespace {

constexpr std::size_t kEventsPerStep = 256;

bool is_wanted(const std::set<std::string>& kinds, std::string_view kind) {
  if (kinds.empty()) return true;
  return kinds.contains(std::string(kind)) || kinds.contains(std::string(kind.substr(0, kind.find('.'))));
}

}  // namespace

struct EventStreams::Stream {
  Stream(net::http::Deferred opened, Wanted what) : out(std::move(opened)), wanted(std::move(what)) {}

  std::mutex mutex;  // one pump, heartbeat or close at a time; guards the next three
  net::http::Deferred out;
  Wanted wanted;
  bool ended = false;
  std::atomic<bool> scheduled{false};
  std::unique_ptr<events::Feed::Subscription> subscription;
};

EventStreams::~EventStreams() {
  close();
}

base::Status EventStreams::admit() const {
  const std::scoped_lock lock(mutex_);
  if (streams_.size() < base::limits::kEventStreamsMax) return {};
  return base::failure(
      {base::ErrorCode::kTooManyRequests, fmt::format("{} event streams are open already", streams_.size()), {}});
}

void EventStreams::open(Later later, Wanted wanted) {
  auto stream = std::make_shared<Stream>(std::move(later).stream("text/event-stream"), std::move(wanted));
  {
    const std::scoped_lock lock(mutex_);
    streams_.push_back(stream);
  }
  stream->subscription = feed_.subscribe([this, weak = std::weak_ptr(stream)] {
    if (const auto alive = weak.lock()) pump_later(alive);
  });
  pump_later(stream);
}

void EventStreams::pump_later(const std::shared_ptr<Stream>& stream) {
  // One pump waits at most; what is committed after it began to read schedules another.
  if (stream->scheduled.exchange(true)) return;
  const bool queued = workers_.submit([this, stream] {
    stream->scheduled = false;
    pump(stream);
  });
  if (!queued) stream->scheduled = false;  // the next heartbeat tries again
}

void EventStreams::pump(const std::shared_ptr<Stream>& stream) {
  const std::scoped_lock lock(stream->mutex);
  std::string frames;
  while (!stream->ended) {
    const auto batch = feed_.read(stream->wanted.cursor, kEventsPerStep);
    if (!batch) {
      base::log::warn("api.events", "a stream could not be read", {{"reason", batch.error().message}});
      return;
    }
    frames.clear();
    if (batch->trimmed)
      frames += "event: trimmed\ndata: {\"reason\":\"events behind your cursor are past their retention\"}\n\n";
    for (const model::Event& event : batch->events) {
      if (is_wanted(stream->wanted.kinds, kind_of(event.body))) append_event_frame(frames, event);
    }
    stream->wanted.cursor = batch->cursor;
    if (!frames.empty() && !stream->out.write(frames)) stream->ended = true;
    if (batch->events.size() >= kEventsPerStep) continue;
    if (!stream->wanted.follow && !stream->ended) {
      stream->out.finish();
      stream->ended = true;
    }
    return;
  }
}

void EventStreams::heartbeat() {
  std::vector<std::shared_ptr<Stream>> alive;
  {
    const std::scoped_lock lock(mutex_);
    std::erase_if(streams_, [](const auto& stream) {
      const std::scoped_lock stream_lock(stream->mutex);
      return stream->ended || !stream->out.open();
    });
    alive.assign(streams_.begin(), streams_.end());
  }
  for (const auto& stream : alive) {
    const std::scoped_lock lock(stream->mutex);
    if (!stream->ended && !stream->out.write(": alive\n\n")) stream->ended = true;
    pump_later(stream);
  }
}

void EventStreams::close() {
  std::list<std::shared_ptr<Stream>> streams;
  {
    const std::scoped_lock lock(mutex_);
    streams.swap(streams_);
  }
  for (const auto& stream : streams) {
    stream->subscription.reset();
    const std::scoped_lock lock(stream->mutex);
    if (!stream->ended) stream->out.finish();
    stream->ended = true;
  }
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
