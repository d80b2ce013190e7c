// The settings of a ConsumerAuthorization into ours: every key of arrowhead-authorization 10 has an outcome.
#include "app/config/import_arrowhead.hpp"

#include <fstream>
#include <set>
#include <sstream>

#include "app/config/page.hpp"
#include "app/config/spring_map.hpp"
#include "app/config/table.hpp"
#include "base/strings.hpp"
#include "config_support.hpp"

namespace jeton::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

ImportedConfig imported(std::string_view text) {
  auto made = import_arrowhead(text);
  EXPECT_TRUE(made.has_value());
  return made ? *std::move(made) : ImportedConfig{};
}

std::string all_notes(const ImportedConfig& made) {
  std::string out;
  for (const std::string& note : made.notes) out += note + "\n";
  return out;
}

Problems problems_with(const ImportedConfig& made) {
  const auto loaded = load_text(made.yaml, Exposure::kInsecure);
  return loaded ? Problems{} : loaded.error();
}

// Enough for what is made of it to load, and for no key to be missing.
constexpr std::string_view kBase = "authentication.policy=declared\n";

struct Outcome {
  std::string_view original;  ///< the key the row is about
  std::string_view text;      ///< of the file, beside kBase
  std::string_view yaml;      ///< a part of what is made; empty: the key leaves no trace
  std::string_view note;      ///< a part of a note; empty: none names the key
};
class ArrowheadSetting : public testing::TestWithParam<Outcome> {};

TEST_P(ArrowheadSetting, HasAnOutcome) {
  const Outcome& row = GetParam();
  const auto made = imported(std::string(kBase).append(row.text));
  EXPECT_THAT(problems_with(made), testing::IsEmpty()) << made.yaml;
  EXPECT_THAT(made.yaml, HasSubstr(row.yaml)) << all_notes(made);
  const std::string notes = all_notes(made);
  EXPECT_THAT(notes, Not(HasSubstr("TOPSECRET")));
  if (!row.note.empty()) {
    EXPECT_THAT(notes, HasSubstr(row.note));
  } else {
    EXPECT_THAT(notes, Not(HasSubstr(fmt::format(": {}: ", row.original))));
  }
}

constexpr std::string_view kStoreNote = "not taken over: Jeton has its own store";

