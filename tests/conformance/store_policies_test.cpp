// Policy sets and encryption keys: every operation of their tables.
#include "base/limits.hpp"
#include "conformance/store_drivers.hpp"
#include "store/filter.hpp"

namespace jeton::store::conformance {
namespace {

using model::PolicyLevel;
using model::TargetType;
using testing::ElementsAre;

class StorePolicies : public StoreConformance {
 protected:
  Page<model::PolicySet> query(const PolicyQuery& query) {
    Page<model::PolicySet> page;
    const auto status = store().read([&](const Snapshot& snapshot) -> base::Status {
      auto found = snapshot.policies().query(query);
      if (!found) return base::failure(found.error());
      page = std::move(*found);
      return {};
    });
    EXPECT_TRUE(status) << status.error().message;
    return page;
  }
  std::vector<std::string> targets(const PolicyQuery& wanted) {
    std::vector<std::string> out;
    for (const auto& policy : query(wanted).rows) out.push_back(policy.target.target);
    return out;
  }
  std::optional<model::PolicySet> find(PolicyLevel level, const model::PolicyTarget& target) {
    std::optional<model::PolicySet> found;
    EXPECT_TRUE(store().read([&](const Snapshot& snapshot) -> base::Status {
      found = *snapshot.policies().find(level, target);
      return {};
    }));
    return found;
  }
  /// `target` is what tells the sets apart in the tests of queries.
  void grant_row(PolicyLevel level, std::string cloud, std::string provider, TargetType type, std::string target,
                 std::string by, int created) {
    model::PolicySet policy;
    policy.level = level;
    policy.target = {std::move(cloud), std::move(provider), type, std::move(target)};
    policy.created_by = std::move(by);
    policy.created_at = base::Instant{std::chrono::seconds{created}};
    ASSERT_TRUE(grant(policy));
  }
  void grant_rows() {
    grant_row(PolicyLevel::kProvider, "LOCAL", "ab", TargetType::kServiceDefinition, "one", "zoe", 3);
    grant_row(PolicyLevel::kManagement, "LOCAL", "ab", TargetType::kEventType, "two", "amy", 1);
    grant_row(PolicyLevel::kProvider, "North|Acme", "abc", TargetType::kServiceDefinition, "three", "bob", 2);
    grant_row(PolicyLevel::kProvider, "LOCAL", "abc", TargetType::kServiceDefinition, "four", "amy", 3);
  }
};

TEST_P(StorePolicies, ASetIsReadAsItWasGranted) {
  model::PolicySet policy = sample_policy(1);
  policy.id = *grant(policy);
  EXPECT_EQ(find(policy.level, policy.target), policy);
}

TEST_P(StorePolicies, FindKnowsEveryPartOfTheKey) {
  const model::PolicySet policy = sample_policy(1);
  ASSERT_TRUE(grant(policy));
  EXPECT_EQ(find(PolicyLevel::kManagement, policy.target), std::nullopt);
  for (const auto change :
       {+[](model::PolicyTarget& t) { t.cloud = "Other"; }, +[](model::PolicyTarget& t) { t.provider = "provider1"; },
        +[](model::PolicyTarget& t) { t.target_type = TargetType::kEventType; },
        +[](model::PolicyTarget& t) { t.target += "x"; }}) {
    model::PolicyTarget other = policy.target;
    change(other);
    EXPECT_EQ(find(policy.level, other), std::nullopt);
  }
}

TEST_P(StorePolicies, ASecondSetForTheTargetIsAConflict) {
  model::PolicySet policy = sample_policy(1);
  ASSERT_TRUE(grant(policy));
  const auto again = grant(policy);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, base::ErrorCode::kConflict);
  EXPECT_TRUE(store().health());
  policy.level = PolicyLevel::kManagement;
  EXPECT_TRUE(grant(policy));
}

TEST_P(StorePolicies, DescriptionIsSetAndTakenAway) {
  const model::PolicySet policy = sample_policy(1);
  const model::PolicyId id = *grant(policy);
  const auto describe = [&](model::PolicyId of, std::string_view text) {
    bool there = false;
    EXPECT_TRUE(store().write([&](Transaction& transaction) -> base::Status {
      there = *transaction.policies().set_description(of, text);
      return {};
    }));
    return there;
  };
  EXPECT_TRUE(describe(id, "pumps, east"));
  EXPECT_EQ(find(policy.level, policy.target)->description, "pumps, east");
  EXPECT_TRUE(describe(id, ""));
  EXPECT_EQ(find(policy.level, policy.target)->description, "");
  EXPECT_FALSE(describe({id.value + 1}, "nobody"));
}

TEST_P(StorePolicies, RemovedIsGone) {
  const model::PolicySet policy = sample_policy(1);
  const model::PolicyId id = *grant(policy);
  std::vector<bool> there;
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(store().write([&](Transaction& transaction) -> base::Status {
      there.push_back(*transaction.policies().remove(id));
      return {};
    }));
  }
  EXPECT_THAT(there, ElementsAre(true, false));
  EXPECT_EQ(find(policy.level, policy.target), std::nullopt);
}

