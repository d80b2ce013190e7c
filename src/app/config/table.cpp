#include "app/config/table.hpp"

#include <array>

#include "app/config/rows.hpp"

namespace jeton::config {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::uint64_t kKiB = 1024;
constexpr std::uint64_t kMiB = 1024 * kKiB;

// Each in the order of its enumerators.
constexpr std::array<std::string_view, 3> kClientAuthNames = {"none", "want", "need"};
constexpr std::array<std::string_view, 3> kIdentityPolicyNames = {"declared", "certificate", "outsourced"};
constexpr auto kManagementPolicyNames = names_of<ManagementPolicy>();
constexpr auto kNormalizationModeNames = names_of<NormalizationMode>();
constexpr auto kRestrictionModeNames = names_of<model::RestrictionMode>();
constexpr std::array<std::string_view, 3> kQueueGuardNames = {"auto", "open", "guarded"};
constexpr std::array<std::string_view, 7> kLevelNames = {"trace", "debug", "info", "warn", "error", "fatal", "off"};
constexpr std::array<std::string_view, 2> kLogFormatNames = {"text", "json"};

constexpr Row kFirstRows[] = {
    {"data", text<&Config::data>(Blank::kRefused), "",
     "Folder of the embedded database, of generated keys and of caches. It is created with access for its owner only."},
    {"master-key", text<&Config::master_key>(Blank::kAllowed), "",
     "Where the key is that seals secrets at rest: `file:PATH` or `env:NAME` (a name that does not begin with JETON_). "
     "Empty: a key file in `data`, generated at the first start. The key itself never stands here."},

    {"store.url", url<&Config::store, &Store::url>(), "spring.datasource.url",
     "Where tokens, policies and events are kept. Empty: SQLite in `data`. `sqlite::memory:` keeps nothing across a "
     "restart. "
     "`postgresql://user:password@host/database` comes with a later release."},

    {"http.listen", list<&Config::http, &Http::listen>(Blank::kRefused), "server.address, server.port",
     "Addresses to serve, `HOST:PORT`; IPv6 in brackets, `[::1]:8445`. Port 0 picks a free one. An address that other "
     "machines can "
     "reach needs TLS and an `identity.policy` stronger than declared, or `--insecure`."},
    {"http.threads", integer<&Config::http, &Http::threads>(0, 1024), "", "Network threads. 0: one per core."},
    {"http.tls.certificate", text<&Config::http, &Http::tls, &HttpTls::certificate>(Blank::kAllowed), "",
     "PEM file of the server's certificate, first, and of its chain behind it; needs `http.tls.key`. With it, or with "
     "`http.tls.pkcs12`, every listener speaks TLS 1.2 and 1.3 and nothing else. On SIGHUP the files of `http.tls` are "
     "read again. Empty: no TLS from PEM files."},
    {"http.tls.key", text<&Config::http, &Http::tls, &HttpTls::key>(Blank::kAllowed), "",
     "PEM file of the certificate's private key, RSA or elliptic-curve."},
    {"http.tls.pkcs12", text<&Config::http, &Http::tls, &HttpTls::pkcs12>(Blank::kAllowed), "server.ssl.key-store",
     "PKCS#12 file with certificate, chain and key, in place of `http.tls.certificate` and `http.tls.key`."},
    {"http.tls.password", hidden<&Config::http, &Http::tls, &HttpTls::password>(), "server.ssl.key-store-password",
     "Password of the key file or of the PKCS#12 file. Empty: the file is not encrypted."},
    {"http.tls.client-ca", text<&Config::http, &Http::tls, &HttpTls::client_ca>(Blank::kAllowed),
     "server.ssl.trust-store",
     "PEM file with the authorities whose client certificates are trusted, roots or intermediate ones. Empty: none "
     "is."},
    {"http.tls.client-auth", choice<&Config::http, &Http::tls, &HttpTls::client_auth>(kClientAuthNames),
     "server.ssl.client-auth",
     "Whether callers are asked for a certificate: not at all, if they have one, or always. One that is shown and not "
     "trusted ends the connection."},
    {"http.limits.body", size<&Config::http, &Http::limits, &HttpLimits::body>(kKiB, 64 * kMiB), "",
     "Largest request body. A larger one is answered with 413."},
    {"http.limits.header", size<&Config::http, &Http::limits, &HttpLimits::header>(kKiB, kMiB), "",
     "Largest request head: request line and all header fields together. A larger one is answered with 431."},
    {"http.limits.idle", span<&Config::http, &Http::limits, &HttpLimits::idle>(milliseconds{100}, hours{24}), "",
     "How long a connection may stay open between two requests."},
    {"http.limits.request", span<&Config::http, &Http::limits, &HttpLimits::request>(milliseconds{100}, hours{24}), "",
     "How long a request may take: to arrive completely, to wait for its turn where work is queued (503 then), and for "
     "the client to take the answer."},
    {"http.limits.connections", integer<&Config::http, &Http::limits, &HttpLimits::connections>(1, 1'000'000), "",
     "Most connections open at a time, over all listeners."},
    {"http.limits.requests-per-caller",
     integer<&Config::http, &Http::limits, &HttpLimits::requests_per_caller>(0, 1'000'000'000), "",
     "Requests a second that one system may make on average; in a burst, twice that. Past it: 429. 0: no limit."},

    {"identity.policy", choice<&Config::identity, &Identity::policy>(kIdentityPolicyNames), "authentication.policy",
     "How a caller's name is established: `declared` believes the name a caller gives, for trusted networks only; "
     "`certificate` takes it from the caller's certificate, and needs `http.tls.client-auth: need` and an own "
     "certificate of profile `sy`; `outsourced` asks the Authentication system about the caller's identity token."},
    {"identity.remember", span<&Config::identity, &Identity::remember>(base::Duration::zero(), hours{1}), "",
     "How long the Authentication system's answer about an identity token is believed without asking again, at most "
     "until the token ends. 0: every request asks, as in the original."},
    {"identity.authenticator-secret-keys", hidden_map<&Config::identity, &Identity::authenticator_secret_keys>(),
     "authenticator.secret.keys",
     "Authentication systems that may call with `AUTHENTICATOR-KEY`, and the secret that is shared with each, for the "
     "policy `outsourced`. Empty: none may."},
    {"identity.authenticator-credentials", hidden_map<&Config::identity, &Identity::authenticator_credentials>(),
     "authenticator.credentials",
     "Credentials of this server's own login at the Authentication system, such as `password`; the policy "
     "`outsourced` needs them."},
    {"identity.management.filter", boolean<&Config::identity, &Identity::management, &Management::filter>(),
     "enable.management.filter",
     "Whether management operations are kept for those that `identity.management.policy` admits. With `false`, every "
     "identified "
     "caller may use them."},
    {"identity.management.policy",
     choice<&Config::identity, &Identity::management, &Management::policy>(kManagementPolicyNames), "management.policy",
     "Who may use management operations: only the operator, also the names on the whitelist, or also whoever this "
     "server's own "
     "policies grant them to."},
    {"identity.management.whitelist",
     list<&Config::identity, &Identity::management, &Management::whitelist>(Blank::kAllowed), "management.whitelist",
     "System names that may use management operations, unless the policy is `sysop-only`."},
    {"identity.blacklist.filter", boolean<&Config::identity, &Identity::blacklist, &Blacklist::filter>(),
     "enable.blacklist.filter",
     "Whether the Blacklist system is asked about every caller, and blacklisted ones are answered with 403. Needs "
     "`arrowhead.service-registry.url`, which says where that system is."},
    {"identity.blacklist.force", boolean<&Config::identity, &Identity::blacklist, &Blacklist::force>(),
     "force.blacklist.filter",
     "What happens while the Blacklist system cannot be asked: with `true` callers are answered with 403, with `false` "
     "they are let through."},
    {"identity.blacklist.exclude", list<&Config::identity, &Identity::blacklist, &Blacklist::exclude>(Blank::kAllowed),
     "blacklist.check.exclude.list",
     "System names that are never asked about, beside the operator and `Blacklist` itself."},
    {"identity.blacklist.remember",
     span<&Config::identity, &Identity::blacklist, &Blacklist::remember>(base::Duration::zero(), hours{1}), "",
     "How long an answer of the Blacklist system is believed without asking again. 0: every request asks, as in the "
     "original."},

    {"arrowhead.system-name", text<&Config::arrowhead, &Arrowhead::system_name>(Blank::kRefused), "",
     "The name under which this server is known in an Arrowhead local cloud."},
    {"arrowhead.domain-name", text<&Config::arrowhead, &Arrowhead::domain_name>(Blank::kRefused), "domain.name",
     "Host name or address under which other systems reach this server."},
    {"arrowhead.normalization-mode",
     choice<&Config::arrowhead, &Arrowhead::normalization_mode>(kNormalizationModeNames), "normalization.mode",
     "How names in requests are brought into one form: `simple` only trims them, `extended` also rewrites separators "
     "and letter case."},
    {"arrowhead.max-page-size", integer<&Config::arrowhead, &Arrowhead::max_page_size>(1, 1'000'000), "max.page.size",
     "Most entries that one page of a query may ask for, and the size of a page when none is asked for."},
    {"arrowhead.ca", text<&Config::arrowhead, &Arrowhead::ca>(Blank::kAllowed), "",
     "PEM file with the authorities that vouch for other systems of the cloud when this server calls them. Empty: "
     "those "
     "of `http.tls.client-ca`; without these too, the operating system's."},
    {"arrowhead.connection-timeout",
     span<&Config::arrowhead, &Arrowhead::connection_timeout>(milliseconds{1}, minutes{10}),
     "http.client.connection.timeout",
     "How long another system may take to accept a connection. The original counts in milliseconds."},
    {"arrowhead.call-timeout", span<&Config::arrowhead, &Arrowhead::call_timeout>(milliseconds{1}, minutes{10}),
     "http.client.socket.timeout",
     "How long a call to another system may take, until its answer is complete. The original counts in milliseconds, "
     "from one piece of the answer to the next."},
    {"arrowhead.remember-metadata",
     span<&Config::arrowhead, &Arrowhead::remember_metadata>(base::Duration::zero(), hours{1}), "",
     "How long the ServiceRegistry's answer about a system's metadata is believed without asking again. 0: every "
     "decision that needs them asks, as in the original."},
    {"arrowhead.service-registry.url",
     text<&Config::arrowhead, &Arrowhead::service_registry, &ServiceRegistry::url>(Blank::kAllowed),
     "service.registry.address, service.registry.port",
     "The ServiceRegistry, `http://HOST:PORT` or `https://HOST:PORT`: this server registers there and asks it for "
     "other "
     "systems and their metadata. Empty: there is none."},
    {"arrowhead.authentication.url",
     text<&Config::arrowhead, &Arrowhead::authentication, &Authentication::url>(Blank::kAllowed), "",
     "The Authentication system of the policy `outsourced`, `http://HOST:PORT` or `https://HOST:PORT`. Empty: the "
     "ServiceRegistry says where it is."},
    {"arrowhead.authentication.login-interval",
     span<&Config::arrowhead, &Arrowhead::authentication, &Authentication::login_interval>(milliseconds{100}, days{1}),
     "authenticator.login.interval",
     "How often this server looks whether its own login at the Authentication system is to be renewed. The original "
     "counts in milliseconds."},
    {"arrowhead.authentication.login-delay",
     span<&Config::arrowhead, &Arrowhead::authentication, &Authentication::login_delay>(base::Duration::zero(),
                                                                                        hours{1}),
     "authenticator.login.delay",
     "How long the start waits for the first login before it goes on to the ServiceRegistry. The original counts in "
     "milliseconds."},
    {"arrowhead.mqtt.enabled", boolean<&Config::arrowhead, &Arrowhead::mqtt, &Mqtt::enabled>(), "mqtt.api.enabled",
     "Whether the operations are served over MQTT too."},
    {"arrowhead.mqtt.broker", text<&Config::arrowhead, &Arrowhead::mqtt, &Mqtt::broker>(Blank::kAllowed),
     "mqtt.broker.address, mqtt.broker.port",
     "The MQTT broker, `HOST:PORT`; IPv6 in brackets, `[::1]:1883`. One that "
     "other machines can reach needs `arrowhead.mqtt.tls` and an `identity.policy` stronger than declared, or "
     "`--insecure`."},
    {"arrowhead.mqtt.password", hidden<&Config::arrowhead, &Arrowhead::mqtt, &Mqtt::password>(), "mqtt.client.password",
     "Password for the broker; the user is named after `arrowhead.system-name`. Empty: none is sent."},
    {"arrowhead.mqtt.tls", boolean<&Config::arrowhead, &Arrowhead::mqtt, &Mqtt::tls>(), "",
     "Whether the broker is reached over TLS. Its certificate is verified."},
    {"arrowhead.mqtt.ca", text<&Config::arrowhead, &Arrowhead::mqtt, &Mqtt::ca>(Blank::kAllowed), "",
     "PEM file with the authorities that vouch for the broker. Empty: the operating system's."},
    {"arrowhead.mqtt.certificate", text<&Config::arrowhead, &Arrowhead::mqtt, &Mqtt::certificate>(Blank::kAllowed), "",
     "PEM file of the certificate that the broker is shown, and its chain; needs `arrowhead.mqtt.key`. Empty: none is "
     "shown."},
    {"arrowhead.mqtt.key", text<&Config::arrowhead, &Arrowhead::mqtt, &Mqtt::key>(Blank::kAllowed), "",
     "PEM file of that certificate's private key."},

    {"tokens.time-limit", span<&Config::tokens, &Tokens::time_limit>(milliseconds{1}, days{3650}), "token.time.limit",
     "How long time-limited and self-contained tokens are valid when the request does not say. The original counts in "
     "seconds."},
    {"tokens.max-age", span<&Config::tokens, &Tokens::max_age>(milliseconds{1}, days{3650}), "token.max.age",
     "Age at which every token ends, even one that would still be valid. The original counts in minutes."},
    {"tokens.simple-usage-limit", integer<&Config::tokens, &Tokens::simple_usage_limit>(1, 2'147'483'647),
     "simple.token.usage.limit", "How often a usage-limited token may be verified when the request does not say."},
    {"tokens.simple-byte-size", integer<&Config::tokens, &Tokens::simple_byte_size>(16, 1024), "simple.token.byte.size",
     "Random bytes in a simple token."},
    {"tokens.unbounded-generation-whitelist",
     list<&Config::tokens, &Tokens::unbounded_generation_whitelist>(Blank::kAllowed),
     "unbounded.token.generation.whitelist",
     "System names that may generate tokens with `unbound=true`. Empty: nobody may."},
    {"tokens.cleaner-interval", span<&Config::tokens, &Tokens::cleaner_interval>(milliseconds{10}, days{1}),
     "cleaner.job.interval",
     "How often records of ended tokens are removed. It never decides whether a token is valid. The original counts in "
     "milliseconds."},
    {"tokens.signing-key", text<&Config::tokens, &Tokens::signing_key>(Blank::kAllowed), "",
     "PEM or PKCS#12 file of the RSA key that signs JSON web tokens. Empty: the TLS key, if it is RSA of 2048 bits or "
     "more; without one, no JSON web tokens are issued."},
    {"tokens.signing-key-password", hidden<&Config::tokens, &Tokens::signing_key_password>(), "server.ssl.key-password",
     "Password of `tokens.signing-key`. Empty: the file is not encrypted."},
    {"tokens.reference-key", hidden<&Config::tokens, &Tokens::reference_key>(), "secret.cryptographer.key",
     "Text that keys the references of stored tokens, 16 bytes or more. A change makes every stored token "
     "unverifiable; the "
     "original's value keeps its references valid. Empty: derived from the master key."},

    {"queues.restriction-mode", choice<&Config::queues, &Queues::restriction_mode>(kRestrictionModeNames),
     "message-queue.restriction-mode",
     "Whether sub-queues can be restricted to who has their token: none can, those that were restricted are, or only "
     "restricted ones can be used at all."},
    {"queues.access-token-key", hidden<&Config::queues, &Queues::access_token_key>(Blank::kRefused),
     "message-queue.access-token.key",
     "Text that signs the tokens of restricted sub-queues. Unset: a key made from the master key, with a warning; a "
     "blank one is refused."},
    {"queues.previous-access-token-keys", hidden_list<&Config::queues, &Queues::previous_access_token_keys>(), "",
     "Former values of `queues.access-token-key`, whose tokens are still believed."},
    {"queues.auth-access", choice<&Config::queues, &Queues::auth_access>(kQueueGuardNames), "",
     "Who may restrict a sub-queue by `POST /auth/{subQueue}`: everybody (`open`, as the original), whoever "
     "`identity.management.policy` admits (`guarded`), or the one on loopback and the other elsewhere (`auto`)."},
    {"queues.message-size", size<&Config::queues, &Queues::message_size>(16, 64 * kMiB), "",
     "Largest payload of a message, as JSON text. A larger one is answered with 413."},
    {"queues.visibility-timeout", span<&Config::queues, &Queues::visibility_timeout>(base::Duration::zero(), days{365}),
     "",
     "How long a message is held by whoever takes it and does not say; then it is ready for others again. 0: until it "
     "is "
     "released, as in the original."},
    {"queues.max-attempts", integer<&Config::queues, &Queues::max_attempts>(0, 1'000'000), "",
     "How often a message is handed out before it is put into its sub-queue's dead letters. 0: without end."},
    {"queues.dead-letter-suffix", text<&Config::queues, &Queues::dead_letter_suffix>(Blank::kRefused), "",
     "What the name of a sub-queue's dead letters has behind its own."},
    {"queues.reported-settings", list<&Config::queues, &Queues::reported_settings>(Blank::kAllowed), "",
     "What `GET /settings` tells of the replaced system's storage, `KEY=VALUE` each, for clients that look. Passwords "
     "in "
     "URLs are never shown."},
};

constexpr Row kLastRows[] = {
    {"log.level", choice<&Config::log, &Log::level>(kLevelNames), "", "The least severe lines that are written."},
    {"log.format", choice<&Config::log, &Log::format>(kLogFormatNames), "",
     "Lines for people, or one JSON object a line."},
    {"log.file", text<&Config::log, &Log::file>(Blank::kAllowed), "",
     "File to append log lines to. Empty: standard error."},

    {"events.retention", span<&Config::events, &Events::retention>(minutes{1}, days{3650}), "",
     "How long events stay in the event log. A follower that was away for longer starts afresh."},
};

constexpr Later kLater[] = {
    {"pools", "", "pools of outbound OAuth2 tokens"},
    {"stream", "", "the token stream to policy decision points"},
};

constexpr Dropped kDropped[] = {
    {"spring.datasource.username", "part of `store.url`"},
    {"spring.datasource.password", "part of `store.url`"},
    {"spring.datasource.driver-class-name", "follows from `store.url`"},
    {"spring.jpa.hibernate.ddl-auto", "the schema is brought up to date at start"},
    {"spring.jpa.show-sql", "none"},
    {"spring.jpa.properties.hibernate.format_sql", "none"},
    {"log.all.request.and.response", "none: bodies carry secrets and are never logged"},
    {"http.collector.mode",
     "none: other systems are looked up in the ServiceRegistry, and what it lacks is asked of the orchestration"},
    {"cors.origin.patterns", "none: no CORS headers are sent"},
    {"disable.hostname.verifier", "none: outgoing TLS always verifies"},
    {"server.ssl.enabled",
     "TLS is on when `http.tls` names a certificate, towards the MQTT broker with `arrowhead.mqtt.tls`"},
    {"server.ssl.key-store-type", "`http.tls.certificate` and `http.tls.key` for PEM, `http.tls.pkcs12` for PKCS#12"},
    {"server.ssl.key-alias", "none: the file's only key is taken"},
    {"server.ssl.trust-store-type", "none: `http.tls.client-ca` is PEM"},
    {"server.ssl.trust-store-password", "none: `http.tls.client-ca` is PEM, which has no password"},
};

}  // namespace

std::span<const Row> rows() {
  static const std::vector<Row> all = [] {
    std::vector<Row> made;
    for (const auto& some : std::array<std::span<const Row>, 3>{kFirstRows, lease_rows(), kLastRows})
      made.insert(made.end(), some.begin(), some.end());
    return made;
  }();
  return all;
}
std::span<const Collection> collections() {
  return lease_collections();
}
std::span<const Later> later() {
  return kLater;
}
std::span<const Dropped> dropped() {
  return kDropped;
}

}  // namespace jeton::config
