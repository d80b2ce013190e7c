// Rules about the neighbours of an Arrowhead cloud.
#include "config_support.hpp"

namespace jeton::config {
namespace {

using testing::HasSubstr;

struct Case {
  std::string text;
  std::vector<std::string> problems;  ///< what each holds, in order; none: it loads
};
class CloudRule : public testing::TestWithParam<Case> {};

TEST_P(CloudRule, HoldsOrIsNamed) {
  const Problems problems = problems_of(GetParam().text);
  ASSERT_EQ(problems.size(), GetParam().problems.size()) << GetParam().text << testing::PrintToString(problems);
  for (std::size_t i = 0; i < problems.size(); ++i) EXPECT_THAT(problems[i], HasSubstr(GetParam().problems[i]));
}

std::string registry(const std::string& url) {
  return "arrowhead:\n  service-registry: { url: '" + url + "' }\n";
}
std::string mqtt(const std::string& members) {
  return "arrowhead:\n  mqtt: { " + members + " }\n";
}
std::string outsourced(const std::string& more) {
  return "identity: { policy: outsourced" + more + " }\n";
}

const std::string kCredentials = ", authenticator-credentials: { password: p }";
const std::string kNoUrl =
    "j.yaml:2: arrowhead.service-registry.url: is not the address of a server; expected http://H";
const std::string kNoBroker = "j.yaml:2: arrowhead.mqtt.broker: is not the address of a broker; expected HOST:PORT";

INSTANTIATE_TEST_SUITE_P(
    BaseUrls, CloudRule,
    testing::Values(Case{registry("http://127.0.0.1:8443"), {}}, Case{registry("https://sr.example:8443"), {}},
                    Case{registry("https://[::1]:1"), {}}, Case{registry(""), {}},
                    Case{registry("http://127.0.0.1"), {kNoUrl}}, Case{registry("127.0.0.1:8443"), {kNoUrl}},
                    Case{registry("http://127.0.0.1:0"), {kNoUrl}}, Case{registry("http://127.0.0.1:65536"), {kNoUrl}},
                    Case{registry("ftp://127.0.0.1:21"), {kNoUrl}}, Case{registry("http://sr:8443/"), {kNoUrl}},
                    Case{registry("http://sr:8443/serviceregistry"), {kNoUrl}},
                    Case{registry("http://sr:8443?x"), {kNoUrl}}, Case{registry("http://me:pw@sr:8443"), {kNoUrl}},
                    Case{registry("http://sr :8443"), {kNoUrl}}, Case{registry("HTTP://sr:8443"), {kNoUrl}},
                    Case{"arrowhead:\n  authentication: { url: 'http://auth:8444/x' }\n",
                         {"j.yaml:2: arrowhead.authentication.url: is not the address of a server"}}));

INSTANTIATE_TEST_SUITE_P(
    Identity, CloudRule,
    testing::Values(
        Case{outsourced(kCredentials) + registry("http://sr:1"), {}},
        Case{outsourced(kCredentials) + "arrowhead: { authentication: { url: 'https://auth:8444' } }", {}},
        Case{outsourced("") + registry("http://sr:1"),
             {"j.yaml:1: identity.policy: outsourced needs credentials for the own login; set "
              "identity.authenticator-credentials too"}},
        Case{outsourced(kCredentials),
             {"j.yaml:1: identity.policy: outsourced needs an Authentication system; set "
              "arrowhead.service-registry.url, which says where it is, or arrowhead.authentication.url"}},
        Case{outsourced(""), {"needs credentials", "needs an Authentication system"}},
        Case{"identity: { authenticator-secret-keys: { GateKeeper: a, gate-keeper: b } }", {}},
        Case{"identity:\n  authenticator-secret-keys: { GateKeeper: a, 9lives: b, 'a|b': c }",
             {"j.yaml:2: identity.authenticator-secret-keys: its member 2 has a name that is no system name",
              "j.yaml:2: identity.authenticator-secret-keys: its member 3 has a name that is no system name"}},
        Case{"identity: { authenticator-secret-keys: { GateKeeper: '' } }", {"its member 1 has a blank secret"}},
        Case{"identity: { blacklist: { filter: true } }",
             {"j.yaml:1: identity.blacklist.filter: needs a ServiceRegistry"}},
        Case{"identity: { blacklist: { filter: true } }\n" + registry("http://sr:1"), {}},
        Case{"identity: { blacklist: { filter: false, force: true } }", {}}));

INSTANTIATE_TEST_SUITE_P(
    Broker, CloudRule,
    testing::Values(
        Case{mqtt("enabled: true"), {}}, Case{mqtt("enabled: true, broker: 'localhost:8883', password: x"), {}},
        Case{mqtt("enabled: true, broker: ''"), {kNoBroker}}, Case{mqtt("broker: ''"), {}},
        Case{mqtt("enabled: true, broker: '127.0.0.1'"), {kNoBroker}},
        Case{mqtt("enabled: true, broker: '127.0.0.1:0'"), {kNoBroker}},
        Case{mqtt("broker: '127.0.0.1:65536'"), {kNoBroker}}, Case{mqtt("broker: 'tcp://b:1883'"), {kNoBroker}},
        Case{mqtt("broker: 'me:pw@b:1883'"), {kNoBroker}}, Case{mqtt("tls: true, certificate: c, key: k, ca: a"), {}},
        Case{mqtt("tls: true, certificate: c"), {"arrowhead.mqtt.certificate: has no key; set arrowhead.mqtt.key too"}},
        Case{mqtt("tls: true, key: k"), {"arrowhead.mqtt.key: has no certificate; set arrowhead.mqtt.certificate too"}},
        Case{mqtt("certificate: c, key: k, ca: a"),
             {"arrowhead.mqtt.ca: is never used; set arrowhead.mqtt.tls to true",
              "arrowhead.mqtt.certificate: is never used", "arrowhead.mqtt.key: is never used"}}));

const std::string kOpenBroker =
    "j.yaml:2: arrowhead.mqtt.broker: other machines can reach \"b:1883\"; that needs arrowhead.mqtt.tls and an "
    "identity.policy stronger than declared, or --insecure";
const std::string kCertificate =
    "http: { tls: { certificate: c, key: k, client-ca: a, client-auth: need } }\nidentity: { policy: certificate }\n";

INSTANTIATE_TEST_SUITE_P(BrokerBeyondLoopback, CloudRule,
                         testing::Values(Case{mqtt("enabled: true, broker: 'b:1883'"), {kOpenBroker}},
                                         Case{mqtt("enabled: true, broker: 'b:1883', tls: true"), {kOpenBroker}},
                                         Case{mqtt("enabled: false, broker: 'b:1883'"), {}},
                                         Case{mqtt("enabled: true, broker: '[::1]:1883'"), {}},
                                         Case{mqtt("enabled: true, broker: '127.1.2.3:1883'"), {}},
                                         Case{mqtt("enabled: true, broker: '10.0.0.7:1883'"),
                                              {"arrowhead.mqtt.broker: other machines"}},
                                         Case{mqtt("enabled: true, broker: 'b:1883', tls: true") + kCertificate, {}},
                                         Case{mqtt("enabled: true, broker: 'b:1883'") + kCertificate, {kOpenBroker}},
                                         Case{"arrowhead: { mqtt: { enabled: true, broker: 'b:1883', tls: true }, "
                                              "service-registry: { url: 'http://sr:1' } }\n" +
                                                  outsourced(kCredentials),
                                              {}}));

TEST(CloudRules, InsecureAllowsAnyBrokerWithAWarning) {
  const auto loaded = load_text(mqtt("enabled: true, broker: 'b:1883'"), Exposure::kInsecure);
  ASSERT_TRUE(loaded.has_value()) << loaded.error().front();
  EXPECT_THAT(loaded->warnings,
              testing::ElementsAre(HasSubstr("arrowhead.mqtt.broker: other machines can reach \"b:1883\"")));
}

TEST(CloudRules, CertificatesThatAnybodyAtTheBrokerCanReadAreWarnedOf) {
  const auto loaded = load_text(mqtt("enabled: true") + kCertificate);
  ASSERT_TRUE(loaded.has_value()) << loaded.error().front();
  EXPECT_THAT(loaded->warnings, testing::ElementsAre(HasSubstr("arrowhead.mqtt.tls: ")));
  EXPECT_THAT(load_text(mqtt("enabled: true, tls: true") + kCertificate)->warnings, testing::IsEmpty());
}

TEST(CloudRules, SecretsThatHaveNoEffectAreWarnedOf) {
  const auto loaded =
      load_text("identity: { authenticator-secret-keys: { A: x }, authenticator-credentials: { password: y } }");
  ASSERT_TRUE(loaded.has_value()) << loaded.error().front();
  EXPECT_THAT(
      loaded->warnings,
      testing::ElementsAre("identity.authenticator-secret-keys: has no effect unless identity.policy is outsourced",
                           "identity.authenticator-credentials: has no effect unless identity.policy is outsourced"));
}

}  // namespace
}  // namespace jeton::config
