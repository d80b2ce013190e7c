#include "authorization/instance_id_rules.hpp"

#include <string>

namespace jeton::authorization {
namespace {

using model::NormalizationMode;
using model::Normalizer;
using model::PolicyLevel;
using model::TargetType;

const Normalizer kExtended(NormalizationMode::kExtended);
const Normalizer kSimple(NormalizationMode::kSimple);

struct ValidRow {
  std::string_view text;
  InstanceId id;
};

// arrowhead-authorization 2.5; 15.4, 30, 32 and 33
TEST(InstanceIdRules, ValidIdsInBothForms) {
  const InstanceId local{PolicyLevel::kProvider, {"LOCAL", "PumpStation", TargetType::kServiceDefinition, "flowRate"}};
  const InstanceId local_management{PolicyLevel::kManagement, local.target};
  const InstanceId foreign{PolicyLevel::kManagement,
                           {"NorthGrid|AcmeWater", "PumpStation", TargetType::kEventType, "pressureAlarm"}};
  const ValidRow rows[] = {
      {"PR|LOCAL|PumpStation|SERVICE_DEF|flowRate", local},
      {"MGMT|LOCAL|PumpStation|SERVICE_DEF|flowRate", local_management},
      {"MGMT|NorthGrid|AcmeWater|PumpStation|EVENT_TYPE|pressureAlarm", foreign},
      {" pr | local | pump station | service_def | flow-rate ", local},
      {"mgmt|North_Grid|acme water|pump-station|event_type|Pressure Alarm", foreign},
      {"PR|LOCAL|PumpStation|SERVICE_DEF|flowRate|", local},
      {"PR|LOCAL|PumpStation|SERVICE_DEF|flowRate|||", local},
  };
  for (const ValidRow& row : rows) {
    const auto id = parse_instance_id(row.text, kExtended);
    ASSERT_TRUE(id) << row.text << ": " << id.error().message;
    EXPECT_EQ(*id, row.id) << row.text;
  }
  EXPECT_EQ(parse_instance_id("pr|local| PumpStation |service_def|flowRate", kSimple).value(), local);
  EXPECT_FALSE(parse_instance_id("PR|LOCAL|pump station|SERVICE_DEF|flowRate", kSimple));
}

// 15.4, 31; too few parts is quirk Q2, seven parts Q9
TEST(InstanceIdRules, InvalidIds) {
  const std::string long_name(64, 'a');
  for (const std::string& text : {
           std::string(),
           std::string("  "),
           std::string("|"),
           std::string("||||"),
           std::string("PR"),
           std::string("PR|LOCAL|PumpStation|SERVICE_DEF"),
           std::string("PR|NorthGrid|PumpStation|SERVICE_DEF|flowRate"),
           std::string("PR|NorthGrid|AcmeWater|PumpStation|SERVICE_DEF|flowRate|more"),
           std::string("PR|LOCAL|PumpStation|SERVICE_DEF||flowRate"),
           std::string("PROVIDER|LOCAL|PumpStation|SERVICE_DEF|flowRate"),
           std::string("|LOCAL|PumpStation|SERVICE_DEF|flowRate"),
           std::string("PR|LOCAL|PumpStation|INTERFACE|flowRate"),
           std::string("PR|LOCAL|PumpStation||flowRate"),
           std::string("PR|LOCAL| |SERVICE_DEF|flowRate"),
           std::string("PR|LOCAL|PumpStation|SERVICE_DEF| "),
           std::string("PR|LOCAL|Pump.Station|SERVICE_DEF|flowRate"),
           std::string("PR|North.Grid|AcmeWater|PumpStation|SERVICE_DEF|flowRate"),
           std::string("PR||AcmeWater|PumpStation|SERVICE_DEF|flowRate"),
           "PR|LOCAL|PumpStation|SERVICE_DEF|" + long_name,
           "PR|LOCAL|PumpStation|SERVICE_DEF|flowRate" + std::string(1'024, ' '),
           std::string(100'000, '|') + "x",
       }) {
    const auto id = parse_instance_id(text, kExtended, "instanceId");
    ASSERT_FALSE(id) << text;
    EXPECT_EQ(id.error().code, base::ErrorCode::kInvalid);
    EXPECT_EQ(id.error().where, "instanceId");
  }
}

TEST(InstanceIdRules, MessagesNameThePart) {
  const auto message = [](std::string_view text) { return parse_instance_id(text, kExtended).error().message; };
  EXPECT_THAT(message("PROVIDER|LOCAL|PumpStation|SERVICE_DEF|flowRate"), testing::HasSubstr("PR and MGMT"));
  EXPECT_THAT(message("PR|LOCAL|PumpStation|INTERFACE|flowRate"), testing::HasSubstr("SERVICE_DEF or EVENT_TYPE"));
  EXPECT_THAT(message("PR|LOCAL|Pump.Station|SERVICE_DEF|flowRate"), testing::HasSubstr("Pump.Station"));
  EXPECT_THAT(message("PR|A|B"), testing::HasSubstr("too few"));
  EXPECT_THAT(message("PR|A|B|P|SERVICE_DEF|s|x"), testing::HasSubstr("too many"));
}

TEST(InstanceIdRules, WhatIsWrittenIsReadBack) {
  for (const PolicyLevel level : {PolicyLevel::kManagement, PolicyLevel::kProvider}) {
    for (const std::string cloud : {"LOCAL", "LOCAL|AcmeWater"}) {
      const InstanceId id{level, {cloud, "P", TargetType::kEventType, "e"}};
      EXPECT_EQ(parse_instance_id(model::instance_id(id.level, id.target), kExtended).value(), id);
    }
  }
}

}  // namespace
}  // namespace jeton::authorization
