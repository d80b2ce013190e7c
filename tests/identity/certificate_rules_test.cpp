#include "identity/certificate_rules.hpp"

namespace jeton::identity {
namespace {

using base::ErrorCode;
using crypto::Subject;

const model::Normalizer kNames(model::NormalizationMode::kExtended);
const CertifiedCloud kOwn{.cloud = "Northgrid", .organization = "Acmewater"};

Subject named(std::string common_name, std::vector<std::string> qualifiers = {"sy"}) {
  return {.common_name = std::move(common_name), .qualifiers = std::move(qualifiers)};
}

// arrowhead-authorization 9.3: codes are exact after trimming, the first known one counts.
TEST(CertificateRules, ProfileIsTheFirstKnownCode) {
  using P = CertificateProfile;
  const std::pair<std::vector<std::string>, std::optional<P>> rows[] = {
      {{"ma"}, P::kMaster},     {{"ga"}, P::kGate},     {{"or"}, P::kOrganization},  {{"lo"}, P::kLocalCloud},
      {{"on"}, P::kOnBoarding}, {{"de"}, P::kDevice},   {{"sy"}, P::kSystem},        {{"op"}, P::kOperator},
      {{" sy\t"}, P::kSystem},  {{"SY"}, std::nullopt}, {{"s y"}, std::nullopt},     {{"system"}, std::nullopt},
      {{""}, std::nullopt},     {{}, std::nullopt},     {{"x", "op"}, P::kOperator}, {{"de", "sy"}, P::kDevice},
  };
  for (const auto& [qualifiers, profile] : rows)
    EXPECT_EQ(profile_of(named("", qualifiers)), profile) << testing::PrintToString(qualifiers);
}

TEST(CertificateRules, NameHasExactlyFiveFields) {
  const auto name = certified_name("flowreader.northgrid.acmewater.arrowhead.eu");
  ASSERT_TRUE(name);
  EXPECT_EQ(name->system, "flowreader");
  EXPECT_EQ(name->cloud, "northgrid");
  EXPECT_EQ(name->organization, "acmewater");
  for (const char* text :
       {"", "a", "a.b.c.d", "a.b.c.d.e.f", "a.b.c.d.", ".b.c.d.e", "a..c.d.e", "a.b.c.d.e.", "....", "a. .c.d.e"}) {
    EXPECT_FALSE(certified_name(text)) << text;
  }
}

TEST(CertificateRules, OwnCertificateIsASystems) {
  EXPECT_EQ(own_cloud(named("consumerauthorization.northgrid.acmewater.arrowhead.eu"), kNames).value(), kOwn);
  EXPECT_EQ(own_cloud(named("x.north_grid.acmewater.arrowhead.eu"), kNames)->cloud, "NorthGrid");
  for (const Subject& subject : {named("x.northgrid.acmewater.arrowhead.eu", {"op"}), named("x.n.a.b.c", {}),
                                 named("northgrid.acmewater.arrowhead.eu"), named("")}) {
    EXPECT_EQ(own_cloud(subject, kNames).error().code, ErrorCode::kInvalid) << subject.common_name;
  }
}

struct Row {
  std::string what;
  std::vector<Subject> chain;
  std::string name;  // empty: refused
  bool sysop = false;
  ErrorCode code{};
};

// arrowhead-authorization 9.3 and row 64 of 15.9, arrowhead-mqtt 8.2 and row 15 of 18.
TEST(CertificateRules, Row64_WhoCalls) {
  const std::string reader = "flow-reader.northgrid.acmewater.arrowhead.eu";
  const Subject cloud = named("cloud.northgrid.acmewater.arrowhead.eu", {"lo"});
  const Row rows[] = {
      {"no certificate", {}, "", false, ErrorCode::kUnauthenticated},
      {"a system", {named(reader)}, "FlowReader"},
      {"an operator", {named(reader, {"op"})}, "FlowReader", true},
      {"the name Sysop alone", {named("sysop.northgrid.acmewater.arrowhead.eu")}, "Sysop"},
      {"a device", {named(reader, {"de"})}, "", false, ErrorCode::kForbidden},
      {"a master", {named(reader, {"ma"})}, "", false, ErrorCode::kForbidden},
      {"another cloud", {named("r.southgrid.acmewater.arrowhead.eu")}, "", false, ErrorCode::kForbidden},
      {"another organization", {named("r.northgrid.other.arrowhead.eu")}, "", false, ErrorCode::kForbidden},
      {"another domain", {named("r.northgrid.acmewater.other.org")}, "R"},
      {"the cloud spelled otherwise", {named("r.Northgrid.ACMEWATER.x.y")}, "", false, ErrorCode::kForbidden},
      {"the cloud's first letter", {named("r.Northgrid.Acmewater.x.y")}, "R"},
      {"a profile without a name", {named("reader")}, "", false, ErrorCode::kUnauthenticated},
      {"a name without a profile", {named(reader, {})}, "", false, ErrorCode::kUnauthenticated},
      {"the first of the chain", {named(reader), cloud}, "FlowReader"},
      {"an issuer, as the first names nobody", {named("reader"), cloud}, "", false, ErrorCode::kForbidden},
      {"the second of the chain", {named("x", {}), named(reader)}, "FlowReader"},
  };
  for (const Row& row : rows) {
    const auto caller = caller_of(row.chain, kOwn, kNames);
    ASSERT_EQ(caller.has_value(), !row.name.empty()) << row.what;
    if (!caller) {
      EXPECT_EQ(caller.error().code, row.code) << row.what;
    } else {
      EXPECT_EQ(caller->name, row.name) << row.what;
      EXPECT_EQ(caller->sysop, row.sysop) << row.what;
    }
  }
}

TEST(CertificateRules, SimpleModeComparesAndKeepsNamesAsTheyAre) {
  const model::Normalizer simple(model::NormalizationMode::kSimple);
  const CertifiedCloud own = own_cloud(named("x.northgrid.acmewater.b.c"), simple).value();
  EXPECT_EQ(caller_of(std::vector{named("flow-reader.northgrid.acmewater.b.c")}, own, simple)->name, "flow-reader");
  EXPECT_EQ(caller_of(std::vector{named("r.Northgrid.acmewater.b.c")}, own, simple).error().code,
            ErrorCode::kForbidden);
}

}  // namespace
}  // namespace jeton::identity
