// Transactions of the store: atomicity, isolation, order, and what a failing body does to others.
#include <stdexcept>

#include "base/limits.hpp"
#include "conformance/store_drivers.hpp"

namespace jeton::store::conformance {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class StoreWrites : public StoreConformance {
 protected:
  /// Keeps the commit thread busy, so that what is submitted meanwhile becomes one group. Call release() in the end.
  void hold() {
    store().submit(
        [this](Transaction&) -> base::Status {
          holding_.open();
          gate_.wait();
          return {};
        },
        [](base::Status) {});
    holding_.wait();
  }
  void open_gate() { gate_.open(); }
  /// Lets the group run, and waits for it.
  void release() {
    open_gate();
    EXPECT_TRUE(store().write([](Transaction&) -> base::Status { return {}; }));
  }

 private:
  Gate holding_;
  Gate gate_;
};

base::Status no() {
  return base::failure(base::invalid("this one is refused", "test"));
}

TEST_P(StoreWrites, AnAnsweredWriteIsRead) {
  model::AccessToken token = sample_token(7);
  token.id = keep(token);
  EXPECT_EQ(find(token.id), token);
}

TEST_P(StoreWrites, ABodyThatFailsIsUndoneAndItsErrorAnswered) {
  model::TokenId id;
  const auto status = store().write([&](Transaction& transaction) -> base::Status {
    id = insert_token(transaction, sample_token(1), now());
    return no();
  });
  EXPECT_EQ(status, no());
  EXPECT_EQ(find(id), std::nullopt);
  EXPECT_THAT(follower_.ids(), ElementsAre());
  EXPECT_TRUE(store().health());
}

TEST_P(StoreWrites, AFailingBodyHarmsNobodyElseInItsGroup) {
  std::array<model::TokenId, 5> ids;
  std::array<base::Status, 5> answers;
  hold();
  for (std::size_t i = 0; i < ids.size(); ++i) {
    store().submit(
        [&, i](Transaction& transaction) -> base::Status {
          ids[i] = insert_token(transaction, sample_token(static_cast<std::int64_t>(i)), now());
          return i == 2 ? no() : base::Status{};
        },
        [&, i](base::Status status) { answers[i] = std::move(status); });
  }
  release();
  for (std::size_t i = 0; i < ids.size(); ++i) {
    EXPECT_EQ(answers[i].has_value(), i != 2) << i;
    EXPECT_EQ(find(ids[i]).has_value(), i != 2) << i;
  }
  EXPECT_THAT(follower_.ids(), ElementsAre(ids[0].value, ids[1].value, ids[3].value, ids[4].value));
}

TEST_P(StoreWrites, ABodyThatThrowsIsUndoneAndAnsweredInternal) {
  model::TokenId id;
  const auto status = store().write([&](Transaction& transaction) -> base::Status {
    id = insert_token(transaction, sample_token(1), now());
    throw std::runtime_error("the machine broke");
  });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, base::ErrorCode::kInternal);
  EXPECT_EQ(find(id), std::nullopt);
  EXPECT_TRUE(keep(sample_token(2)));
}

TEST_P(StoreWrites, AFailedStatementFailsTheBodyThatOverlooksIt) {
  const model::TokenId taken = keep(sample_token(1));
  model::TokenId other;
  const auto status = store().write([&](Transaction& transaction) -> base::Status {
    other = insert_token(transaction, sample_token(2), now());
    model::AccessToken twice = sample_token(3);
    twice.id = taken;
    (void)transaction.access_tokens().insert(twice);
    return {};
  });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, base::ErrorCode::kInternal);
  EXPECT_EQ(find(other), std::nullopt);
  EXPECT_EQ(find(taken)->subject, "Consumer1");
}

TEST_P(StoreWrites, AReservedNumberWithoutItsEventFailsTheBody) {
  model::TokenId id;
  const auto status = store().write([&](Transaction& transaction) -> base::Status {
    id = insert_token(transaction, sample_token(1), now());
    transaction.next_event();
    return {};
  });
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, HasSubstr("reserved 1 event numbers more"));
  EXPECT_EQ(find(id), std::nullopt);
}