INSTANTIATE_TEST_SUITE_P(
    Plain, ArrowheadSetting,
    testing::Values(
        Outcome{"server.address", "server.address=0.0.0.0", "listen: [\"0.0.0.0:8445\"]",
                "line 2: server.address: other machines can reach it; `jeton serve` wants --insecure"},
        Outcome{"server.address", "server.address=::1\nserver.port=1", "listen: [\"[::1]:1\"]", ""},
        Outcome{"server.address", "server.address=a b", "listen: [\"127.0.0.1:8445\"]", "it is no address"},
        Outcome{"server.port", "SERVER_PORT=9445", "listen: [\"127.0.0.1:9445\"]", ""},
        Outcome{"server.port", "server.port=x", "listen: [\"127.0.0.1:8445\"]", "line 2: server.port: not taken over"},
        Outcome{"domain.name", "domain.name=192.0.2.10", "  domain-name: \"192.0.2.10\"\n", ""},
        Outcome{"service.registry.address", "service.registry.address=10.0.0.1",
                "  service-registry:\n    url: \"http://10.0.0.1:8443\"\n", ""},
        Outcome{"service.registry.address", "service.registry.address=::1", "url: \"http://[::1]:8443\"\n", ""},
        Outcome{"service.registry.address", "service.registry.address=http://sr", "url: \"http://localhost:8443\"\n",
                "line 2: service.registry.address: not taken over: it is no address"},
        Outcome{"service.registry.port", "service.registry.port=1", "url: \"http://localhost:1\"\n", ""},
        Outcome{"service.registry.port", "service.registry.port=0", "url: \"http://localhost:8443\"\n",
                "line 2: service.registry.port: not taken over: it is no port"},
        Outcome{"spring.datasource.url", "spring.datasource.url=jdbc:mysql://u:TOPSECRET@h/d", "", kStoreNote},
        Outcome{"spring.datasource.username", "spring.datasource.username=root", "", kStoreNote},
        Outcome{"spring.datasource.password", "SPRING_DATASOURCE_PASSWORD=TOPSECRET", "", kStoreNote},
        Outcome{"spring.datasource.driver-class-name", "spring.datasource.driver-class-name=x", "", kStoreNote},
        Outcome{"spring.jpa.hibernate.ddl-auto", "spring.jpa.hibernate.ddl-auto=validate", "", ""},
        Outcome{"spring.jpa.hibernate.ddl-auto", "spring.jpa.hibernate.ddl-auto=create", "", kStoreNote},
        Outcome{"spring.jpa.show-sql", "spring.jpa.show-sql=true", "", kStoreNote},
        Outcome{"spring.jpa.properties.hibernate.format_sql", "spring.jpa.properties.hibernate.format_sql=true", "",
                ""},
        Outcome{"authentication.policy", "AUTHENTICATION_POLICY=DECLARED", "  policy: declared\n", ""},
        Outcome{"authenticator.secret.keys", "authenticator.secret.keys={'GateKeeper':' TOPSECRET ', 'B':'it''s'}",
                "  authenticator-secret-keys: {\"GateKeeper\": \"TOPSECRET\", \"B\": \"it's\"}\n", ""},
        Outcome{"authenticator.secret.keys", "authenticator.secret.keys=TOPSECRET", "",
                "line 2: authenticator.secret.keys: not taken over: expected {'name':'value', 'other':'value'}"},
        Outcome{"authenticator.secret.keys", "authenticator.secret.keys={'A':'TOPSECRET','A':'TOPSECRET'}", "",
                "line 2: authenticator.secret.keys: not taken over: expected {'name':'value', 'other':'value'}"},
        Outcome{"authenticator.credentials", "AUTHENTICATOR_CREDENTIALS={'password':' TOPSECRET '}",
                "  authenticator-credentials: {\"password\": \" TOPSECRET \"}\n", ""},
        Outcome{"authenticator.login.interval", "authenticator.login.interval=20000",
                "  authentication:\n    login-interval: 20s\n", ""},
        Outcome{"authenticator.login.delay", "authenticator.login.delay=1500", "    login-delay: 1500ms\n", ""},
        Outcome{"enable.management.filter", "enable.management.filter=true", "    filter: true\n", ""},
        Outcome{"enable.management.filter", "enable.management.filter=FALSE", "    filter: false\n", ""},
        Outcome{"enable.management.filter", "enable.management.filter=off", "    filter: true\n",
                "line 2: enable.management.filter: it is not `false`, so it is taken for true"},
        Outcome{"management.policy", "management.policy=SYSOP_ONLY", "    policy: sysop-only\n", ""},
        Outcome{"management.policy", "management.policy=anybody", "    policy: sysop-only\n",
                "line 2: management.policy: not taken over: expected sysop-only, whitelist or authorization"},
        Outcome{"management.whitelist", "management.whitelist=A, B,", "    whitelist: [\"A\", \"B\"]\n", ""},
        Outcome{"enable.blacklist.filter", "enable.blacklist.filter=true", "  blacklist:\n    filter: true\n", ""},
        Outcome{"force.blacklist.filter", "force.blacklist.filter=no", "  blacklist:\n    force: false\n", ""},
        Outcome{"force.blacklist.filter", "force.blacklist.filter=maybe", "",
                "line 2: force.blacklist.filter: not taken over: expected true or false"},
        Outcome{"blacklist.check.exclude.list", "blacklist.check.exclude.list=A", "    exclude: [\"A\"]\n", ""},
        Outcome{"blacklist.check.exclude.list", "blacklist.check.exclude.list= ", "    exclude: []\n", ""},
        Outcome{"max.page.size", "MAX_PAGE_SIZE=5", "  max-page-size: 5\n", ""},
        Outcome{"normalization.mode", "normalization.mode=SIMPLE", "  normalization-mode: simple\n", ""}));

