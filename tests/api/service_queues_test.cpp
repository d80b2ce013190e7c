#include "api/mqtt/service_queues.hpp"

#include <gtest/gtest.h>

#include <array>
#include <future>
#include <mutex>
#include <string>
#include <vector>

namespace jeton::api::mqtt {
namespace {

using namespace std::chrono_literals;

constexpr base::Duration kPatience = 60s;

// Two services; what is begun is noted, and its ticket kept until it is let go.
class Queues : public ::testing::Test {
 protected:
  std::array<Topics::Entry, 2> topics_{Topics::Entry{"a/x", nullptr, 0, 0}, Topics::Entry{"b/x", nullptr, 1, 1}};
  base::SystemClock clock_;
  std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  std::vector<std::string> begun_;
  std::vector<Ticket> tickets_;

  ServiceQueues::Begin keep_ticket() {
    return [this](const Message& message, Ticket ticket) {
      const std::scoped_lock lock(mutex_);
      begun_.push_back(message.text);
      tickets_.push_back(std::move(ticket));
      changed_.notify_all();
    };
  }
  bool put(ServiceQueues& queues, std::string text, std::size_t service = 0) {
    Message message{.topic = &topics_.at(service), .text = std::move(text), .received = {}};
    return queues.put(message);
  }
  void await_begun(std::size_t count) {
    std::unique_lock lock(mutex_);
    ASSERT_TRUE(changed_.wait_for(lock, kPatience, [&] { return begun_.size() == count; })) << begun_.size();
  }
  void let_one_go() {
    const std::scoped_lock lock(mutex_);
    tickets_.erase(tickets_.begin());
  }
  std::vector<std::string> begun() {
    const std::scoped_lock lock(mutex_);
    return begun_;
  }
};

TEST_F(Queues, BeginInOrderAndNoMoreThanTheBound) {
  ServiceQueues queues(2, {.waiting_max = 10, .bytes_max = 100, .begun_max = 2}, clock_, keep_ticket());
  for (const char* text : {"1", "2", "3", "4"}) EXPECT_TRUE(put(queues, text));
  await_begun(2);
  EXPECT_EQ(queues.waiting(), 2U);
  let_one_go();
  await_begun(3);
  let_one_go();
  await_begun(4);
  EXPECT_EQ(begun(), (std::vector<std::string>{"1", "2", "3", "4"}));
}

TEST_F(Queues, OneServiceDoesNotHoldUpAnother) {
  ServiceQueues queues(2, {.waiting_max = 10, .bytes_max = 100, .begun_max = 1}, clock_, keep_ticket());
  put(queues, "a1");
  await_begun(1);
  put(queues, "a2");
  put(queues, "b1", 1);
  await_begun(2);
  EXPECT_EQ(begun(), (std::vector<std::string>{"a1", "b1"}));
}

TEST_F(Queues, RefuseWhatIsTooMuch) {
  ServiceQueues queues(2, {.waiting_max = 3, .bytes_max = 10, .begun_max = 1}, clock_, keep_ticket());
  put(queues, "begun");
  await_begun(1);
  EXPECT_TRUE(put(queues, "12345"));
  EXPECT_FALSE(put(queues, "123456", 0)) << "more bytes than may wait";
  EXPECT_TRUE(put(queues, "1"));
  EXPECT_TRUE(put(queues, "1"));
  EXPECT_FALSE(put(queues, "1")) << "more messages than may wait";
  Message message{.topic = &topics_[0], .text = "stays", .received = {}};
  EXPECT_FALSE(queues.put(message));
  EXPECT_EQ(message.text, "stays");
}

TEST_F(Queues, AMessageLargerThanTheBoundGoesAlone) {
  ServiceQueues queues(1, {.waiting_max = 3, .bytes_max = 10, .begun_max = 1}, clock_, keep_ticket());
  EXPECT_TRUE(put(queues, std::string(50, 'x')));
  await_begun(1);
  EXPECT_TRUE(put(queues, std::string(50, 'y')));
  EXPECT_FALSE(put(queues, "z"));
}

TEST_F(Queues, FinishWaitsForWhatWaitsAndWhatWasBegun) {
  ServiceQueues queues(2, {.waiting_max = 10, .bytes_max = 100, .begun_max = 1}, clock_, keep_ticket());
  put(queues, "1");
  put(queues, "2");
  await_begun(1);
  auto finished = std::async(std::launch::async, [&] { return queues.finish(kPatience); });
  let_one_go();
  await_begun(2);
  let_one_go();
  EXPECT_EQ(finished.get(), ServiceQueues::Left{});
  EXPECT_FALSE(put(queues, "3"));
}

TEST_F(Queues, FinishGivesUpAndSaysHowManyItDropped) {
  ServiceQueues queues(2, {.waiting_max = 10, .bytes_max = 100, .begun_max = 1}, clock_, keep_ticket());
  put(queues, "1");
  put(queues, "2");
  put(queues, "3");
  await_begun(1);
  EXPECT_EQ(queues.finish(1ms), (ServiceQueues::Left{.unbegun = 2, .undone = 1}));
  EXPECT_EQ(begun().size(), 1U);
}

TEST_F(Queues, WhatStepsAsideMakesRoomAndIsWaitedForAllTheSame) {
  ServiceQueues queues(2, {.waiting_max = 10, .bytes_max = 100, .begun_max = 1}, clock_, keep_ticket());
  put(queues, "1");
  put(queues, "2");
  await_begun(1);
  {
    const std::scoped_lock lock(mutex_);
    tickets_.front().step_aside();
    tickets_.front().step_aside();  // counts once
  }
  await_begun(2);
  EXPECT_EQ(queues.finish(1ms), (ServiceQueues::Left{.unbegun = 0, .undone = 2}));
  let_one_go();
  EXPECT_EQ(queues.finish(1ms), (ServiceQueues::Left{.unbegun = 0, .undone = 1}));
  let_one_go();
  EXPECT_EQ(queues.finish(kPatience), ServiceQueues::Left{});
}

TEST_F(Queues, ATicketOutlivesTheQueues) {
  {
    ServiceQueues queues(1, {.waiting_max = 10, .bytes_max = 100, .begun_max = 1}, clock_, keep_ticket());
    put(queues, "1");
    await_begun(1);
  }
  ASSERT_EQ(tickets_.size(), 1U);
  tickets_.clear();  // reads freed memory if the ticket does not own what it gives back to
}

TEST_F(Queues, WhatThrowsTakesNoPlaceForEver) {
  std::size_t called = 0;
  ServiceQueues queues(1, {.waiting_max = 10, .bytes_max = 100, .begun_max = 1}, clock_,
                       [&](const Message& message, const Ticket&) {
                         const std::scoped_lock lock(mutex_);
                         begun_.push_back(message.text);
                         changed_.notify_all();
                         if (++called == 1) throw std::runtime_error("a broken request");
                       });
  put(queues, "1");
  put(queues, "2");
  await_begun(2);
  const std::scoped_lock lock(mutex_);
  EXPECT_EQ(called, 2U);
}

}  // namespace
}  // namespace jeton::api::mqtt
