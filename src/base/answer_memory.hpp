// Answers of somebody who is slow to ask: remembered for a while, the same question asked once however many want to
// know at the same time, and never more threads held by questions than is fit.
#pragma once
#include <algorithm>
#include <atomic>
#include <boost/unordered/unordered_flat_map.hpp>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.hpp"
#include "base/limits.hpp"

namespace jeton::base {

/// Thread-safe. Keys should be digests where the question holds a secret: they stay in memory.
template <class Value>
class AnswerMemory {
 public:
  struct Settings {
    std::size_t answers_max = limits::kRemembered;
    std::size_t bytes_max = 64 * 1024 * 1024;  ///< of what the answers say they weigh
    /// Threads that ask at a time. Whoever has another question waits for a place, but not longer than `turn`; once
    /// somebody waited in vain nobody does, until a question is answered.
    std::size_t asking_max = limits::kCallsAtOnceMax / 2;
    /// Threads that wait for the answer to somebody else's question until it comes. Whoever comes on top waits for it
    /// not longer than `turn`; once somebody waited for it in vain nobody on top does.
    std::size_t following_max = limits::kCallsAtOnceMax / 4;
    Duration turn = std::chrono::seconds{10};
    bool shared = true;  ///< whether one question answers all who ask the same meanwhile
  };
  /// What a question brought.
  struct Answer {
    Value value;
    Duration keep{};        ///< counted from the moment it was asked; zero or less: it is not remembered
    std::size_t bytes = 0;  ///< what it weighs beside its key
  };

  AnswerMemory(const Clock& clock, Settings settings) : clock_(clock), settings_(settings) {}
  explicit AnswerMemory(const Clock& clock) : AnswerMemory(clock, Settings{}) {}

  /// A remembered answer whose time is not over. Never blocks on a question.
  std::optional<Value> recall(std::string_view key) const {
    const std::shared_lock lock(mutex_);
    const auto found = kept_.find(key);
    if (found == kept_.end() || found->second.until <= clock_.monotonic()) return std::nullopt;
    return found->second.value;
  }

  /// The remembered answer, else that of `question()`, which answers an Answer and may block. nullopt: too many
  /// questions are waiting for their answers, or others did not answer this one within `patience`, which does not bound
  /// the question itself.
  template <class Question>
  std::optional<Value> ask(std::string_view key, Question&& question, Duration patience = kForever) {
    for (;;) {
      if (auto known = recall(key)) return known;
      const auto [flight, mine] = board(key);
      if (!mine) {
        const Follower follower(*this, *flight);
        if (!follower.wait(patience)) return in_vain();
        if (auto answered = flight->value()) return answered;
        continue;  // whoever asked did not get to it: somebody else asks
      }
      const Landing landing(*this, key, flight);
      const Place place(*this, patience);
      if (!place.taken()) return in_vain();
      if (auto known = recall(key)) {  // whoever asked before landed between the two looks
        flight->answer(*known);
        return known;
      }
      const Tick asked = clock_.monotonic();
      Answer answer = question();
      remember(key, answer, asked);
      flight->answer(answer.value);
      return std::move(answer.value);
    }
  }

  /// Remembers an answer as if it had been asked for now.
  void put(std::string_view key, const Answer& answer) { remember(key, answer, clock_.monotonic()); }

  void forget(std::string_view key) {
    const std::scoped_lock lock(mutex_);
    drop(kept_.find(key));
  }

  std::size_t size() const {
    const std::shared_lock lock(mutex_);
    return kept_.size();
  }
  /// Threads that wait for the answer to somebody else's question.
  std::size_t following() const {
    const std::scoped_lock lock(flights_mutex_);
    return following_;
  }

  /// How often ask() ended without an answer.
  std::uint64_t unanswered() const { return unanswered_.load(std::memory_order_relaxed); }

  static constexpr Duration kForever = std::chrono::hours{24};

 private:
  std::nullopt_t in_vain() {
    unanswered_.fetch_add(1, std::memory_order_relaxed);
    return std::nullopt;
  }