INSTANTIATE_TEST_SUITE_P(
    TokensAndCalls, ArrowheadSetting,
    testing::Values(
        Outcome{"token.max.age", "token.max.age=90", "  max-age: 90m\n", ""},
        Outcome{"token.max.age", "token.max.age=1h", "",
                "line 2: token.max.age: not taken over: expected a whole number that makes tokens.max-age a duration"},
        Outcome{"token.time.limit", "token.time.limit=45", "  time-limit: 45s\n", ""},
        Outcome{"simple.token.byte.size", "simple.token.byte.size=64", "  simple-byte-size: 64\n", ""},
        Outcome{"simple.token.byte.size", "simple.token.byte.size=8", "",
                "line 2: simple.token.byte.size: not taken over: expected a whole number from 16 to 1024"},
        Outcome{"simple.token.usage.limit", "simple.token.usage.limit=5", "  simple-usage-limit: 5\n", ""},
        Outcome{"unbounded.token.generation.whitelist", "unbounded.token.generation.whitelist=A,B",
                "  unbounded-generation-whitelist: [\"A\", \"B\"]\n", ""},
        Outcome{"secret.cryptographer.key", "secret.cryptographer.key=TOPSECRET0123456",
                "  reference-key: \"TOPSECRET0123456\"\n", ""},
        Outcome{"secret.cryptographer.key", "secret.cryptographer.key=TOPSECRET", "",
                "line 2: secret.cryptographer.key: not taken over: it has less than 16 bytes"},
        Outcome{"secret.cryptographer.key", "secret.cryptographer.key=TOPSECRETTOPSECRÉT", "",
                "line 2: secret.cryptographer.key: it has letters beyond ASCII"},
        Outcome{"cleaner.job.interval", "cleaner.job.interval=60000", "  cleaner-interval: 1m\n", ""},
        Outcome{"http.collector.mode", "http.collector.mode=SR_AND_ORCH", "", ""},
        Outcome{"http.collector.mode", "http.collector.mode=SR_ONLY", "", "asked of the orchestration"},
        Outcome{"http.client.connection.timeout", "http.client.connection.timeout=2000", "  connection-timeout: 2s\n",
                ""},
        Outcome{"http.client.socket.timeout", "http.client.socket.timeout=2500", "  call-timeout: 2500ms\n", ""},
        Outcome{"log.all.request.and.response", "log.all.request.and.response=false", "", ""},
        Outcome{"log.all.request.and.response", "log.all.request.and.response=true", "", "bodies carry secrets"},
        Outcome{"cors.origin.patterns", "cors.origin.patterns=*", "", "no CORS headers are sent"},
        Outcome{"disable.hostname.verifier", "disable.hostname.verifier=false", "", ""},
        Outcome{"disable.hostname.verifier", "disable.hostname.verifier=true", "", "outgoing TLS always verifies"},
        Outcome{"mqtt.api.enabled", "mqtt.api.enabled=true\nmqtt.broker.address=b", "  mqtt:\n    enabled: true\n", ""},
        Outcome{"mqtt.api.enabled", "mqtt.api.enabled=true", "    enabled: true\n",
                "mqtt.broker.address has no value, so that the original does not start"},
        Outcome{"mqtt.broker.address", "mqtt.broker.address=10.0.0.2", "    broker: \"10.0.0.2:1883\"\n", ""},
        Outcome{"mqtt.broker.address", "mqtt.broker.address=tcp://b", "",
                "line 2: mqtt.broker.address: not taken over"},
        Outcome{"mqtt.broker.port", "mqtt.broker.port=8883", "    broker: \"127.0.0.1:8883\"\n", ""},
        Outcome{"mqtt.broker.port", "mqtt.broker.port=0", "",
                "line 2: mqtt.broker.port: not taken over: it is no port"},
        Outcome{"mqtt.client.password", "mqtt.client.password=TOPSECRET", "    password: \"TOPSECRET\"\n",
                "the output holds secrets"}));