TEST_P(StoreWrites, ABodySeesWhatItAndEarlierBodiesOfItsGroupWrote) {
  model::TokenId first;
  bool own_seen = false;
  bool earlier_seen = false;
  hold();
  store().submit(
      [&](Transaction& transaction) -> base::Status {
        first = insert_token(transaction, sample_token(1), now());
        own_seen = transaction.access_tokens().find(first)->has_value();
        return {};
      },
      [](base::Status) {});
  store().submit(
      [&](Transaction& transaction) -> base::Status {
        earlier_seen = transaction.access_tokens().find(first)->has_value();
        return {};
      },
      [](base::Status) {});
  release();
  EXPECT_TRUE(own_seen);
  EXPECT_TRUE(earlier_seen);
}

TEST_P(StoreWrites, AnswersComeInOrderAndAfterTheFollowers) {
  std::vector<int> order;
  std::vector<std::size_t> events_before_answer;
  hold();
  for (int i = 0; i < 100; ++i) {
    store().submit(
        [&, i](Transaction& transaction) -> base::Status {
          insert_token(transaction, sample_token(i), now());
          return {};
        },
        [&, i](base::Status) {
          order.push_back(i);
          events_before_answer.push_back(follower_.ids().size());
        });
  }
  release();
  ASSERT_EQ(order.size(), 100);
  EXPECT_TRUE(std::ranges::is_sorted(order));
  for (std::size_t i = 0; i < order.size(); ++i) EXPECT_GE(events_before_answer[i], i + 1);
}

TEST_P(StoreWrites, AReadSeesOneStateWhileOthersWrite) {
  keep(sample_token(1));
  Gate written;
  const auto count = [](const Snapshot& snapshot) {
    std::size_t rows = 0;
    EXPECT_TRUE(snapshot.access_tokens().scan([&](const AccessTokenRow&) { ++rows; }));
    return rows;
  };
  const auto status = store().read([&](const Snapshot& snapshot) -> base::Status {
    EXPECT_EQ(count(snapshot), 1);
    store().submit(
        [&](Transaction& transaction) -> base::Status {
          insert_token(transaction, sample_token(2), now());
          return {};
        },
        [&](base::Status) { written.open(); });
    EXPECT_EQ(count(snapshot), 1);
    EXPECT_EQ(snapshot.events().newest()->value, 1);
    return {};
  });
  EXPECT_TRUE(status);
  written.wait();
  EXPECT_TRUE(store().read([&](const Snapshot& snapshot) -> base::Status {
    EXPECT_EQ(count(snapshot), 2);
    return {};
  }));
}

TEST_P(StoreWrites, AReadAnswersWhatItsBodyAnswers) {
  EXPECT_EQ(store().read([](const Snapshot&) { return no(); }), no());
  EXPECT_THROW((void)store().read([](const Snapshot&) -> base::Status { throw std::runtime_error("broke"); }),
               std::runtime_error);
  EXPECT_TRUE(store().read([](const Snapshot&) -> base::Status { return {}; }));
}