  struct Kept {
    Value value;
    Tick until;
    std::size_t bytes = 0;
    std::uint64_t number = 0;
  };
  struct KeyHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view key) const { return std::hash<std::string_view>{}(key); }
  };
  template <class T>
  using Map = boost::unordered_flat_map<std::string, T, KeyHash, std::equal_to<>>;

  // One question under way.
  class Flight {
   public:
    void answer(const Value& value) {
      const std::scoped_lock lock(mutex_);
      value_ = value;
    }
    void end() {
      {
        const std::scoped_lock lock(mutex_);
        ended_ = true;
      }
      ended_now_.notify_all();
    }
    // Whether it ended within that time.
    bool wait(Duration time_max) {
      std::unique_lock lock(mutex_);
      return ended_now_.wait_for(lock, time_max, [this] { return ended_; });
    }
    // The same for whoever has no place to wait for good.
    bool wait_a_turn(Duration turn, Duration patience) {
      std::unique_lock lock(mutex_);
      if (late_) return ended_;
      if (ended_now_.wait_for(lock, std::min(turn, patience), [this] { return ended_; })) return true;
      late_ = late_ || turn <= patience;
      return false;
    }
    // None when it ended without one.
    std::optional<Value> value() const {
      const std::scoped_lock lock(mutex_);
      return value_;
    }

   private:
    mutable std::mutex mutex_;  // guards the rest
    std::condition_variable ended_now_;
    std::optional<Value> value_;
    bool ended_ = false;
    bool late_ = false;  // somebody on top waited a whole turn in vain
  };
  using SharedFlight = std::shared_ptr<Flight>;

  // Ends the flight of whoever asks, also when the question throws.
  class Landing {
   public:
    Landing(AnswerMemory& memory, std::string_view key, SharedFlight flight)
        : memory_(memory), key_(key), flight_(std::move(flight)) {}
    Landing(const Landing&) = delete;
    Landing& operator=(const Landing&) = delete;
    ~Landing() {
      if (memory_.settings_.shared) {
        const std::scoped_lock lock(memory_.flights_mutex_);
        const auto found = memory_.flights_.find(key_);
        if (found != memory_.flights_.end()) memory_.flights_.erase(found);
      }
      flight_->end();
    }

   private:
    AnswerMemory& memory_;
    const std::string_view key_;
    const SharedFlight flight_;
  };

  // One of those who wait for the answer to somebody else's question; board() has counted it.
  class Follower {
   public:
    Follower(AnswerMemory& memory, Flight& flight) : memory_(memory), flight_(flight) {
      const std::scoped_lock lock(memory_.flights_mutex_);
      has_place_ = memory_.places_of_followers_ < memory_.settings_.following_max;
      if (has_place_) ++memory_.places_of_followers_;
    }
    Follower(const Follower&) = delete;
    Follower& operator=(const Follower&) = delete;
    ~Follower() {
      const std::scoped_lock lock(memory_.flights_mutex_);
      if (has_place_) --memory_.places_of_followers_;
      --memory_.following_;
    }
    bool wait(Duration patience) const {
      return has_place_ ? flight_.wait(patience) : flight_.wait_a_turn(memory_.settings_.turn, patience);
    }

   private:
    AnswerMemory& memory_;
    Flight& flight_;
    bool has_place_ = false;
  };

  // One of those who ask.
  class Place {
   public:
    Place(AnswerMemory& memory, Duration patience) : memory_(memory) {
      const Duration turn = memory_.settings_.turn;
      std::unique_lock lock(memory_.places_mutex_);
      const auto is_room = [this] { return memory_.asking_ < memory_.settings_.asking_max; };
      if (!is_room() && !memory_.stuck_) memory_.left_.wait_for(lock, std::min(turn, patience), is_room);
      taken_ = is_room();
      if (taken_) {
        ++memory_.asking_;
      } else {
        memory_.stuck_ = memory_.stuck_ || turn <= patience;
      }
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() {
      if (!taken_) return;
      {
        const std::scoped_lock lock(memory_.places_mutex_);
        --memory_.asking_;
        memory_.stuck_ = false;
      }
      memory_.left_.notify_one();
    }
    bool taken() const { return taken_; }

   private:
    AnswerMemory& memory_;
    bool taken_ = false;
  };

  std::pair<SharedFlight, bool> board(std::string_view key) {
    if (!settings_.shared) return {std::make_shared<Flight>(), true};
    const std::scoped_lock lock(flights_mutex_);
    if (const auto found = flights_.find(key); found != flights_.end()) {
      ++following_;
      return {found->second, false};
    }
    auto flight = std::make_shared<Flight>();
    flights_.emplace(key, flight);
    return {std::move(flight), true};
  }

  void remember(std::string_view key, const Answer& answer, Tick asked) {
    const std::size_t bytes = answer.bytes + key.size();
    if (answer.keep <= Duration::zero() || bytes > settings_.bytes_max) return;
    const std::scoped_lock lock(mutex_);
    drop(kept_.find(key));
    const Tick now = clock_.monotonic();
    // What was replaced leaves its turn behind, so turns are bounded on their own.
    while (!order_.empty() && (kept_.size() >= settings_.answers_max || bytes_ + bytes > settings_.bytes_max ||
                               order_.size() >= 2 * settings_.answers_max)) {
      drop_oldest();
    }
    // Those of the same kind end in the order in which they came, so that looking at the first finds what is over.
    while (!order_.empty() && is_over(order_.front(), now)) drop_oldest();
    kept_.emplace(key, Kept{answer.value, asked + answer.keep, bytes, ++numbers_});
    order_.push_back({std::string(key), numbers_});
    bytes_ += bytes;
  }

  struct Turn {
    std::string key;
    std::uint64_t number = 0;
  };
  bool is_over(const Turn& turn, Tick now) const {
    const auto found = kept_.find(turn.key);
    return found == kept_.end() || found->second.number != turn.number || found->second.until <= now;
  }
  void drop_oldest() {
    const auto found = kept_.find(order_.front().key);
    if (found != kept_.end() && found->second.number == order_.front().number) drop(found);
    order_.pop_front();
  }
  void drop(Map<Kept>::iterator found) {
    if (found == kept_.end()) return;
    bytes_ -= found->second.bytes;
    kept_.erase(found);
  }

  const Clock& clock_;
  const Settings settings_;
  std::atomic<std::uint64_t> unanswered_ = 0;

  mutable std::shared_mutex mutex_;  // guards kept_, order_, bytes_ and numbers_
  Map<Kept> kept_;
  std::deque<Turn> order_;  // as they were remembered; some may be gone, or remembered anew
  std::size_t bytes_ = 0;
  std::uint64_t numbers_ = 0;

  mutable std::mutex flights_mutex_;  // guards flights_, following_ and places_of_followers_
  Map<SharedFlight> flights_;
  std::size_t following_ = 0;
  std::size_t places_of_followers_ = 0;  // taken

  std::mutex places_mutex_;  // guards asking_ and stuck_
  std::condition_variable left_;
  std::size_t asking_ = 0;
  bool stuck_ = false;
};

}  // namespace jeton::base
