#include "identity/admission.hpp"

#include <map>
#include <vector>

namespace jeton::identity {
namespace {

using base::ErrorCode;
using Stage = Admission::Stage;

// Knows `SYSTEM//` names at once, others after it was asked; refuses NOBODY.
class TestAuthenticator final : public Authenticator {
 public:
  std::optional<base::Result<Caller>> authenticate_now(const Credentials& credentials) const override {
    if (credentials.key == "FAR") return std::nullopt;
    return authenticate(credentials);
  }
  base::Result<Caller> authenticate(const Credentials& credentials) const override {
    if (credentials.key == "NOBODY") return base::failure(unauthenticated("not known"));
    return Caller{.name = std::string(credentials.key), .sysop = credentials.key == "Sysop"};
  }
};

class TestBlacklist final : public Blacklist {
 public:
  std::optional<base::Status> admit_now(const Caller& caller) const override {
    if (caller.name == "Unlisted") return std::nullopt;
    return admit(caller);
  }
  base::Status admit(const Caller& caller) const override {
    ++asked;
    if (caller.name == "Outcast") return base::failure(base::forbidden("kept out"));
    return {};
  }
  mutable int asked = 0;
};

class AdmissionTest : public ::testing::Test {
 protected:
  Admission::Wish wish(std::string_view key, bool manages = false) const {
    return {.credentials = credentials_of_text(key),
            .management = manages,
            .service = "authorizationManagement",
            .operation = "query-policies"};
  }

  const model::Normalizer names{model::NormalizationMode::kExtended};
  authorization::PolicyIndex policies;
  authorization::NoConsumerMetadata metadata;
  const authorization::Authorizer authorizer{policies, metadata};
  const ManagementAccess management{{}, "ConsumerAuthorization", names, authorizer};
  const TestAuthenticator authenticator;
  const TestBlacklist blacklist;
  const Admission admission{authenticator, blacklist, management};
};

// arrowhead-authorization 1.5, arrowhead-mqtt checklist row 13: 15, 20, 25
TEST_F(AdmissionTest, Row13_TheFirstStageThatRefusesDecides) {
  struct Row {
    std::string_view key;
    bool management;
    std::optional<Stage> refused_by;
    std::string_view caller;
  };
  const Row rows[] = {
      {"FlowReader", false, std::nullopt, "FlowReader"}, {"Sysop", true, std::nullopt, "Sysop"},
      {"NOBODY", true, Stage::kAuthentication, ""},      {"Outcast", false, Stage::kBlacklist, "Outcast"},
      {"Outcast", true, Stage::kBlacklist, "Outcast"},   {"FlowReader", true, Stage::kManagement, "FlowReader"},
  };
  for (const Row& row : rows) {
    const auto now = admission.decide_now(wish(row.key, row.management));
    ASSERT_TRUE(now) << row.key;
    for (const auto& outcome : {*now, admission.decide(wish(row.key, row.management))}) {
      EXPECT_EQ(outcome.caller.name, row.caller) << row.key;
      ASSERT_EQ(outcome.refusal.has_value(), row.refused_by.has_value()) << row.key;
      if (row.refused_by) {
        EXPECT_EQ(outcome.refusal->stage, *row.refused_by) << row.key;
      }
    }
  }
}

TEST_F(AdmissionTest, WhatIsNotAtHandIsAskedForLater) {
  EXPECT_FALSE(admission.decide_now(wish("FAR")));
  EXPECT_EQ(blacklist.asked, 0) << "nothing else is asked before";
  EXPECT_EQ(admission.decide(wish("FAR")).caller.name, "FAR");
  EXPECT_FALSE(admission.decide_now(wish("Unlisted")));
  EXPECT_FALSE(admission.decide(wish("Unlisted")).refusal);
}

struct Split {
  std::string_view key;
  std::vector<std::string_view> pieces;
};

TEST(KeyPieces, EmptyPiecesCountUnlessTheyAreLast) {
  const Split rows[] = {
      {"SYSTEM//A", {"SYSTEM", "A"}},
      {"SYSTEM//A//", {"SYSTEM", "A"}},
      {"SYSTEM//A////", {"SYSTEM", "A"}},
      {"SYSTEM//", {"SYSTEM"}},
      {"//", {}},
      {"", {}},
      {"////A", {"", "", "A"}},
      {"SYSTEM///A", {"SYSTEM", "/A"}},
      {"A//B//C", {"A", "B", "C"}},
      {"SYSTEM// ", {"SYSTEM", " "}},
      {"A//B///", {"A", "B", "/"}},
  };
  for (const Split& row : rows) {
    const KeyPieces pieces = key_pieces(row.key);
    const auto end = pieces.piece.begin() + static_cast<std::ptrdiff_t>(pieces.count);
    EXPECT_EQ(std::vector(pieces.piece.begin(), end), row.pieces) << row.key;
  }
  EXPECT_GT(key_pieces("A//B//C//D").count, KeyPieces::kMax);
}

}  // namespace
}  // namespace jeton::identity
