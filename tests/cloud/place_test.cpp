#include "cloud/place.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace jeton::cloud {
namespace {

using ::testing::HasSubstr;

base::Result<Place> place(std::string_view properties) {
  return place_of("https", "Authentication", base::json::parse(properties).value());
}

TEST(Place, IsTheFirstAddressThePortAndTheBasePath) {
  const auto found = place(
      R"({"accessAddresses":["Auth.Example","192.0.2.1"],"accessPort":8444,"basePath":"/authentication/identity",
          "operations":{"identity-verify":{"path":"/verify","method":"get"},"odd":{"path":7}}})");
  ASSERT_TRUE(found.has_value()) << found.error().message;
  EXPECT_EQ(found->origin, "https://auth.example:8444");
  EXPECT_EQ(found->operations, (std::vector<Operation>{{"identity-verify", "GET", "/verify"}}));
  const auto verify = found->operation("identity-verify");
  ASSERT_TRUE(verify.has_value());
  const std::vector<std::string_view> arguments = {"a/b?c#d%e f"};
  EXPECT_EQ(found->url(*verify, arguments, "x=1"),
            "https://auth.example:8444/authentication/identity/verify/a%2Fb%3Fc%23d%25e%20f?x=1");
  const std::vector<std::string_view> dots = {"..", ".", "..."};
  EXPECT_EQ(found->url(*verify, dots, ""), "https://auth.example:8444/authentication/identity/verify/%2E%2E/%2E/...")
      << "no other path";
  EXPECT_EQ(found->operation("identity-login").error().code, base::ErrorCode::kNotFound);
}

TEST(Place, ReadsAddressesOfVersion6) {
  EXPECT_EQ(place(R"({"accessAddresses":["::1"],"accessPort":1,"basePath":"","operations":{}})")->origin,
            "https://[::1]:1");
}

TEST(Place, SaysWhatCannotBeUsed) {
  const struct {
    const char* properties;
    const char* message;
  } rows[] = {
      {"{}", "accessAddresses"},
      {"7", "accessAddresses"},
      {R"({"accessAddresses":[]})", "accessAddresses"},
      {R"({"accessAddresses":["a@b"],"accessPort":1})", "accessAddresses"},
      {R"({"accessAddresses":["a/b"],"accessPort":1})", "accessAddresses"},
      {R"({"accessAddresses":["a b"],"accessPort":1})", "accessAddresses"},
      {R"({"accessAddresses":["a"],"accessPort":0})", "accessPort"},
      {R"({"accessAddresses":["a"],"accessPort":65536})", "accessPort"},
      {R"({"accessAddresses":["a"],"accessPort":"1"})", "accessPort"},
      {R"({"accessAddresses":["a"],"accessPort":1})", "basePath"},
      {R"({"accessAddresses":["a"],"accessPort":1,"basePath":"/a?b"})", "basePath"},
      {R"({"accessAddresses":["a"],"accessPort":1,"basePath":"/a"})", "operations"},
      {R"({"accessAddresses":["a"],"accessPort":1,"basePath":"/a","operations":["x"]})", "operations"},
  };
  for (const auto& row : rows) {
    const auto found = place(row.properties);
    ASSERT_FALSE(found.has_value()) << row.properties;
    EXPECT_THAT(found.error().message, HasSubstr(row.message));
  }
}

}  // namespace
}  // namespace jeton::cloud
