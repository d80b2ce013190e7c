#include "queues/waiting_consumers.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "base/limits.hpp"

namespace jeton::queues {
namespace {

constexpr base::Duration kLookEvery = std::chrono::seconds{1};

/// The sub-queue in which an event made a message ready; empty: none.
std::string_view readied_in(const model::EventBody& body) {
  if (const auto* arrived = std::get_if<model::MessageArrived>(&body))
    return arrived->state == model::MessageState::kReady ? std::string_view(arrived->sub_queue) : std::string_view{};
  if (const auto* readied = std::get_if<model::MessageReadied>(&body)) return readied->sub_queue;
  return {};
}

}  // namespace

void WaitingConsumers::wait(NextRequest request, base::Tick until, store::StillWanted still_wanted, Next::Done done) {
  const auto waiter = std::make_shared<Waiter>(Waiter{.request = std::move(request),
                                                      .until = until,
                                                      .still_wanted = std::move(still_wanted),
                                                      .done = std::move(done),
                                                      .place = {},
                                                      .deadline = {}});
  {
    const std::scoped_lock lock(mutex_);
    // In line before it asks, so that what arrives between the question and the answer is not missed.
    if (!closed_ && size_ < base::limits::kWaitingConsumersMax) enter(waiter);
  }
  ask(waiter);
}

// With the mutex held.
void WaitingConsumers::enter(const Shared& waiter) {
  Line& line = lines_[waiter->request.sub_queue];
  waiter->place = line.insert(line.end(), waiter);
  waiter->deadline = deadlines_.emplace(waiter->until, waiter);
  waiter->waiting = true;
  ++size_;
  if (waiter->deadline == deadlines_.begin()) changed_.notify_one();
}

void WaitingConsumers::ask(const Shared& waiter) {
  store::StillWanted wanted;
  if (waiter->still_wanted) wanted = [waiter] { return waiter->still_wanted(); };
  next_(waiter->request, clock_.wall(), std::move(wanted),
        [this, waiter](base::Result<std::vector<model::Message>> taken) { answered(waiter, std::move(taken)); });
}

void WaitingConsumers::answered(const Shared& waiter, base::Result<std::vector<model::Message>> taken) {
  bool again = false;
  bool missed = false;
  {
    const std::scoped_lock lock(mutex_);
    const bool nothing = taken && taken->empty();
    if (nothing && waiter->waiting && clock_.monotonic() < waiter->until) {
      again = std::exchange(waiter->missed, false);
      waiter->asking = again;
      if (!again) return;
    } else {
      missed = std::exchange(waiter->missed, false);
      leave(*waiter);
    }
  }
  if (again) return ask(waiter);
  // One that leaves without the message it was woken for, or told of, leaves that to the next one.
  if (!taken || taken->empty() || missed) wake(waiter->request.sub_queue);
  waiter->done(std::move(taken));
}

void WaitingConsumers::apply(std::span<const model::Event> events) noexcept {
  for (const model::Event& event : events) {
    if (const std::string_view sub_queue = readied_in(event.body); !sub_queue.empty()) wake(sub_queue);
  }
}

// One after the other, however deep the call is: a store that refuses answers within the question, and that answer
// wakes the next one.
void WaitingConsumers::wake(std::string_view sub_queue) {
  {
    const std::scoped_lock lock(mutex_);
    if (size_ == 0) return;
    to_wake_.emplace_back(sub_queue);
    if (std::exchange(waking_, true)) return;
  }
  for (;;) {
    Shared waiter;
    {
      const std::scoped_lock lock(mutex_);
      if (to_wake_.empty()) {
        waking_ = false;
        return;
      }
      waiter = next_to_wake(to_wake_.front());
      to_wake_.pop_front();
    }
    if (waiter) ask(waiter);
  }
}

// With the mutex held.
WaitingConsumers::Shared WaitingConsumers::next_to_wake(std::string_view sub_queue) {
  const auto line = lines_.find(std::string(sub_queue));
  if (line == lines_.end()) return nullptr;
  const auto idle = std::ranges::find(line->second, false, &Waiter::asking);
  if (idle != line->second.end()) {
    (*idle)->asking = true;
    return *idle;
  }
  // All of them are asking: whoever asked before this message was there asks once more.
  const auto unaware = std::ranges::find(line->second, false, &Waiter::missed);
  if (unaware != line->second.end()) (*unaware)->missed = true;
  return nullptr;
}

// With the mutex held.
void WaitingConsumers::leave(Waiter& waiter) {
  if (!std::exchange(waiter.waiting, false)) return;
  if (waiter.deadline) deadlines_.erase(*std::exchange(waiter.deadline, std::nullopt));
  const auto line = lines_.find(waiter.request.sub_queue);
  line->second.erase(waiter.place);
  if (line->second.empty()) lines_.erase(line);
  --size_;
}

void WaitingConsumers::expire(base::Tick now) {
  std::vector<Shared> over;
  {
    const std::scoped_lock lock(mutex_);
    while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
      const Shared waiter = deadlines_.begin()->second;
      deadlines_.erase(deadlines_.begin());
      waiter->deadline.reset();
      if (waiter->asking) continue;  // it ends with its answer
      leave(*waiter);
      over.push_back(waiter);
    }
  }
  for (const Shared& waiter : over) waiter->done(std::vector<model::Message>{});
}

void WaitingConsumers::dismiss_unwanted() {
  std::vector<std::pair<Shared, base::Error>> dismissed;
  {
    const std::scoped_lock lock(mutex_);
    for (const auto& [until, waiter] : deadlines_) {
      if (waiter->asking || !waiter->still_wanted) continue;  // one that asks is asked by the store
      if (const base::Status wanted = waiter->still_wanted(); !wanted) dismissed.emplace_back(waiter, wanted.error());
    }
    for (const auto& [waiter, reason] : dismissed) leave(*waiter);
  }
  for (auto& [waiter, reason] : dismissed) waiter->done(base::failure(std::move(reason)));
}

std::optional<base::Tick> WaitingConsumers::next_deadline() const {
  const std::scoped_lock lock(mutex_);
  if (deadlines_.empty()) return std::nullopt;
  return deadlines_.begin()->first;
}

void WaitingConsumers::run(const std::stop_token& stop) {
  base::Tick looked = clock_.monotonic();
  while (!stop.stop_requested()) {
    const base::Tick now = clock_.monotonic();
    expire(now);
    if (now - looked >= kLookEvery) {
      dismiss_unwanted();
      looked = now;
    }
    std::unique_lock lock(mutex_);
    const base::Tick next = deadlines_.empty() ? now + kLookEvery : deadlines_.begin()->first;
    changed_.wait_for(lock, stop, std::clamp(next - now, base::Duration::zero(), base::Duration(kLookEvery)),
                      [&] { return !deadlines_.empty() && deadlines_.begin()->first < next; });
  }
}

void WaitingConsumers::close() {
  {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
    for (const auto& [until, waiter] : deadlines_) waiter->until = base::Tick::min();  // one that is asking ends then
  }
  expire(base::Tick::max());
}

std::size_t WaitingConsumers::size() const {
  const std::scoped_lock lock(mutex_);
  return size_;
}

}  // namespace jeton::queues
