// Rules about leases and their providers.
#include "config_support.hpp"

namespace jeton::config {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

struct Case {
  std::string text;
  std::vector<std::string> problems;  ///< beginnings, in order; none: it loads
};
class LeaseRule : public testing::TestWithParam<Case> {};

TEST_P(LeaseRule, HoldsOrIsNamed) {
  const Problems problems = problems_of("leases:\n" + GetParam().text);
  ASSERT_EQ(problems.size(), GetParam().problems.size()) << testing::PrintToString(problems);
  for (std::size_t i = 0; i < problems.size(); ++i) EXPECT_THAT(problems[i], StartsWith(GetParam().problems[i]));
}

INSTANTIATE_TEST_SUITE_P(
    All, LeaseRule,
    testing::Values(
        Case{"  providers: { a: { type: redis, url: 'redis://h' } }", {}}, Case{"  providers: {}", {}},
        Case{"  providers:\n    a:\n",
             {"j.yaml:3: leases.providers.a.type: is not set; expected influxdb, influxdb1, postgresql, redis, "
              "rabbitmq or webhook",
              "j.yaml:3: leases.providers.a.url: is not set; expected the address of the service"}},
        Case{"  providers: { a: { type: reddis, url: 'redis://h' } }",
             {"j.yaml:2: leases.providers.a.type: \"reddis\" is not known here; did you mean redis?"}},
        Case{"  providers: { a: { type: elasticsearch, url: 'http://h' } }",
             {"j.yaml:2: leases.providers.a.type: \"elasticsearch\" is not known here; expected influxdb, "}},
        Case{"  providers: { a: { type: redis, url: 'rediss://h', certificate: c, key: k, ca: a } }", {}},
        Case{"  providers: { a: { type: redis, url: 'rediss://h', certificate: c } }",
             {"j.yaml:2: leases.providers.a.certificate: has no key; set leases.providers.a.key too"}},
        Case{"  providers: { a: { type: redis, url: 'rediss://h', key: k } }",
             {"j.yaml:2: leases.providers.a.key: has no certificate; set leases.providers.a.certificate too"}},
        Case{"  providers: { a: { type: influxdb, url: 'http://127.0.0.1:8086', certificate: c, key: k, ca: a } }",
             {"j.yaml:2: leases.providers.a.ca: verifies nothing",
              "j.yaml:2: leases.providers.a.certificate: is never shown"}},
        Case{"  providers:\n    a-b: { type: redis, url: 'redis://h' }\n    a-c: { type: redis, url: 'redis://h' }\n"
             "    ab: { type: redis, url: 'redis://h' }\n",
             {"j.yaml:5: leases.providers.ab: differs from `a-b` in dashes only"}},
        Case{"  providers: { a: { type: redis, url: 'redis://h', roles: { plant-reader: x, r2: y } } }", {}},
        Case{"  providers: { a: { type: redis, url: 'redis://h', roles: { 'plant reader': x, '*': y, '-': z } } }",
             {"j.yaml:2: leases.providers.a.roles: \"plant reader\" cannot be the name of a role",
              "j.yaml:2: leases.providers.a.roles: \"*\" cannot be the name of a role",
              "j.yaml:2: leases.providers.a.roles: \"-\" cannot be the name of a role"}},

        Case{"  default-provider: a\n  providers: { a: { type: redis, url: 'redis://h' } }", {}},
        Case{"  default-provider: b\n  providers: { a: { type: redis, url: 'redis://h' } }",
             {"j.yaml:2: leases.default-provider: \"b\" is no provider; those of leases.providers are a"}},
        Case{"  default-provider: b",
             {"j.yaml:2: leases.default-provider: \"b\" is no provider; there is none below leases.providers"}},
        Case{"  removed-providers: [old, older]", {}},
        Case{"  removed-providers: [a, Old]\n  providers: { a: { type: redis, url: 'redis://h' } }",
             {"j.yaml:2: leases.removed-providers: a is configured below leases.providers",
              "j.yaml:2: leases.removed-providers: \"Old\" cannot be a name here"}},

        Case{"  ttl: { default: 24h, maximum: 1d }", {}},
        Case{"  ttl: { default: 25h }",
             {"j.yaml:2: leases.ttl.default: 25h is more than leases.ttl.maximum, which is 1d"}},
        Case{"  ttl: { maximum: 30m }", {"leases.ttl.default: 1h is more than leases.ttl.maximum, which is 30m"}},
        Case{"  providers: { a: { type: redis, url: 'redis://h', max-ttl: 24h } }", {}},
        Case{"  providers: { a: { type: redis, url: 'redis://h', max-ttl: 2d } }",
             {"j.yaml:2: leases.providers.a.max-ttl: 2d is more than leases.ttl.maximum, which is 1d"}},

        Case{"  mqtt-topic: a/b", {}}, Case{"  mqtt-topic: 'a/#'", {"j.yaml:2: leases.mqtt-topic: \"a/#\" is not"}},
        Case{"  mqtt-topic: $SYS/x", {"j.yaml:2: leases.mqtt-topic: \"$SYS/x\" is not a topic"}},

        Case{"  anonymous-owner: Anybody", {}},
        Case{"  anonymous-owner: 9lives",
             {"j.yaml:2: leases.anonymous-owner: \"9lives\" is not a valid system name"}}));

TEST(LeaseRules, AnAnonymousOwnerIsForThisMachineOrForWhoInsists) {
  const std::string reached =
      "leases: { anonymous-owner: Anybody }\n"
      "identity: { policy: certificate }\n"
      "http: { listen: ['127.0.0.1:1', '0.0.0.0:2'], tls: { pkcs12: p, client-ca: a, client-auth: need } }\n";
  EXPECT_THAT(problems_of(reached),
              ElementsAre("j.yaml:1: leases.anonymous-owner: lets whoever reaches \"0.0.0.0:2\" lease credentials "
                          "without a name; that needs --insecure, or \"\" to refuse such callers"));
  const auto insecure = load_text(reached, Exposure::kInsecure);
  ASSERT_TRUE(insecure.has_value());
  EXPECT_THAT(insecure->warnings,
              Contains("leases.anonymous-owner: whoever reaches \"0.0.0.0:2\" may lease credentials as \"Anybody\""));
  EXPECT_THAT(problems_of("leases: { anonymous-owner: Anybody }\n"
                          "arrowhead: { mqtt: { enabled: true, broker: 'b.example:1883', tls: true } }"),
              Contains(HasSubstr("leases.anonymous-owner: lets whoever reaches \"b.example:1883\"")));
}

TEST(LeaseRules, AnAccountThatTravelsInTheOpenIsWarnedOf) {
  const struct {
    const char* url;
    bool warns;
  } rows[] = {{"http://127.0.0.1:8086", false},      {"http://localhost", false},
              {"http://[::1]:8086/x", false},        {"https://influx.example", false},
              {"http://influx.example", true},       {"http://influx.example:8086/a:b", true},
              {"http://me:pw@10.0.0.7:8086", true},  {"http://127.0.0.1@influx.example", true},
              {"http://[2001:db8::1]?x", true},      {"redis://h", false},
              {"http://me:pw@127.0.0.1:8086", false}};
  for (const auto& row : rows) {
    const auto loaded =
        load_text(fmt::format("leases: {{ providers: {{ a: {{ type: influxdb, url: '{}' }} }} }}", row.url));
    ASSERT_TRUE(loaded.has_value()) << row.url;
    const auto warning = StartsWith("leases.providers.a.url: the account of this provider");
    if (row.warns) {
      EXPECT_THAT(loaded->warnings, ElementsAre(warning)) << row.url;
    } else {
      EXPECT_THAT(loaded->warnings, IsEmpty()) << row.url;
    }
  }
}

}  // namespace
}  // namespace jeton::config