INSTANTIATE_TEST_SUITE_P(
    Tls, ArrowheadSetting,
    testing::Values(
        Outcome{"server.ssl.enabled", "server.ssl.enabled=true", "url: \"https://localhost:8443\"", ""},
        Outcome{"server.ssl.enabled", "server.ssl.enabled=yep", "url: \"http://localhost:8443\"",
                "line 2: server.ssl.enabled: not taken over: expected true or false"},
        Outcome{"server.ssl.enabled", "server.ssl.key-store=c.p12\nserver.ssl.trust-store=t.p12",
                "http:\n  listen:", "line 2: server.ssl.key-store: not taken over: server.ssl.enabled is not true"},
        Outcome{"server.ssl.key-store", "server.ssl.enabled=true\nserver.ssl.key-store=file:c.p12",
                "  tls:\n    pkcs12: \"c.p12\"\n", ""},
        Outcome{"server.ssl.key-store", "SERVER_SSL_ENABLED=true\nSERVER_SSL_KEY_STORE=classpath:c.p12", "",
                "it is inside the original's program; set http.tls.pkcs12 to a copy of the file"},
        Outcome{
            "server.ssl.key-store-type",
            "server.ssl.enabled=true\nserver.ssl.key-store=my c.jks\nserver.ssl.key-store-type=JKS", "",
            "run `keytool -importkeystore -srckeystore 'my c.jks' -destkeystore 'my c.jks.p12' -deststoretype PKCS12`"},
        Outcome{"server.ssl.key-store-password",
                "server.ssl.enabled=true\nserver.ssl.key-store=c.p12\nserver.ssl.key-store-password=TOPSECRET",
                "    password: \"TOPSECRET\"\n", ""},
        Outcome{"server.ssl.key-alias", "server.ssl.enabled=true\nserver.ssl.key-alias=ca", "",
                "line 3: server.ssl.key-alias: not taken over: the file's only key is taken"},
        Outcome{"server.ssl.key-password", "server.ssl.enabled=true\nserver.ssl.key-password=TOPSECRET", "",
                "line 3: server.ssl.key-password: not taken over: the key of a PKCS#12 file opens with"},
        Outcome{"server.ssl.client-auth",
                "server.ssl.enabled=true\nserver.ssl.key-store=c.p12\nserver.ssl.trust-store=t.p12\n"
                "server.ssl.client-auth=NEED",
                "    client-ca: \"t.p12.pem\"\n    client-auth: need\n", ""},
        Outcome{"server.ssl.client-auth", "server.ssl.enabled=true\nserver.ssl.client-auth=need", "",
                "line 3: server.ssl.client-auth: not taken over: there is no server.ssl.trust-store"},
        Outcome{"server.ssl.trust-store", "server.ssl.enabled=true\nserver.ssl.trust-store=file:t.p12",
                "arrowhead:\n  ca: \"t.p12.pem\"\n", "run `openssl pkcs12 -in t.p12 -nokeys -out t.p12.pem`"},
        Outcome{"server.ssl.trust-store-type",
                "server.ssl.enabled=true\nserver.ssl.trust-store=t.jks\nserver.ssl.trust-store-type=JKS",
                "  ca: \"t.jks.pem\"\n", "run `keytool -list -rfc -keystore t.jks > t.jks.pem`"},
        Outcome{"server.ssl.trust-store-password", "server.ssl.enabled=true\nserver.ssl.trust-store-password=TOPSECRET",
                "", ""}));

TEST(ImportArrowhead, EveryKeyOfTheReferenceIsKnown) {
  std::set<std::string_view> originals;
  for (const ArrowheadKey& key : arrowhead_keys()) EXPECT_TRUE(originals.insert(key.original).second) << key.original;
  EXPECT_EQ(originals.size(), 52U);
  const std::string page = configuration_page();
  for (const ArrowheadKey& key : arrowhead_keys()) {
    EXPECT_THAT(page, HasSubstr(fmt::format("`{}`", key.original)));
    for (std::string_view here : base::split(key.here, ',')) {
      here = base::trim(here);
      EXPECT_TRUE(here.empty() || find_row(here) != nullptr || is_section(here)) << key.original;
    }
    // Whatever the original, its own name is never unknown.
    const auto made = imported(fmt::format("{}=1\n", key.original));
    EXPECT_THAT(all_notes(made), Not(HasSubstr("has this name"))) << key.original;
    EXPECT_FALSE(key.remark.empty() && key.here.empty()) << key.original;
  }
}

