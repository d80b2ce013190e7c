#include "app/config/page.hpp"

#include "app/config/table.hpp"

namespace jeton::config {
namespace {

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST(ConfigPage, HasEveryKeyOnce) {
  const std::string page = configuration_page();
  for (const Row& row : rows()) {
    EXPECT_EQ(count(page, fmt::format("\n| `{}` | ", row.path)), 1U) << row.path;
    EXPECT_THAT(page, testing::HasSubstr(row.documentation)) << row.path;
  }
  for (const Collection& one : collections())
    EXPECT_EQ(count(page, fmt::format("\n| `{}` | sections", one.path)), 1U) << one.path;
  for (const Later& section : later())
    EXPECT_EQ(count(page, fmt::format("\n| `{}` | ", section.path)), 1U) << section.path;
}

TEST(ConfigPage, HasOneHeadingASection) {
  const std::string page = configuration_page();
  for (const char* heading :
       {"General", "`store`", "`http`", "`identity`", "`arrowhead`", "`tokens`", "`leases`", "`log`", "`events`"}) {
    EXPECT_EQ(count(page, fmt::format("\n## {}\n", heading)), 1U) << heading;
  }
}

// Section 10 of the Arrowhead reference: every key of the replaced system is on the page.
TEST(ConfigPage, MapsEveryOriginalKey) {
  const std::string page = configuration_page();
  for (const char* original : {"server.address",
                               "server.port",
                               "domain.name",
                               "service.registry.address",
                               "service.registry.port",
                               "spring.datasource.url",
                               "spring.datasource.username",
                               "spring.datasource.password",
                               "spring.datasource.driver-class-name",
                               "spring.jpa.hibernate.ddl-auto",
                               "spring.jpa.show-sql",
                               "spring.jpa.properties.hibernate.format_sql",
                               "authentication.policy",
                               "authenticator.secret.keys",
                               "authenticator.credentials",
                               "authenticator.login.interval",
                               "authenticator.login.delay",
                               "enable.management.filter",
                               "management.policy",
                               "management.whitelist",
                               "enable.blacklist.filter",
                               "force.blacklist.filter",
                               "blacklist.check.exclude.list",
                               "max.page.size",
                               "normalization.mode",
                               "token.max.age",
                               "token.time.limit",
                               "simple.token.byte.size",
                               "simple.token.usage.limit",
                               "unbounded.token.generation.whitelist",
                               "secret.cryptographer.key",
                               "cleaner.job.interval",
                               "http.collector.mode",
                               "http.client.connection.timeout",
                               "http.client.socket.timeout",
                               "log.all.request.and.response",
                               "cors.origin.patterns",
                               "disable.hostname.verifier",
                               "server.ssl.enabled",
                               "server.ssl.key-store-type",
                               "server.ssl.key-store",
                               "server.ssl.key-store-password",
                               "server.ssl.key-alias",
                               "server.ssl.key-password",
                               "server.ssl.client-auth",
                               "server.ssl.trust-store-type",
                               "server.ssl.trust-store",
                               "server.ssl.trust-store-password",
                               "mqtt.api.enabled",
                               "mqtt.broker.address",
                               "mqtt.broker.port",
                               "mqtt.client.password"}) {
    EXPECT_EQ(count(page, fmt::format("`{}`", original)), 1U) << original;
  }
}

}  // namespace
}  // namespace jeton::config
