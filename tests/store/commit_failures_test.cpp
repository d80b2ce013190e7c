// What the store does when its database fails under a group.
#include <condition_variable>

#include "store/faulty_database.hpp"
#include "store/migrate.hpp"
#include "store/store_support.hpp"

namespace jeton::store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class CommitFailures : public testing::Test, private Follower {
 protected:
  CommitFailures() {
    auto database = std::make_unique<FaultyDatabase>(faults_);
    auto writer = *database->connect(Access::kWrite);
    EXPECT_TRUE(migrate(*writer, *database));
    store_ =
        std::make_unique<Store>(std::move(database), std::move(writer), model::EventId{}, any_sealer(), any_clock());
    store_->follow(*this);
    store_->start();
  }

  /// Runs these as one group: they are queued while another write is held. The answers.
  std::vector<base::Status> run_group(std::vector<Store::Body> bodies) {
    std::mutex mutex;
    std::condition_variable changed;
    bool holding = false;
    bool released = false;
    std::vector<base::Status> answers(bodies.size());
    std::size_t answered = 0;
    const auto hold = [&](Transaction&) -> base::Status {
      std::unique_lock lock(mutex);
      holding = true;
      changed.notify_all();
      changed.wait(lock, [&] { return released; });
      return {};
    };
    store_->submit(hold, [&](base::Status) { arm(); });
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return holding; });
    for (std::size_t i = 0; i < bodies.size(); ++i) {
      store_->submit(std::move(bodies[i]), [&, i](base::Status status) {
        const std::scoped_lock guard(mutex);
        answers[i] = std::move(status);
        ++answered;
        changed.notify_all();
      });
    }
    released = true;
    changed.notify_all();
    changed.wait(lock, [&] { return answered == answers.size(); });
    return answers;
  }
  /// What fails when the group runs.
  void fail_in_group(std::function<void()> arm) { arm_ = std::move(arm); }

  /// Keeps a token, and counts its runs.
  Store::Body keeping(int& runs) {
    return [&runs](Transaction& transaction) -> base::Status {
      ++runs;
      const model::EventId number = transaction.next_event();
      model::AccessToken token;
      token.id = {number.value};
      if (auto inserted = transaction.access_tokens().insert(token); !inserted) return inserted;
      transaction.append(number, any_clock().wall(), "test", model::TokenUsed{.id = token.id});
      return {};
    };
  }

  std::shared_ptr<Faults> faults_ = std::make_shared<Faults>();
  std::vector<std::int64_t> followed_;
  std::unique_ptr<Store> store_;

 private:
  void apply(std::span<const model::Event> events) noexcept override {
    for (const model::Event& event : events) followed_.push_back(event.id.value);
  }
  void arm() {
    if (arm_) arm_();
  }
  std::function<void()> arm_;
};

TEST_F(CommitFailures, AFailedCommitFailsItsWholeGroupAndLeavesNothing) {
  fail_in_group([this] { faults_->commits = 1; });
  std::array<int, 3> runs{};
  std::vector<Store::Body> bodies;
  for (int& count : runs) bodies.push_back(keeping(count));
  bodies.emplace_back([](Transaction&) { return base::failure(base::invalid("its own reason")); });
  const auto answers = run_group(std::move(bodies));
  for (std::size_t i = 0; i < runs.size(); ++i) {
    ASSERT_FALSE(answers[i]);
    EXPECT_EQ(answers[i].error(), base::unavailable("the disk is full, says the test"));
    EXPECT_EQ(runs[i], 1);
  }
  EXPECT_EQ(answers[3].error(), base::invalid("its own reason"));
  EXPECT_THAT(token_ids(*store_), ElementsAre());
  EXPECT_THAT(followed_, ElementsAre());
  EXPECT_EQ(store_->last_event(), model::EventId{});
  EXPECT_EQ(store_->figures().commits_failed, 1);
  EXPECT_EQ(store_->figures().writes_failed, 4);
}

