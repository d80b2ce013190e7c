// kill -9: what was acknowledged is there after the restart, whole, and numbers go on.
#include <unistd.h>

#include <cstring>

#include "store/child_process.hpp"
#include "store/store_support.hpp"

namespace jeton::store {
namespace {

/// Writes from several threads for ever, and reports each acknowledged id.
void write_for_ever(const std::filesystem::path& folder, int out) {
  const auto store = started_in(folder);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      model::TokenId id;
      while (keep_token(*store, id, std::string(300, 's'))) {
        if (::write(out, &id.value, sizeof id.value) != sizeof id.value) return;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

std::vector<std::int64_t> ids_in(const std::string& report) {
  std::vector<std::int64_t> ids(report.size() / sizeof(std::int64_t));
  std::memcpy(ids.data(), report.data(), ids.size() * sizeof(std::int64_t));
  return ids;
}

TEST(SqliteCrash, EveryAcknowledgedWriteIsThere) {
  const OwnFolder folder;
  std::vector<std::int64_t> acknowledged;
  for (int round = 0; round < 4; ++round) {
    Child child([&](int out) { write_for_ever(folder.path(), out); });
    std::string report = child.read(sizeof(std::int64_t) * 500);
    child.kill();
    report += child.read(1'000'000);
    const auto reported = ids_in(report);
    ASSERT_GE(reported.size(), 500);
    acknowledged.insert(acknowledged.end(), reported.begin(), reported.end());

    const auto store = started_in(folder.path());
    const auto kept = token_ids(*store);
    std::ranges::sort(acknowledged);
    EXPECT_EQ(std::ranges::adjacent_find(acknowledged), acknowledged.end()) << "an id was given twice";
    EXPECT_TRUE(std::ranges::includes(kept, acknowledged)) << "round " << round;

    std::vector<std::int64_t> events;
    EXPECT_TRUE(store->read([&](const Snapshot& snapshot) -> base::Status {
      for (auto page = snapshot.events().after({0}, 1'000); page && !page->empty();
           page = snapshot.events().after(page->back().id, 1'000)) {
        for (const model::Event& event : *page) events.push_back(event.id.value);
      }
      return {};
    }));
    EXPECT_EQ(events, kept) << "a row and its event are kept together";
  }
}

}  // namespace
}  // namespace jeton::store
