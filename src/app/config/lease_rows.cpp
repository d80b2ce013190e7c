// The rows of `leases`.
#include "app/config/rows.hpp"

namespace jeton::config {
namespace {

using leases::ProviderSettings;
using std::chrono::days;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr base::Duration kZero = base::Duration::zero();
constexpr std::uint64_t kLeasesMax = 100'000'000;

constexpr std::array<std::string_view, 4> kAclPersistenceNames = {"auto", "acl-file", "config-rewrite", "none"};

constexpr Collection kCollections[] = {
    collection<&Config::leases, &Leases::providers>("leases.providers",
                                                    "The external services whose credentials are leased, each under a "
                                                    "name of yours. Policies call that of `plant-db` `leasePlantDb`."),
};

constexpr Row kRows[] = {
    {"leases.anonymous-owner", text<&Config::leases, &Leases::anonymous_owner>(Blank::kAllowed), "",
     "System name under which callers without an identity lease; all of them share its leases. Empty: they are "
     "refused. Where other machines reach the server it needs `--insecure`."},
    {"leases.ttl.default", span<&Config::leases, &Leases::ttl, &LeaseTtl::by_default>(milliseconds{1}, days{3650}), "",
     "How long a credential is leased when the request does not say."},
    {"leases.ttl.maximum", span<&Config::leases, &Leases::ttl, &LeaseTtl::maximum>(milliseconds{1}, days{3650}), "",
     "Longest life of a lease, renewals included. Who asks for more is given this."},
    {"leases.ttl.allow-zero", boolean<&Config::leases, &Leases::ttl, &LeaseTtl::allow_zero>(), "",
     "Whether a request may ask for a time of 0, for a lease that ends at once."},
    {"leases.ttl.jitter", integer<&Config::leases, &Leases::ttl, &LeaseTtl::jitter>(0, 10), "",
     "Percent by which a granted time may be shortened at random, so that leases made together do not end together. 0: "
     "not at all."},
    {"leases.default-provider", text<&Config::leases, &Leases::default_provider>(Blank::kAllowed), "",
     "Provider of requests that name none. Empty: the only one; where there are several, requests must name one."},
    {"leases.providers.*.type",
     text<&Config::leases, &Leases::providers, kEach, &ProviderSettings::type>(Blank::kRefused), "",
     "What kind of service it is: `influxdb`, `influxdb1`, `postgresql`, `redis`, `rabbitmq` or `webhook`. It has to "
     "be set, and says which of the keys below may be."},
    {"leases.providers.*.url", hidden_url<&Config::leases, &Leases::providers, kEach, &ProviderSettings::url>(), "",
     "Where the service is. It has to be set. Only its scheme is ever shown, as it may hold user and password."},
    {"leases.providers.*.user",
     text<&Config::leases, &Leases::providers, kEach, &ProviderSettings::user>(Blank::kAllowed), "",
     "The account that makes and removes credentials."},
    {"leases.providers.*.password", hidden<&Config::leases, &Leases::providers, kEach, &ProviderSettings::password>(),
     "", "Password of that account."},
    {"leases.providers.*.token", hidden<&Config::leases, &Leases::providers, kEach, &ProviderSettings::token>(), "",
     "API token that makes and removes credentials."},
    {"leases.providers.*.org",
     text<&Config::leases, &Leases::providers, kEach, &ProviderSettings::org>(Blank::kAllowed), "",
     "`influxdb`: id of the organisation that credentials are made in, for requests that name none."},
    {"leases.providers.*.database",
     text<&Config::leases, &Leases::providers, kEach, &ProviderSettings::database>(Blank::kAllowed), "",
     "`influxdb1`: the database that credentials are for."},
    {"leases.providers.*.vhost",
     text<&Config::leases, &Leases::providers, kEach, &ProviderSettings::vhost>(Blank::kRefused), "",
     "`rabbitmq`: the virtual host that credentials are for."},
    {"leases.providers.*.rules",
     text<&Config::leases, &Leases::providers, kEach, &ProviderSettings::rules>(Blank::kAllowed), "",
     "`redis`: ACL rules of credentials without a role, such as `~plant:* +@read`. Empty: a request has to name a "
     "role."},
    {"leases.providers.*.acl-persistence",
     word<kAclPersistenceNames, &Config::leases, &Leases::providers, kEach, &ProviderSettings::acl_persistence>(), "",
     "`redis`: how the service keeps its users across a restart: `ACL SAVE`, `CONFIG REWRITE`, not at all, or what it "
     "is configured for."},
    {"leases.providers.*.create",
     list<&Config::leases, &Leases::providers, kEach, &ProviderSettings::create>(Blank::kAllowed, Lines::kSeveral), "",
     "`postgresql`: statements that follow `CREATE ROLE` in its transaction."},
    {"leases.providers.*.revoke",
     list<&Config::leases, &Leases::providers, kEach, &ProviderSettings::revoke>(Blank::kAllowed, Lines::kSeveral), "",
     "`postgresql`: statements that come before `DROP ROLE`."},
    {"leases.providers.*.databases",
     list<&Config::leases, &Leases::providers, kEach, &ProviderSettings::databases>(Blank::kAllowed), "",
     "`postgresql`: further databases in which a credential may come to own something."},
    {"leases.providers.*.roles", text_map<&Config::leases, &Leases::providers, kEach, &ProviderSettings::roles>(), "",
     "What may be asked for: name of a role, and what it gives, in the words of the service."},
    {"leases.providers.*.ca", text<&Config::leases, &Leases::providers, kEach, &ProviderSettings::ca>(Blank::kAllowed),
     "", "PEM file with the authorities that vouch for the service. Empty: the operating system's."},
    {"leases.providers.*.certificate",
     text<&Config::leases, &Leases::providers, kEach, &ProviderSettings::certificate>(Blank::kAllowed), "",
     "PEM file of the certificate that the service is shown, and its chain; needs `key`. Empty: none is shown."},
    {"leases.providers.*.key",
     text<&Config::leases, &Leases::providers, kEach, &ProviderSettings::key>(Blank::kAllowed), "",
     "PEM file of that certificate's private key."},
    {"leases.providers.*.connections",
     integer<&Config::leases, &Leases::providers, kEach, &ProviderSettings::connections>(1, 64), "",
     "Calls at a time, for making and for removing credentials each."},
    {"leases.providers.*.connection-limit",
     integer<&Config::leases, &Leases::providers, kEach, &ProviderSettings::connection_limit>(0, 1'000'000), "",
     "`postgresql`: connections that one credential may have at a time. 0: no limit."},
    {"leases.providers.*.call-timeout",
     span<&Config::leases, &Leases::providers, kEach, &ProviderSettings::call_timeout>(milliseconds{100}, minutes{5}),
     "", "How long a call to the service may take."},
    {"leases.providers.*.max-ttl",
     span<&Config::leases, &Leases::providers, kEach, &ProviderSettings::max_ttl>(kZero, days{3650}), "",
     "Longest life of a lease of this provider. 0: `leases.ttl.maximum`."},
    {"leases.providers.*.max-leases",
     integer<&Config::leases, &Leases::providers, kEach, &ProviderSettings::max_leases>(0, kLeasesMax), "",
     "Most leases of this provider at a time. 0: no limit."},
    {"leases.providers.*.adopt", boolean<&Config::leases, &Leases::providers, kEach, &ProviderSettings::adopt>(), "",
     "`influxdb`: whether leases of earlier managers, known by their descriptions, are taken over."},
    {"leases.quotas.total", integer<&Config::leases, &Leases::quotas, &LeaseQuotas::total>(0, kLeasesMax), "",
     "Most leases at a time, until they are taken back. 0: no limit. Who manages the server is exempt from all "
     "quotas."},
    {"leases.quotas.owner", integer<&Config::leases, &Leases::quotas, &LeaseQuotas::owner>(0, kLeasesMax), "",
     "Most leases of one owner. 0: no limit."},
    {"leases.quotas.role", integer<&Config::leases, &Leases::quotas, &LeaseQuotas::role>(0, kLeasesMax), "",
     "Most leases of one role of one provider. 0: no limit."},
    {"leases.quotas.create-rate", integer<&Config::leases, &Leases::quotas, &LeaseQuotas::create_rate>(0, 1'000'000),
     "", "Leases that one owner may create in a second. 0: no limit."},
    {"leases.hold-revocations", boolean<&Config::leases, &Leases::hold_revocations>(), "",
     "Whether due revocations wait until `jeton lease release`. For a server started on restored data, which may not "
     "know what was renewed since."},
    {"leases.reconcile-interval", span<&Config::leases, &Leases::reconcile_interval>(kZero, days{30}), "",
     "How often the records are compared with what the providers have. 0: never."},
    {"leases.stray-grace", span<&Config::leases, &Leases::stray_grace>(kZero, days{30}), "",
     "How long a credential with this server's mark and without a record is left alone before it is removed."},
    {"leases.keep-ended", span<&Config::leases, &Leases::keep_ended>(kZero, days{3650}), "",
     "How long the record of a lease is kept after its end."},
    {"leases.removed-providers", list<&Config::leases, &Leases::removed_providers>(Blank::kAllowed), "",
     "Names of former providers whose leases are given up. A provider that has leases and is neither configured nor "
     "named here stops the start."},
    {"leases.clock-step", span<&Config::leases, &Leases::clock_step>(seconds{1}, days{1}), "",
     "A step of the system's clock that is larger is not believed at first: leases go on after the time by which they "
     "were granted, and the log tells of it."},
    {"leases.mqtt-topic", text<&Config::leases, &Leases::mqtt_topic>(Blank::kRefused), "",
     "Beginning of the topic of leases over MQTT, behind which stands `message`. It is there where "
     "`arrowhead.mqtt.enabled` is set."},
};

}  // namespace

std::span<const Row> lease_rows() {
  return kRows;
}
std::span<const Collection> lease_collections() {
  return kCollections;
}

}  // namespace jeton::config
