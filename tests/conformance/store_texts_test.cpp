// Texts and numbers at the edges come back as they went in.
#include "conformance/store_drivers.hpp"

namespace jeton::store::conformance {
namespace {

class StoreTexts : public StoreConformance {
 protected:
  /// What is read after `text` was written into two columns.
  std::string round_trip(const std::string& text) {
    model::AccessToken token = sample_token(1);
    token.subject = text;
    token.scope = text;
    const auto found = find(keep(token));
    if (!found || found->scope != found->subject) return "(the columns differ)";
    return found->subject;
  }
};

TEST_P(StoreTexts, ComeBackUnchanged) {
  const std::string texts[] = {"",
                               "'; DROP TABLE event; --",
                               "\"quotes\" \\ $1 ? :name",
                               "Überprüfung 東京 🚰",
                               "e\u0301 is not \u00e9",
                               "line\nbreak\ttab\x01",
                               std::string("a\0b\0", 4),
                               std::string(1024 * 1024, 'x')};
  for (const std::string& text : texts) EXPECT_TRUE(round_trip(text) == text) << text.substr(0, 40);
}

TEST_P(StoreTexts, CompareByBytes) {
  model::PolicySet policy = sample_policy(1);
  for (const char* provider : {"pump", "Pump", "PUMP", "pümp", "pump "}) {
    policy.target.provider = provider;
    EXPECT_TRUE(grant(policy)) << provider;
  }
  EXPECT_TRUE(store().read([&](const Snapshot& snapshot) -> base::Status {
    const auto page = snapshot.policies().query({.slice = {.sort = PolicySort::kProvider}});
    std::vector<std::string> providers;
    for (const auto& row : page->rows) providers.push_back(row.target.provider);
    EXPECT_THAT(providers, testing::ElementsAre("PUMP", "Pump", "pump", "pump ", "pümp"));
    return {};
  }));
}

TEST_P(StoreTexts, NumbersReachTheEndsOfTheirRange) {
  model::AccessToken token = sample_token(1);
  token.issued_at = base::Instant::min();
  token.expires_at = base::Instant::max();
  token.usage_limit = std::numeric_limits<std::int64_t>::max();
  token.uses_left = 0;
  model::TokenId id;
  // Beside the log: an event spells instants as dates, which do not reach so far.
  ASSERT_TRUE(store().write([&](Transaction& transaction) -> base::Status {
    const model::EventId number = transaction.next_event();
    token.id = id = {number.value};
    if (auto inserted = transaction.access_tokens().insert(token); !inserted) return inserted;
    transaction.append(number, now(), "test", model::TokenUsed{.id = id});
    return {};
  }));
  EXPECT_EQ(find(id), token);
}

INSTANTIATE_TEST_SUITE_P(Drivers, StoreTexts, testing::ValuesIn(store_drivers()), driver_name);

}  // namespace
}  // namespace jeton::store::conformance
