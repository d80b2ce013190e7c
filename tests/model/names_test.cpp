#include "model/names.hpp"

#include <string>

#include "base/enum_text.hpp"

namespace jeton::model {
namespace {

const Normalizer kExtended(NormalizationMode::kExtended);
const Normalizer kSimple(NormalizationMode::kSimple);

struct NameRow {
  std::string_view input, system, camel, scope;
  bool system_valid, camel_valid, scope_valid;
};

// arrowhead-authorization 2.2, the example table row by row
TEST(Names, ExtendedModeFollowsTheTableOfTheContract) {
  const NameRow rows[] = {
      {"pump station", "PumpStation", "pumpStation", "pump-station", true, true, true},
      {" gate__keeper-2 ", "GateKeeper2", "gateKeeper2", "gate-keeper-2", true, true, true},
      {"FLOW_RATE", "FLOWRATE", "fLOWRATE", "flow-rate", true, true, true},
      {"flowRATE", "FlowRATE", "flowRATE", "flowrate", true, true, true},
      {"valve.open", "Valve.open", "valve.open", "valve.open", false, false, false},
      {"-lead", "_lead", "_lead", "-lead", false, false, false},
      {"tail_", "Tail", "tail", "tail-", true, true, false},
      {"*", "*", "*", "*", false, false, true},
  };
  for (const NameRow& row : rows) {
    SCOPED_TRACE(row.input);
    EXPECT_EQ(kExtended.system(row.input), row.system);
    EXPECT_EQ(kExtended.service_definition(row.input), row.camel);
    EXPECT_EQ(kExtended.event_type(row.input), row.camel);
    EXPECT_EQ(kExtended.target(TargetType::kServiceDefinition, row.input), row.camel);
    EXPECT_EQ(kExtended.target(TargetType::kEventType, row.input), row.camel);
    EXPECT_EQ(kExtended.scope(row.input), row.scope);
    EXPECT_EQ(kExtended.operation(row.input), row.scope);
    EXPECT_EQ(is_valid_system(row.system), row.system_valid);
    EXPECT_EQ(is_valid_service_definition(row.camel), row.camel_valid);
    EXPECT_EQ(is_valid_event_type(row.camel), row.camel_valid);
    EXPECT_EQ(is_valid_scope(row.scope), row.scope_valid);
  }
}

// 15.5, 35 and 36: snake, upper, spaces, long runs; acronyms keep their case
TEST(Names, ExtendedModeJoinsEveryKindOfSeparator) {
  EXPECT_EQ(kExtended.scope("read_now"), "read-now");
  EXPECT_EQ(kExtended.scope("READ NOW"), "read-now");
  EXPECT_EQ(kExtended.scope("read -_- \t now"), "read-now");
  EXPECT_EQ(kExtended.scope("a--b"), "a-b");
  EXPECT_EQ(kExtended.system("HTTP gateway"), "HTTPGateway");
  EXPECT_EQ(kExtended.system("my-HTTP_gateway"), "MyHTTPGateway");
  EXPECT_EQ(kExtended.system("_"), "_");
  EXPECT_EQ(kExtended.system("--lead"), "_lead");
  EXPECT_EQ(kExtended.system("a_-_b"), "AB");
  EXPECT_EQ(kExtended.system("pump_2b"), "Pump2b");
}

// 2.1, 15.5 35
TEST(Names, SimpleModeOnlyTrims) {
  EXPECT_EQ(kSimple.system(" \tpump station\x01"), "pump station");
  EXPECT_EQ(kSimple.scope(" Read_Now "), "Read_Now");
  EXPECT_EQ(kSimple.scope("a--b"), "a--b");
  EXPECT_EQ(kSimple.service_definition(" flowRate\n"), "flowRate");
}

TEST(Names, UnicodeWhiteSpaceSeparatesWords) {
  for (const std::string_view space :
       {"\t", " ", "\x0b", "\xc2\x85", "\xc2\xa0", "\xe1\x9a\x80", "\xe2\x80\x80", "\xe2\x80\x87", "\xe2\x80\x8a",
        "\xe2\x80\xa8", "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80"}) {
    EXPECT_EQ(kExtended.system(std::string("pump").append(space).append(space).append("station")), "PumpStation");
  }
  // A zero-width space, a letter and a torn sequence are not white space; the validation refuses them.
  for (const std::string_view other : {"\xe2\x80\x8b", "\xc3\xa9", "\xe2\x80"}) {
    const std::string name = kExtended.system(std::string("pump").append(other).append("station"));
    EXPECT_EQ(name, std::string("Pump").append(other).append("station"));
    EXPECT_FALSE(is_valid_system(name));
  }
}

TEST(Names, BlankIsNoValue) {
  for (const std::string_view blank : {"", " ", "\t\n \x01", "\xe2\x80\x83", "\xe2\x80\x83 \xe3\x80\x80"}) {
    for (const Normalizer& normalizer : {kExtended, kSimple}) {
      EXPECT_EQ(normalizer.system(blank), "");
      EXPECT_EQ(normalizer.scope(blank), "");
      EXPECT_EQ(normalizer.cloud(blank), "");
      EXPECT_EQ(normalizer.cloud_or_local(blank), "LOCAL");
    }
  }
  EXPECT_EQ(kExtended.scope("\xc2\xa0"), "-");  // to Java a non-breaking space is not blank
}

TEST(Names, AValidNameIsNotCopied) {
  std::string buffer;
  const std::string_view name = "PumpStation";
  for (const Normalizer& normalizer : {kExtended, kSimple}) {
    EXPECT_EQ(normalizer.normalize(NameKind::kSystem, name, buffer).data(), name.data());
  }
  EXPECT_EQ(kExtended.normalize(NameKind::kScope, " read-now ", buffer), "read-now");
  const std::string_view cloud = "NorthGrid|AcmeWater";
  EXPECT_EQ(kExtended.normalize(NameKind::kCloud, cloud, buffer).data(), cloud.data());
  EXPECT_EQ(buffer.capacity(), std::string().capacity());
}

// 2.3: every valid name is left alone by both modes
TEST(Names, NormalizingTwiceChangesNothing) {
  for (const std::string_view input : {"pump station", "FLOW_RATE", "a--b", "tail_", "-lead", "_", "x\xc2\xa0y", "*"}) {
    for (const NameKind kind : {NameKind::kSystem, NameKind::kServiceDefinition, NameKind::kScope, NameKind::kCloud}) {
      std::string first, second;
      const std::string once(kExtended.normalize(kind, input, first));
      EXPECT_EQ(kExtended.normalize(kind, once, second), once) << input;
    }
  }
}

struct CloudRow {
  std::string_view input, extended, simple;
  bool extended_valid, simple_valid;
};

// 2.4, 15.5 38
TEST(Names, CloudIdentifiers) {
  const CloudRow rows[] = {
      {"local", "LOCAL", "LOCAL", true, true},
      {" LoCaL ", "LOCAL", "LOCAL", true, true},
      {"NorthGrid|AcmeWater", "NorthGrid|AcmeWater", "NorthGrid|AcmeWater", true, true},
      {" north grid | acme-water ", "NorthGrid|AcmeWater", "north grid|acme-water", true, false},
      {"LOCAL|AcmeWater", "LOCAL|AcmeWater", "LOCAL|AcmeWater", true, true},
      {"NorthGrid", "NorthGrid", "NorthGrid", false, false},
      {"A|B|C", "A|B|C", "A|B|C", false, false},
      {"A|", "A|", "A|", false, false},
      {"|B", "|B", "|B", false, false},
      {"A|B|", "A|B|", "A|B|", false, false},
      {"A| |B", "A||B", "A||B", false, false},
  };
  for (const CloudRow& row : rows) {
    SCOPED_TRACE(row.input);
    EXPECT_EQ(kExtended.cloud(row.input), row.extended);
    EXPECT_EQ(kSimple.cloud(row.input), row.simple);
    EXPECT_EQ(is_valid_cloud(row.extended), row.extended_valid);
    EXPECT_EQ(is_valid_cloud(row.simple), row.simple_valid);
  }
}

struct ValidRow {
  NameKind kind;
  std::string name;
  bool valid;
};

// 2.3; 15.5 34 and 37
TEST(Names, Validation) {
  const std::string most(63, 'a');
  const std::string more(64, 'a');
  const std::string most_system = "A" + std::string(62, 'b');
  const ValidRow rows[] = {
      {NameKind::kSystem, "PumpStation2", true},
      {NameKind::kSystem, most_system, true},
      {NameKind::kSystem, most_system + "b", false},
      {NameKind::kSystem, "", false},
      {NameKind::kSystem, "Pump!", false},
      {NameKind::kSystem, "Pump_Station", false},
      {NameKind::kSystem, "Pump-Station", false},
      {NameKind::kSystem, "pumpStation", false},
      {NameKind::kSystem, "2Pump", false},
      {NameKind::kSystem, "Pump\n", false},
      {NameKind::kServiceDefinition, "flowRate", true},
      {NameKind::kServiceDefinition, most, true},
      {NameKind::kServiceDefinition, more, false},
      {NameKind::kServiceDefinition, "FlowRate", false},
      {NameKind::kEventType, "pressureAlarm", true},
      {NameKind::kEventType, "pressure-alarm", false},
      {NameKind::kScope, "*", true},
      {NameKind::kScope, "read", true},
      {NameKind::kScope, "a", true},
      {NameKind::kScope, "read-now-2", true},
      {NameKind::kScope, "a--b", true},
      {NameKind::kScope, most, true},
      {NameKind::kScope, more, false},
      {NameKind::kScope, "", false},
      {NameKind::kScope, "Read", false},
      {NameKind::kScope,
       "r\xc3\xa9"
       "ad",
       false},
      {NameKind::kScope, "read_now", false},
      {NameKind::kScope, "2read", false},
      {NameKind::kScope, "-read", false},
      {NameKind::kScope, "read-", false},
      {NameKind::kScope, "**", false},
      {NameKind::kOperation, "check-policies", true},
      {NameKind::kOperation, "*", false},
      {NameKind::kCloud, most_system + "|" + most_system, true},
      {NameKind::kCloud, most_system + "b|" + most_system, false},
      {NameKind::kCloud, "Local", false},
      {NameKind::kCloud, "", false},
  };
  for (const ValidRow& row : rows) {
    EXPECT_EQ(is_valid(row.kind, row.name), row.valid) << row.name;
    EXPECT_EQ(validate(row.kind, row.name).has_value(), row.valid) << row.name;
  }
}

TEST(Names, AMessageNamesKindValueAndRule) {
  const base::Status status = validate_scope("Read_Now", "scope");
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, base::ErrorCode::kInvalid);
  EXPECT_EQ(status.error().where, "scope");
  EXPECT_THAT(status.error().message, testing::HasSubstr("Read_Now"));
  EXPECT_THAT(status.error().message, testing::HasSubstr("not a valid scope"));
  EXPECT_THAT(status.error().message, testing::HasSubstr("read-now"));
  EXPECT_THAT(validate_cloud("A").error().message, testing::HasSubstr("NorthGrid|AcmeWater"));
}

// 2.5 and 2.6: the provider level's prefix is PR, not its literal
TEST(Names, InstanceIds) {
  EXPECT_EQ(instance_id(PolicyLevel::kProvider, {"LOCAL", "PumpStation", TargetType::kServiceDefinition, "flowRate"}),
            "PR|LOCAL|PumpStation|SERVICE_DEF|flowRate");
  EXPECT_EQ(instance_id(PolicyLevel::kManagement,
                        {"NorthGrid|AcmeWater", "PumpStation", TargetType::kEventType, "pressureAlarm"}),
            "MGMT|NorthGrid|AcmeWater|PumpStation|EVENT_TYPE|pressureAlarm");
}

}  // namespace
}  // namespace jeton::model