TEST(ImportArrowhead, NothingBecomesTheOriginalsOwnDefaults) {
  const auto made = imported("");
  EXPECT_EQ(made.yaml, R"(# Made of a ConsumerAuthorization's settings by `jeton config import arrowhead`.
http:
  listen: ["127.0.0.1:8445"]
identity:
  policy: certificate
  management:
    filter: false
    policy: sysop-only
arrowhead:
  connection-timeout: 30s
  call-timeout: 30s
  service-registry:
    url: "http://localhost:8443"
tokens:
  time-limit: 30s
  simple-usage-limit: 10
)");
  EXPECT_THAT(
      made.notes,
      ElementsAre("without a usable value, so that the original's own default is written: authentication.policy, "
                  "enable.management.filter, management.policy, token.time.limit, simple.token.usage.limit, "
                  "http.client.connection.timeout, http.client.socket.timeout",
                  HasSubstr("server.address is not set"), HasSubstr("secret.cryptographer.key has no value here")));
}

// arrowhead-mqtt 1: one switch for HTTPS and MQTTS.
TEST(ImportArrowhead, TlsIsTowardsTheBrokerToo) {
  const auto made = imported(
      "authentication.policy=declared\nserver.ssl.enabled=true\nserver.ssl.key-store=c.p12\n"
      "server.ssl.trust-store=t.p12\nmqtt.api.enabled=true\nmqtt.broker.address=b\nmqtt.broker.port=8883\n");
  EXPECT_THAT(made.yaml, HasSubstr(R"(  mqtt:
    enabled: true
    broker: "b:8883"
    tls: true
    ca: "t.p12.pem"
    certificate: "c.p12.crt.pem"
    key: "c.p12.key.pem"
)"));
  EXPECT_THAT(problems_with(made), testing::IsEmpty());
  EXPECT_THAT(all_notes(made), HasSubstr("`openssl pkcs12 -in c.p12 -nocerts -noenc -out c.p12.key.pem`"));
}

TEST(ImportArrowhead, AProtectedListenerNeedsNoInsecure) {
  const std::string_view tls =
      "server.address=0.0.0.0\nserver.ssl.enabled=true\nserver.ssl.key-store=c.p12\nserver.ssl.client-auth=need\n"
      "server.ssl.trust-store=t.p12\n";
  EXPECT_THAT(all_notes(imported(std::string(tls) + "authentication.policy=certificate")),
              Not(HasSubstr("--insecure")));
  EXPECT_THAT(all_notes(imported(std::string(tls) + "authentication.policy=declared")), HasSubstr("--insecure"));
}

TEST(ImportArrowhead, AProtectedBrokerNeedsNoInsecure) {
  const std::string_view mqtt = "mqtt.api.enabled=true\nmqtt.broker.address=b\n";
  const std::string_view tls =
      "server.ssl.enabled=true\nserver.ssl.key-store=c.p12\nserver.ssl.client-auth=need\n"
      "server.ssl.trust-store=t.p12\n";
  const auto notes = [&](std::string_view more) { return all_notes(imported(std::string(mqtt) + std::string(more))); };
  constexpr std::string_view kNote = "line 2: mqtt.broker.address: other machines can reach it; `jeton serve` wants";
  EXPECT_THAT(notes(std::string(tls) + "authentication.policy=certificate"), Not(HasSubstr("--insecure")));
  EXPECT_THAT(notes(std::string(tls) + "authentication.policy=declared"), HasSubstr(kNote));
  EXPECT_THAT(notes("authentication.policy=certificate"), HasSubstr(kNote));
  EXPECT_THAT(all_notes(imported("mqtt.api.enabled=true\nmqtt.broker.address=127.0.0.1\n")),
              Not(HasSubstr("--insecure")));
}

TEST(ImportArrowhead, WhatIsNotItsOwnIsSaid) {
  const std::string notes = all_notes(
      imported("logging.level.root=debug\nserver.tomcat.threads.max=7\nspring.main.banner-mode=off\nmanagement.port=1\n"
               "springdoc.swagger-ui.path=/\nMY_OWN=TOPSECRET\nTOPSECRET\ntoken.max.age=${AGE}\n"));
  for (const char* expected :
       {"line 1: logging.level.root: not taken over: lines go to standard error",
        "line 2: server.tomcat.threads.max: not taken over: it is one of the original's framework",
        "line 3: spring.main.banner-mode: not taken over", "line 4: management.port: not taken over: /livez",
        "line 5: springdoc.swagger-ui.path: not taken over: the reference",
        "line 6: MY_OWN: not taken over: no setting of ConsumerAuthorization has this name",
        "line 7: not taken over: it is no setting", "line 8: token.max.age: not taken over: it refers to another"}) {
    EXPECT_THAT(notes, HasSubstr(expected));
  }
  EXPECT_THAT(notes, Not(HasSubstr("TOPSECRET")));
  EXPECT_EQ(import_arrowhead("a=\\u12\n").error().message.substr(0, 7), "line 1:");
}

TEST(SpringMap, IsReadOrRefused) {
  const struct {
    const char* text;
    std::optional<TextByName> members;
  } rows[] = {
      {"{}", TextByName{}},
      {" { } ", TextByName{}},
      {"{'a':'b'}", TextByName{{"a", "b"}}},
      {"{ 'a' : \"b, '}\" , c-d.e : 12 }", TextByName{{"a", "b, '}"}, {"c-d.e", "12"}}},
      {"{'it''s':\"x\"\"y\"}", TextByName{{"it's", "x\"y"}}},
      {"{'a':''}", TextByName{{"a", ""}}},
      {"", {}},
      {"a", {}},
      {"{", {}},
      {"{'a'}", {}},
      {"{'a':}", {}},
      {"{'a':'b'", {}},
      {"{'a':'b',}", {}},
      {"{'a':'b'} x", {}},
      {"{'a':'b' 'c':'d'}", {}},
      {"{'a':'b}", {}},
      {"{'a':{'b':'c'}}", {}},
  };
  for (const auto& row : rows) EXPECT_EQ(read_spring_map(row.text), row.members) << row.text;
  std::string many = "{a:1";
  for (std::size_t i = 0; i < kListItemsMax; ++i) many += ",a:1";
  EXPECT_EQ(read_spring_map(many + "}"), std::nullopt);
}

std::string document(const std::string& name) {
  std::ostringstream text;
  text << std::ifstream(std::string(JETON_DOCS) + "/" + name).rdbuf();
  return text.str();
}

TEST(Documents, ConfigurationIsThePage) {
  EXPECT_EQ(document("configuration.md"), configuration_page()) << "write it with `jeton config page`";
}

std::string in_code(std::string_view names) {
  std::string out;
  for (const std::string_view name : base::split(names, ',')) {
    if (!base::is_blank(name)) out += fmt::format("{}`{}`", out.empty() ? "" : ", ", base::trim(name));
  }
  return out.empty() ? "none" : out;
}

// The rows of docs/replace-consumer-authorization.md are those of the importer.
TEST(Documents, MapEverySettingAsTheImporterDoes) {
  std::string rows;
  for (const ArrowheadKey& key : arrowhead_keys())
    rows += fmt::format("| `{}` | {} | {} |\n", key.original, in_code(key.here), key.remark);
  EXPECT_THAT(document("replace-consumer-authorization.md"),
              HasSubstr("| Original | Here | |\n| --- | --- | --- |\n" + rows + "\n"));
}

}  // namespace
}  // namespace jeton::config
