// Rules about several keys.
#include "app/config/host_port.hpp"
#include "config_support.hpp"

namespace jeton::config {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::StartsWith;

struct Case {
  std::string text;
  std::vector<std::string> problems;  ///< beginnings, in order; none: it loads
};
class ConfigRule : public testing::TestWithParam<Case> {};

TEST_P(ConfigRule, HoldsOrIsNamed) {
  const Problems problems = problems_of(GetParam().text);
  ASSERT_EQ(problems.size(), GetParam().problems.size()) << testing::PrintToString(problems);
  for (std::size_t i = 0; i < problems.size(); ++i) EXPECT_THAT(problems[i], StartsWith(GetParam().problems[i]));
}

const std::string kTlsLater = "TLS comes with a later release";

INSTANTIATE_TEST_SUITE_P(
    All, ConfigRule,
    testing::Values(
        Case{"store: { url: 'sqlite::memory:' }", {}}, Case{"store: { url: '' }", {}},
        Case{"store: { url: 'postgresql://u@h/db' }", {"j.yaml:1: store.url: PostgreSQL comes with a later release"}},
        Case{"store: { url: 'mysql://u@h/db' }", {"j.yaml:1: store.url: is not a known form"}},
        Case{"store: { url: './file.db' }", {"j.yaml:1: store.url: is not a known form"}},

        Case{"master-key: file:/etc/key", {}}, Case{"master-key: env:KEY", {}}, Case{"master-key: ''", {}},
        Case{"master-key: 'file: '", {"j.yaml:1: master-key: does not say where the key is"}},
        Case{"master-key: MDEyMzQ1Njc4OWFiY2RlZg==", {"j.yaml:1: master-key: does not say where the key is"}},
        Case{"master-key: env:JETON_KEY", {"j.yaml:1: master-key: names a variable that begins with JETON_"}},

        Case{"http: { listen: ['127.9.9.9:1', '[::1]:0', 'localhost:80'] }", {}},
        Case{"http:\n  listen: ['127.0.0.1', '127.0.0.1:70000']",
             {"j.yaml:2: http.listen: \"127.0.0.1\" is not an address",
              "j.yaml:2: http.listen: \"127.0.0.1:70000\" is not an address"}},
        Case{"http: { listen: ['0.0.0.0:8445'] }",
             {"j.yaml:1: http.listen: other machines can reach \"0.0.0.0:8445\"; that needs TLS and an identity.policy "
              "stronger than "
              "declared, or --insecure"}},
        Case{"http: { listen: ['127.0.0.1:1', '[::]:1', 'jeton.example:1'] }",
             {"j.yaml:1: http.listen: other machines can reach \"[::]:1\"",
              "j.yaml:1: http.listen: other machines can reach \"jeton.example:1\""}},

        Case{"http: { tls: { certificate: c, key: k } }", {"j.yaml:1: http.tls.certificate: " + kTlsLater}},
        Case{"http: { tls: { pkcs12: p, password: w } }", {"j.yaml:1: http.tls.pkcs12: " + kTlsLater}},
        Case{"http: { tls: { certificate: c } }",
             {"j.yaml:1: http.tls.certificate: has no key", "j.yaml:1: http.tls.certificate: " + kTlsLater}},
        Case{"http: { tls: { key: k } }",
             {"j.yaml:1: http.tls.key: has no certificate", "j.yaml:1: http.tls.key: " + kTlsLater}},
        Case{"http: { tls: { certificate: c, key: k, pkcs12: p } }",
             {"j.yaml:1: http.tls.pkcs12: stands beside", "j.yaml:1: http.tls.certificate: " + kTlsLater}},
        Case{"http: { tls: { password: w } }", {"j.yaml:1: http.tls.password: opens nothing"}},
        Case{"http: { tls: { client-ca: a } }", {"j.yaml:1: http.tls.client-ca: is never asked"}},
        Case{"http: { tls: { client-auth: need } }",
             {"j.yaml:1: http.tls.client-auth: trusts nobody", "j.yaml:1: http.tls.client-auth: needs TLS",
              "j.yaml:1: http.tls.client-auth: " + kTlsLater}},
        Case{"http: { tls: { certificate: '', client-auth: none } }", {}},

        Case{"identity: { policy: certificate }",
             {"j.yaml:1: identity.policy: certificate comes with a later release"}},
        Case{"identity: { policy: outsourced, authenticator-credentials: { password: p } }\n"
             "arrowhead: { authentication: { url: 'http://127.0.0.1:8444' } }",
             {}},
        Case{"identity: { policy: declared }", {}},

        Case{"identity: { management: { whitelist: [good-guy, Other, pump_station] } }", {}},
        Case{"identity:\n  management:\n    whitelist: [Good, '9lives', 'a|b']",
             {"j.yaml:3: identity.management.whitelist: \"9lives\" is not a valid system name: at most 63 letters",
              "j.yaml:3: identity.management.whitelist: \"a|b\" is not a valid system name"}},
        Case{"arrowhead: { normalization-mode: simple }\nidentity: { management: { whitelist: [good-guy, Good] } }",
             {"j.yaml:2: identity.management.whitelist: \"good-guy\" is not a valid system name"}},
        Case{"identity: { blacklist: { exclude: [Good, '9lives', pump_station] } }",
             {"j.yaml:1: identity.blacklist.exclude: \"9lives\" is not a valid system name: at most 63 letters"}},
        Case{"tokens: { unbounded-generation-whitelist: [Good, '[good'] }",
             {"j.yaml:1: tokens.unbounded-generation-whitelist: \"[good\" is not a valid system name"}},
        Case{"arrowhead: { system-name: consumer-authorization }", {}},
        Case{"arrowhead: { system-name: 'Consumer!' }",
             {"j.yaml:1: arrowhead.system-name: \"Consumer!\" is not a valid system name"}},

        Case{"tokens: { signing-key-password: x }", {"j.yaml:1: tokens.signing-key-password: opens nothing"}},
        Case{"tokens: { signing-key-password: x, signing-key: k.pem }", {}},
        Case{"tokens: { reference-key: 0123456789abcde }",
             {"j.yaml:1: tokens.reference-key: is too short; expected 16 bytes or more"}},
        Case{"tokens: { reference-key: 0123456789abcdef }", {}}, Case{"tokens: { reference-key: '' }", {}}));

TEST(ConfigRule, InsecureAllowsAnyListenerWithAWarning) {
  const auto loaded = load_text("http: { listen: ['127.0.0.1:1', '0.0.0.0:1'] }", Exposure::kInsecure);
  ASSERT_TRUE(loaded.has_value()) << loaded.error().front();
  EXPECT_THAT(loaded->warnings, testing::ElementsAre(HasSubstr("http.listen: other machines can reach \"0.0.0.0:1\"")));
}

TEST(ConfigRule, InsecureDoesNotExcuseOtherProblems) {
  const auto loaded = load_text("http: { listen: ['0.0.0.0'] }\nstore: { url: x }", Exposure::kInsecure);
  ASSERT_FALSE(loaded.has_value());
  EXPECT_THAT(loaded.error(), Contains(HasSubstr("http.listen")));
  EXPECT_THAT(loaded.error(), Contains(HasSubstr("store.url")));
}

TEST(HostPort, ReadsAddresses) {
  EXPECT_EQ(parse_host_port("127.0.0.1:8445"), (HostPort{"127.0.0.1", 8445}));
  EXPECT_EQ(parse_host_port("[::1]:0"), (HostPort{"::1", 0}));
  EXPECT_EQ(parse_host_port("a-b.example:65535"), (HostPort{"a-b.example", 65535}));
  for (const char* text : {"",
                           ":",
                           ":80",
                           "80",
                           "127.0.0.1",
                           "127.0.0.1:",
                           "127.0.0.1:65536",
                           "127.0.0.1:-1",
                           "127.0.0.1:8x",
                           "::1:80",
                           "[::1]",
                           "[]:80",
                           "[127.0.0.1]:80",
                           "300.1.1.1:80",
                           "127.1:80",
                           "1:80",
                           "-a:80",
                           "a..b:80",
                           "a b:80",
                           "http://a:80"}) {
    EXPECT_FALSE(parse_host_port(text).has_value()) << text;
  }
}

TEST(HostPort, KnowsLoopback) {
  for (const char* host : {"127.0.0.1", "127.255.0.1", "::1", "0:0:0:0:0:0:0:1", "localhost", "LOCALHOST"}) {
    EXPECT_TRUE(is_loopback({host, 1})) << host;
  }
  for (const char* host :
       {"0.0.0.0", "::", "10.0.0.1", "128.0.0.1", "::2", "localhost.example", "127.0.0.1.example", "::ffff:10.0.0.1"}) {
    EXPECT_FALSE(is_loopback({host, 1})) << host;
  }
}

}  // namespace
}  // namespace jeton::config