TEST_F(CommitFailures, LaterWritesWorkAndHealthComesBack) {
  EXPECT_TRUE(store_->health());
  faults_->commits = 1;
  model::TokenId id;
  EXPECT_FALSE(keep_token(*store_, id));
  ASSERT_FALSE(store_->health());
  EXPECT_THAT(store_->health().error().message, HasSubstr("disk is full"));
  faults_->connects = 1;
  EXPECT_FALSE(keep_token(*store_, id));
  EXPECT_TRUE(keep_token(*store_, id));
  EXPECT_TRUE(store_->health());
  EXPECT_THAT(token_ids(*store_), ElementsAre(id.value));
  EXPECT_THAT(followed_, ElementsAre(id.value));
}

TEST_F(CommitFailures, AnIdleStoreFindsOutThatItIsWellAgain) {
  faults_->commits = 1;
  model::TokenId id;
  EXPECT_FALSE(keep_token(*store_, id));
  const base::SystemClock clock;
  const base::Tick deadline = clock.monotonic() + std::chrono::seconds{30};
  while (!store_->health() && clock.monotonic() < deadline) std::this_thread::yield();
  EXPECT_TRUE(store_->health());
  EXPECT_THAT(token_ids(*store_), ElementsAre());
}

TEST_F(CommitFailures, ABodyThatFailsWithChangesMadeLetsTheOthersRunOnceMore) {
  std::array<int, 4> runs{};
  std::vector<Store::Body> bodies;
  bodies.push_back(keeping(runs[0]));
  for (const std::size_t i : {1U, 2U}) {
    bodies.emplace_back([inner = keeping(runs[i])](Transaction& transaction) mutable -> base::Status {
      (void)inner(transaction);
      return base::failure(base::invalid("no"));
    });
  }
  bodies.push_back(keeping(runs[3]));
  const auto answers = run_group(std::move(bodies));
  EXPECT_TRUE(answers[0]);
  EXPECT_FALSE(answers[1]);
  EXPECT_FALSE(answers[2]);
  EXPECT_TRUE(answers[3]);
  EXPECT_THAT(runs, ElementsAre(2, 1, 1, 1));
  EXPECT_EQ(token_ids(*store_).size(), 2);
  EXPECT_EQ(followed_, token_ids(*store_));
}

TEST_F(CommitFailures, ABodyThatFailsBeforeItChangedAnythingCostsNobodyASecondRun) {
  std::array<int, 2> runs{};
  std::vector<Store::Body> bodies;
  bodies.push_back(keeping(runs[0]));
  bodies.emplace_back([](Transaction&) { return base::failure(base::invalid("no")); });
  bodies.push_back(keeping(runs[1]));
  const auto answers = run_group(std::move(bodies));
  EXPECT_TRUE(answers[0]);
  EXPECT_FALSE(answers[1]);
  EXPECT_TRUE(answers[2]);
  EXPECT_THAT(runs, ElementsAre(1, 1));
}

TEST_F(CommitFailures, ABodyThatLosesTheTransactionFailsAloneAndTheOthersRunOnceMore) {
  std::array<int, 3> runs{};
  std::vector<Store::Body> bodies;
  bodies.push_back(keeping(runs[0]));
  bodies.emplace_back([this, inner = keeping(runs[1])](Transaction& transaction) mutable {
    faults_->lost_changes = 1;
    return inner(transaction);
  });
  bodies.push_back(keeping(runs[2]));
  const auto answers = run_group(std::move(bodies));
  EXPECT_TRUE(answers[0]);
  ASSERT_FALSE(answers[1]);
  EXPECT_EQ(answers[1].error().code, base::ErrorCode::kUnavailable);
  EXPECT_TRUE(answers[2]);
  EXPECT_THAT(runs, ElementsAre(2, 1, 1));
  EXPECT_EQ(token_ids(*store_).size(), 2);
  EXPECT_EQ(followed_, token_ids(*store_));
  EXPECT_TRUE(store_->health());
}

}  // namespace
}  // namespace jeton::store
