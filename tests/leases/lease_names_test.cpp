#include "leases/lease_names.hpp"

#include <gtest/gtest.h>

#include <set>

#include "crypto/random.hpp"

namespace jeton::leases {
namespace {

TEST(LeaseNames, TellTheProviderTheRoleAndTheInstallation) {
  const LeaseNames names(base::Secret("a key"), crypto::random_bytes);
  const auto [lease, label] = names.make("influx", "plant");
  EXPECT_TRUE(lease.starts_with("influx/plant/")) << lease;
  EXPECT_TRUE(label.starts_with("lt_" + std::string(names.tag()) + "_")) << label;
  EXPECT_EQ(lease.substr(lease.rfind('/') + 1), label.substr(label.rfind('_') + 1));
  EXPECT_TRUE(names.make("influx", "").lease.starts_with("influx/-/"));
}

TEST(LeaseNames, LabelsNeedNoQuotingAndFitEveryProvider) {
  const LeaseNames names(base::Secret("a key"), crypto::random_bytes);
  for (int i = 0; i < 100; ++i) {
    const std::string label = names.make("p", "r").label;
    EXPECT_LE(label.size(), 63U);
    EXPECT_EQ(label.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"), std::string::npos) << label;
  }
}

TEST(LeaseNames, TheTagIsThatOfTheKey) {
  const LeaseNames one(base::Secret("one"), crypto::random_bytes);
  const LeaseNames again(base::Secret("one"), crypto::random_bytes);
  const LeaseNames other(base::Secret("other"), crypto::random_bytes);
  EXPECT_EQ(one.tag(), again.tag());
  EXPECT_NE(one.tag(), other.tag());
}

TEST(LeaseNames, NeverTwiceTheSame) {
  const LeaseNames names(base::Secret("a key"), crypto::random_bytes);
  std::set<std::string> labels;
  std::set<std::string> secrets;
  for (int i = 0; i < 1'000; ++i) {
    labels.insert(names.make("p", "").label);
    secrets.insert(std::string(names.make_secret().reveal()));
  }
  EXPECT_EQ(labels.size(), 1'000U);
  EXPECT_EQ(secrets.size(), 1'000U);
  EXPECT_EQ(secrets.begin()->find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"),
            std::string::npos);
}

TEST(LeaseNames, RolesAreNamesAndNothingElse) {
  EXPECT_TRUE(check_role("plant-7_reader.x"));
  for (const char* bad : {"", "-x", "a/b", "a b", "a'b", "ü"}) {
    const auto checked = check_role(bad);
    ASSERT_FALSE(checked) << bad;
    EXPECT_EQ(checked.error().where, "role");
  }
  EXPECT_FALSE(check_role(std::string(64, 'a')));
}

}  // namespace
}  // namespace jeton::leases