TEST_P(StorePolicies, ScanGivesAllByAscendingId) {
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(grant(sample_policy(i)));
  std::vector<std::int64_t> ids;
  EXPECT_TRUE(store().read([&](const Snapshot& snapshot) {
    EXPECT_EQ(*snapshot.policies().count(), 3);
    return snapshot.policies().scan([&](StoredPolicy&& policy) { ids.push_back(std::move(policy).read()->id.value); });
  }));
  EXPECT_THAT(ids, ElementsAre(1, 2, 3));
}

TEST_P(StorePolicies, QueryFilters) {
  grant_rows();
  const PolicyKey first{PolicyLevel::kProvider, {"LOCAL", "ab", TargetType::kServiceDefinition, "one"}};
  const PolicyKey wrong_level{PolicyLevel::kProvider, {"LOCAL", "ab", TargetType::kEventType, "two"}};
  const PolicyKey third{PolicyLevel::kProvider, {"North|Acme", "abc", TargetType::kServiceDefinition, "three"}};
  const struct {
    const char* name;
    PolicyQuery query;
    std::vector<std::string> targets;
  } rows[] = {
      {"none", {}, {"one", "two", "three", "four"}},
      {"level", {.level = PolicyLevel::kManagement}, {"two"}},
      {"providers", {.providers = {"ab", "nobody"}}, {"one", "two"}},
      {"clouds", {.clouds = {"North|Acme"}}, {"three"}},
      {"type", {.target_type = TargetType::kEventType}, {"two"}},
      {"names", {.target_type = TargetType::kServiceDefinition, .targets = {"one", "two", "four"}}, {"one", "four"}},
      {"keys", {.keys = {first, wrong_level, third}}, {"one", "three"}},
      {"all",
       {.level = PolicyLevel::kProvider, .providers = {"abc"}, .keys = {first, third}, .clouds = {"North|Acme"}},
       {"three"}},
      {"text that looks like a statement", {.providers = {"ab' OR '1'='1"}}, {}},
  };
  for (auto row : rows) {
    row.query.slice.sort = PolicySort::kId;
    EXPECT_EQ(targets(row.query), row.targets) << row.name;
    EXPECT_EQ(query(row.query).total, static_cast<std::int64_t>(row.targets.size())) << row.name;
  }
}

TEST_P(StorePolicies, QuerySorts) {
  grant_rows();
  const struct {
    const char* name;
    PolicySort sort;
    std::vector<std::string> ascending;
  } rows[] = {
      {"id", PolicySort::kId, {"one", "two", "three", "four"}},
      // As whole texts: MGMT before PR, and "|" behind every letter.
      {"instanceId", PolicySort::kInstanceId, {"two", "four", "one", "three"}},
      {"createdAt", PolicySort::kCreatedAt, {"two", "three", "one", "four"}},
      {"targetType", PolicySort::kTargetType, {"two", "one", "three", "four"}},
      {"cloud", PolicySort::kCloud, {"one", "two", "four", "three"}},
      {"provider", PolicySort::kProvider, {"one", "two", "three", "four"}},
      {"target", PolicySort::kTarget, {"four", "one", "three", "two"}},
      {"createdBy", PolicySort::kCreatedBy, {"two", "four", "three", "one"}},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(targets({.slice = {.sort = row.sort}}), row.ascending) << row.name;
    EXPECT_EQ(targets({.slice = {.sort = row.sort, .descending = true}}),
              std::vector<std::string>(row.ascending.rbegin(), row.ascending.rend()))
        << row.name << ", descending";
  }
}

TEST_P(StorePolicies, QueryCutsPages) {
  grant_rows();
  const auto page = query({.slice = {.sort = PolicySort::kId, .offset = 1, .limit = 2}});
  ASSERT_EQ(page.rows.size(), 2);
  EXPECT_EQ(page.rows[0].target.target, "two");
  EXPECT_EQ(page.rows[1].target.target, "three");
  EXPECT_EQ(page.total, 4);
  EXPECT_EQ(query({.slice = {.offset = 10}}).total, 4);
  EXPECT_TRUE(query({.slice = {.offset = 10}}).rows.empty());
}

