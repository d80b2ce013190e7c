#include "api/mqtt/service_queues.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "base/log.hpp"

namespace jeton::api::mqtt {
namespace {

constexpr int kNiceness = 10;

}  // namespace

struct detail::Lane {
  std::mutex mutex;  // guards all below
  std::condition_variable changed;
  std::deque<Message> messages;
  std::size_t begun = 0;  // and have not stepped aside
  std::size_t aside = 0;
  bool closed = false;    // nothing is put in any more
  bool stopping = false;  // nothing is begun any more
};

Ticket& Ticket::operator=(Ticket&& other) noexcept {
  if (this != &other) {
    give_back();
    lane_ = std::move(other.lane_);
    aside_ = std::exchange(other.aside_, false);
  }
  return *this;
}

void Ticket::give_back() noexcept {
  if (!lane_) return;
  {
    const std::scoped_lock lock(lane_->mutex);
    --(aside_ ? lane_->aside : lane_->begun);
  }
  lane_->changed.notify_all();
  lane_.reset();
}

void Ticket::step_aside() noexcept {
  if (!lane_ || std::exchange(aside_, true)) return;
  {
    const std::scoped_lock lock(lane_->mutex);
    --lane_->begun;
    ++lane_->aside;
  }
  lane_->changed.notify_all();
}

ServiceQueues::ServiceQueues(std::size_t services, const Bounds& bounds, const base::Clock& clock, Begin begin)
    : bounds_(bounds), clock_(clock), begin_(std::move(begin)) {
  for (std::size_t i = 0; i < services; ++i) lanes_.push_back(std::make_shared<detail::Lane>());
  for (const auto& lane : lanes_) threads_.emplace_back([this, &lane = *lane] { run(lane); });
}

ServiceQueues::~ServiceQueues() {
  finish(base::Duration{0});
}

bool ServiceQueues::put(Message& message) {
  detail::Lane& lane = *lanes_.at(message.topic->service);
  const std::size_t bytes = message.text.size();
  {
    const std::scoped_lock lock(lane.mutex);
    if (lane.closed || lane.messages.size() >= bounds_.waiting_max) return false;
    // One that is larger than the bound goes alone.
    const std::size_t before = bytes_.fetch_add(bytes);
    if (before != 0 && before + bytes > bounds_.bytes_max) {
      bytes_ -= bytes;
      return false;
    }
    lane.messages.push_back(std::move(message));
  }
  lane.changed.notify_all();
  return true;
}

void ServiceQueues::run(detail::Lane& lane) {
  // A flood over MQTT leaves the cores to requests over HTTP. No matter if it is not allowed.
  setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kNiceness);
  const auto shared = *std::ranges::find(lanes_, &lane, &std::shared_ptr<detail::Lane>::get);
  for (;;) {
    Message message;
    {
      std::unique_lock lock(lane.mutex);
      lane.changed.wait(lock,
                        [&] { return lane.stopping || (!lane.messages.empty() && lane.begun < bounds_.begun_max); });
      if (lane.stopping) return;
      message = std::move(lane.messages.front());
      lane.messages.pop_front();
      ++lane.begun;
    }
    bytes_ -= message.text.size();
    try {
      begin_(std::move(message), Ticket(shared));
    } catch (const std::exception& problem) {
      base::log::error("mqtt", "a request could not be begun", {{"problem", problem.what()}});
    }
  }
}

ServiceQueues::Left ServiceQueues::finish(base::Duration patience) {
  const base::Tick until = clock_.monotonic() + patience;
  for (const auto& lane : lanes_) {
    const std::scoped_lock lock(lane->mutex);
    lane->closed = true;
  }
  Left left;
  for (const auto& lane : lanes_) {
    std::unique_lock lock(lane->mutex);
    lane->changed.wait_for(lock, until - clock_.monotonic(),
                           [&] { return lane->messages.empty() && lane->begun == 0 && lane->aside == 0; });
    lane->stopping = true;
    left.unbegun += lane->messages.size();
    left.undone += lane->begun + lane->aside;
    lane->messages.clear();
    lane->changed.notify_all();
  }
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
  return left;
}

std::size_t ServiceQueues::waiting() const {
  std::size_t count = 0;
  for (const auto& lane : lanes_) {
    const std::scoped_lock lock(lane->mutex);
    count += lane->messages.size();
  }
  return count;
}

}  // namespace jeton::api::mqtt