TEST_P(StoreWrites, ManyThreadsReadAndWriteAtOnce) {
  constexpr int kThreads = 64;
  constexpr int kWritesEach = 8;
  std::vector<std::thread> threads;
  std::atomic<int> missing{0};
  threads.reserve(kThreads);
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      for (int j = 0; j < kWritesEach; ++j) {
        const auto token = sample_token(i * kWritesEach + j);
        const auto found = find(keep(token));
        if (!found || found->subject != token.subject) ++missing;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(missing, 0);
  const auto ids = follower_.ids();
  EXPECT_EQ(ids.size(), kThreads * kWritesEach);
  EXPECT_TRUE(std::ranges::is_sorted(ids));
  EXPECT_EQ(std::ranges::adjacent_find(ids), ids.end());
  const Figures figures = store().figures();
  EXPECT_EQ(figures.writes, kThreads * kWritesEach);
  EXPECT_EQ(figures.writes_failed, 0);
  EXPECT_LE(figures.commits, figures.writes);
  EXPECT_EQ(figures.group_sizes.sum, static_cast<double>(figures.writes));
}

TEST_P(StoreWrites, TheOverlayIsSharedByAGroupAndUndoneWithABody) {
  std::vector<std::optional<std::int64_t>> seen;
  const auto look = [&](Transaction& transaction) -> base::Status {
    seen.push_back(transaction.overlay().find({this, 1}));
    return {};
  };
  const auto ignore = [](base::Status) {};
  hold();
  store().submit(
      [this](Transaction& transaction) -> base::Status {
        transaction.overlay().set({this, 1}, 10);
        transaction.overlay().set({&store(), 1}, 11);  // somebody else's key with the same hash
        return {};
      },
      ignore);
  store().submit(look, ignore);
  store().submit(
      [this](Transaction& transaction) -> base::Status {
        transaction.overlay().set({this, 1}, 20);
        transaction.overlay().set({this, 1}, 30);
        transaction.overlay().erase({this, 1});
        transaction.overlay().set({this, 2}, 40);
        return no();
      },
      ignore);
  store().submit(look, ignore);
  release();
  EXPECT_TRUE(store().write(look));
  EXPECT_THAT(seen, ElementsAre(10, 10, std::nullopt));
}

TEST_P(StoreWrites, PastTheBoundAWriteIsRefusedAtOnce) {
  hold();
  const auto nothing = [](Transaction&) -> base::Status { return {}; };
  std::atomic<std::size_t> kept{0};
  for (std::size_t i = 1; i < base::limits::kWritesWaitingMax; ++i) {
    store().submit(nothing, [&](base::Status status) { kept += status ? 1U : 0U; });
  }
  base::Status refused;
  std::thread::id answered_on;
  store().submit(nothing, [&](base::Status status) {
    refused = std::move(status);
    answered_on = std::this_thread::get_id();
  });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::kUnavailable);
  EXPECT_EQ(answered_on, std::this_thread::get_id());
  EXPECT_EQ(store().figures().writes_waiting, base::limits::kWritesWaitingMax);
  EXPECT_EQ(store().figures().writes_refused, 1);
  open_gate();
  store().stop();
  EXPECT_EQ(kept, base::limits::kWritesWaitingMax - 1);
}

TEST_P(StoreWrites, AWriteFromTheCommitThreadIsRefusedInsteadOfWaitingForItself) {
  base::Status inner;
  EXPECT_TRUE(store().write([&](Transaction&) -> base::Status {
    inner = store().write([](Transaction&) -> base::Status { return {}; });
    return {};
  }));
  ASSERT_FALSE(inner);
  EXPECT_EQ(inner.error().code, base::ErrorCode::kInternal);
}

TEST_P(StoreWrites, StopKeepsWhatIsQueuedAndRefusesWhatComesLater) {
  std::vector<base::Status> answers(10);
  hold();
  for (base::Status& answer : answers) {
    answer = no();
    store().submit(
        [&](Transaction& transaction) -> base::Status {
          insert_token(transaction, sample_token(1), now());
          return {};
        },
        [&](base::Status status) { answer = std::move(status); });
  }
  open_gate();
  store().stop();
  for (const base::Status& answer : answers) EXPECT_TRUE(answer);
  EXPECT_EQ(follower_.ids().size(), answers.size());

  const auto late = store().write([](Transaction&) -> base::Status { return {}; });
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, base::ErrorCode::kUnavailable);
  EXPECT_THAT(late.error().message, HasSubstr("stopped"));
  store().stop();
}

TEST_P(StoreWrites, IsRefusedBeforeStart) {
  close();
  auto fresh = open_store({GetParam().url, folder_.path() / "fresh"}, sealer_, clock_);
  ASSERT_TRUE(fresh);
  const auto status = (*fresh)->write([](Transaction&) -> base::Status { return {}; });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, base::ErrorCode::kUnavailable);
  EXPECT_THAT(status.error().message, HasSubstr("not been started"));
}

INSTANTIATE_TEST_SUITE_P(Drivers, StoreWrites, testing::ValuesIn(store_drivers()), driver_name);

}  // namespace
}  // namespace jeton::store::conformance