TEST_P(StorePolicies, QueryIsBoundedInItsValues) {
  PolicyQuery wide;
  wide.providers.resize(base::limits::kFilterValuesMax, "ab");
  EXPECT_EQ(query(wide).total, 0);
  wide.providers.emplace_back("ab");
  const auto status = store().read([&](const Snapshot& snapshot) -> base::Status {
    const auto found = snapshot.policies().query(wide);
    return found ? base::Status{} : base::Status(base::failure(found.error()));
  });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, base::ErrorCode::kInvalid);
}

class StoreEncryptionKeys : public StoreConformance {
 protected:
  void put(const model::EncryptionKey& key) {
    EXPECT_TRUE(store().write([&](Transaction& transaction) { return transaction.encryption_keys().put(key); }));
  }
  std::vector<model::EncryptionKey> all() {
    std::vector<model::EncryptionKey> keys;
    const auto status = store().read([&](const Snapshot& snapshot) {
      return snapshot.encryption_keys().scan([&](model::EncryptionKey&& key) { keys.push_back(std::move(key)); });
    });
    EXPECT_TRUE(status) << status.error().message;
    return keys;
  }
};

TEST_P(StoreEncryptionKeys, AKeyIsGivenBackAndReplaced) {
  put({"Beta", base::Secret("northwind-key-16"), model::CipherMode::kCbc, "AES/CBC/PKCS5Padding", std::string(16, '\0'),
       now()});
  put({"Alpha", base::Secret("first-key-of-alpha"), model::CipherMode::kEcb, "aes/ecb/pkcs5padding", "", now()});
  put({"Alpha", base::Secret("second-key-of-alpha"), model::CipherMode::kEcb, "AES/ECB/PKCS5Padding", "",
       now() + base::Duration{1}});
  const auto keys = all();
  ASSERT_EQ(keys.size(), 2);
  EXPECT_EQ(keys[0].system, "Alpha");
  EXPECT_TRUE(keys[0].key.equals("second-key-of-alpha"));
  EXPECT_EQ(keys[0].algorithm, "AES/ECB/PKCS5Padding");
  EXPECT_EQ(keys[0].created_at, now() + base::Duration{1});
  EXPECT_EQ(keys[1].system, "Beta");
  EXPECT_TRUE(keys[1].key.equals("northwind-key-16"));
  EXPECT_EQ(keys[1].mode, model::CipherMode::kCbc);
  EXPECT_EQ(keys[1].initial_vector, std::string(16, '\0'));
}

TEST_P(StoreEncryptionKeys, RemovedIsGone) {
  put({"Alpha", base::Secret("a-key-of-sixteen"), model::CipherMode::kEcb, "AES/ECB/PKCS5Padding", "", now()});
  std::vector<bool> there;
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(store().write([&](Transaction& transaction) -> base::Status {
      there.push_back(*transaction.encryption_keys().remove("Alpha"));
      return {};
    }));
  }
  EXPECT_THAT(there, ElementsAre(true, false));
  EXPECT_TRUE(all().empty());
}

TEST_P(StoreEncryptionKeys, AnotherMasterKeyOpensNothing) {
  if (!GetParam().survives_closing) GTEST_SKIP() << "a database in memory is gone with the process";
  put({"Alpha", base::Secret("a-key-of-sixteen"), model::CipherMode::kEcb, "AES/ECB/PKCS5Padding", "", now()});
  close();
  const auto other = *crypto::Sealer::create({{1, base::Secret(std::string(32, 'o'))}}, 1);
  auto opened = open_store({GetParam().url, folder_.path() / "data"}, other, clock_);
  ASSERT_TRUE(opened);
  const auto status = (*opened)->read([&](const Snapshot& snapshot) {
    return snapshot.encryption_keys().scan([](model::EncryptionKey&&) { FAIL(); });
  });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, base::ErrorCode::kInternal);
  EXPECT_THAT(status.error().message, testing::HasSubstr("Alpha"));
}

INSTANTIATE_TEST_SUITE_P(Drivers, StorePolicies, testing::ValuesIn(store_drivers()), driver_name);
INSTANTIATE_TEST_SUITE_P(Drivers, StoreEncryptionKeys, testing::ValuesIn(store_drivers()), driver_name);

}  // namespace
}  // namespace jeton::store::conformance
