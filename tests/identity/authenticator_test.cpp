#include "identity/authenticator.hpp"

namespace jeton::identity {
namespace {

struct Row {
  std::string header;
  std::string name;  // empty: refused
  bool sysop = false;
};

// arrowhead-authorization 9.2 and 15.9 (62)
TEST(DeclaredAuthenticator, Row62_AcceptsAndRefusesExactlyTheHeaderTable) {
  const model::Normalizer names(model::NormalizationMode::kExtended);
  const DeclaredAuthenticator authenticator(names);
  const Row rows[] = {
      {"", ""},
      {"   ", ""},
      {"Bearer SYSTEM//flow-reader", "FlowReader"},
      {"  Bearer SYSTEM//FlowReader  ", "FlowReader"},
      {"Bearer SYSTEM//FlowReader//", "FlowReader"},
      {"Bearer SYSTEM//FlowReader////", "FlowReader"},
      {"Bearer SYSTEM//", ""},
      {"Bearer SYSTEM", ""},
      {"Bearer SYSTEM//A//B", ""},
      {"Bearer SYSTEM////B", ""},
      {"Bearer SYSTEM//A///", ""},
      {"bearer SYSTEM//A", ""},
      {"Bearer system//A", ""},
      {"Bearer A", ""},
      {"Bearer", ""},
      {"Bearer  SYSTEM//A", ""},
      {"Bearer\tSYSTEM//A", ""},
      {"Bearer SYSTEM//A B", ""},
      {"Basic SYSTEM//A", ""},
      {"Bearer IDENTITY-TOKEN//abc", ""},
      {"Bearer SYSTEM//sysop", "Sysop", true},
      {"Bearer SYSTEM//Sysop", "Sysop", true},
      {"Bearer SYSTEM//9lives", "9lives"},  // the operations that care refuse the name themselves
  };
  for (const Row& row : rows) {
    const auto caller = authenticator.authenticate(credentials_of_header(row.header));
    if (row.name.empty()) {
      ASSERT_FALSE(caller) << row.header;
      EXPECT_EQ(caller.error().code, base::ErrorCode::kUnauthenticated) << row.header;
      EXPECT_EQ(caller.error().message.find("abc"), std::string::npos) << "credentials in an error";
    } else {
      ASSERT_TRUE(caller) << row.header;
      EXPECT_EQ(caller->name, row.name) << row.header;
      EXPECT_EQ(caller->sysop, row.sysop) << row.header;
    }
  }
}

TEST(DeclaredAuthenticator, InSimpleModeOnlyTheExactNameIsTheOperator) {
  const model::Normalizer names(model::NormalizationMode::kSimple);
  const DeclaredAuthenticator authenticator(names);
  EXPECT_FALSE(authenticator.authenticate(credentials_of_header("Bearer SYSTEM//sysop"))->sysop);
  EXPECT_TRUE(authenticator.authenticate(credentials_of_header("Bearer SYSTEM//Sysop"))->sysop);
}

}  // namespace
}  // namespace jeton::identity
