// jeton lease …
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "app/cli/verb_builder.hpp"
#include "base/json/reader.hpp"
#include "base/strings.hpp"
#include "base/time_text.hpp"

namespace jeton::cli {
namespace {

using Finished = VerbBuilder::Finished;
using Options = base::json::Members<base::json::Raw>;

constexpr const char* kWhichProvider = "Of which provider, where several may call one so";

const Choices kStatuses = {{"active", "active"},     {"intent", "intent"},           {"unknown", "unknown"},
                           {"revoking", "revoking"}, {"irrevocable", "irrevocable"}, {"revoked", "revoked"},
                           {"aborted", "aborted"},   {"abandoned", "abandoned"},     {"lost", "lost"}};

OptionText lease_argument(bool required) {
  return {.name = "lease",
          .value = "",
          .description = "Its name as list shows it, or what its provider calls it",
          .required = required};
}

void add_lease(VerbBuilder& verb, LeaseName& lease) {
  verb.text(lease_argument(true), lease.id);
  verb.text({"--provider", "NAME", kWhichProvider}, lease.provider);
}

// An empty name would be another operation's path.
Finished with_lease(const auto& made) {
  if (made.lease.id.empty()) return std::unexpected("the name of a lease is empty; `jeton lease list` shows names");
  return made;
}

std::optional<base::Duration> duration_of(const std::string& text) {
  return text.empty() ? std::nullopt : base::parse_duration(text);
}

void put_option(Options& options, std::string name, std::string text) {
  const auto same = std::ranges::find(options, name, &Options::value_type::first);
  if (same != options.end()) options.erase(same);
  options.emplace_back(std::move(name), base::json::Raw{std::move(text)});
}

// What --options and then each --option say.
std::expected<Options, std::string> options_of(const std::string& object, const std::vector<std::string>& single) {
  Options options;
  if (!object.empty()) {
    auto read = base::json::read_unpadded<Options>(object);
    if (!read) {
      return std::unexpected(fmt::format(
          "--options is not a JSON object: {}; expected one such as {{\"bucket\":\"plant\"}}", read.error().message));
    }
    for (auto& [name, value] : *read) put_option(options, std::move(name), std::move(value.text));
  }
  for (const std::string& typed : single) {
    const std::size_t equals = typed.find('=');
    std::string name = typed.substr(0, equals);
    const std::string_view text =
        base::trim(equals == std::string::npos ? std::string_view{} : std::string_view(typed).substr(equals + 1));
    if (base::is_blank(name) || !base::json::parse(text)) {
      return std::unexpected(
          fmt::format("--option {} is not understood; expected NAME=JSON, such as bucket='\"plant\"' or limit=5",
                      base::shown(name)));
    }
    put_option(options, std::move(name), std::string(text));
  }
  return options;
}

void add_list(GroupBuilder& lease) {
  VerbBuilder list = lease.verb("list", "Show leases, never their secrets", "jeton lease list --prefix influx/plant/");
  const auto made = std::make_shared<LeaseList>();
  list.text({"--owner", "NAME", "Only of this owner; who manages the server sees everybody's"}, made->owner);
  list.text({"--provider", "NAME", "Only of this provider"}, made->provider);
  list.text({"--prefix", "TEXT", "Only those whose names begin so: influx/plant/"}, made->prefix);
  list.choice({"--status", "", "Only those of this status; default: what lives or is still to be taken back"},
              kStatuses, made->status);
  list.flag({"--due", "", "Only those that are to be taken back now"}, made->due);
  list.flag({"--all", "", "Also ended ones, as long as their records are kept"}, made->all);
  list.connection();
  list.finish([made]() -> Finished {
    if (made->all && (made->due || !made->status.empty()))
      return std::unexpected("--all shows every status; give it without --status and --due");
    return *made;
  });
}

void add_show(GroupBuilder& lease) {
  VerbBuilder show = lease.verb("show", "Show one lease; its owner gets the secret with --value",
                                "jeton lease show influx/plant/4f2k…");
  const auto made = std::make_shared<LeaseShow>();
  add_lease(show, made->lease);
  show.flag({"--value", "", "Print the secret alone; exit code 3 when the server does not tell it"}, made->value);
  show.connection();
  show.finish([made]() -> Finished { return with_lease(*made); });
}

void add_create(GroupBuilder& lease) {
  VerbBuilder create = lease.verb("create", "Print the secret of a new credential; what limits it goes to stderr",
                                  "TOKEN=$(jeton lease create influx --role plant-reader --ttl 15m --as FlowReader)");
  struct TypedCreate {
    LeaseCreate made;
    std::string ttl, object;
    std::vector<std::string> single;
  };
  const auto typed = std::make_shared<TypedCreate>();
  create.text({"provider", "", "Of which service; default: the server's leases.default-provider"},
              typed->made.provider);
  create.text({"--ttl", "DURATION", "How long; default: the server's"}, typed->ttl);
  create.text({"--role", "NAME", "With what rights, as the configuration of the provider names them"},
              typed->made.role);
  create.repeated({"--option", "NAME=JSON", "What the provider is to make; repeat --option before each"},
                  typed->single);
  create.text({"--options", "JSON", "The same, all in one object"}, typed->object);
  create.text({"--idempotency-key", "TEXT", "Repeated with the same, it gives the same lease while that lives"},
              typed->made.idempotency_key);
  create.connection();
  create.finish([typed]() -> Finished {
    if (auto problem = problem_of_durations({{"--ttl", typed->ttl}})) return std::unexpected(*std::move(problem));
    auto options = options_of(typed->object, typed->single);
    if (!options) return std::unexpected(std::move(options.error()));
    typed->made.ttl = duration_of(typed->ttl);
    typed->made.options = *std::move(options);
    return typed->made;
  });
}

void add_renew(GroupBuilder& lease) {
  VerbBuilder renew =
      lease.verb("renew", "Move the end of a lease, counted from now", "jeton lease renew influx/plant/4f2k… --by 30m");
  struct TypedRenew {
    LeaseRenew made;
    std::string by;
  };
  const auto typed = std::make_shared<TypedRenew>();
  add_lease(renew, typed->made.lease);
  renew.text({"--by", "DURATION", "How long from now; default: as long as it was given for"}, typed->by);
  renew.connection();
  renew.finish([typed]() -> Finished {
    if (auto problem = problem_of_durations({{"--by", typed->by}})) return std::unexpected(*std::move(problem));
    typed->made.by = duration_of(typed->by);
    return with_lease(typed->made);
  });
}

void add_revoke(GroupBuilder& lease) {
  VerbBuilder revoke = lease.verb("revoke", "Take a lease back, or all of a prefix or owner",
                                  "jeton lease revoke --prefix influx/plant/");
  struct TypedRevoke {
    LeaseRevoke made;
    std::string wait = "10m";
  };
  const auto typed = std::make_shared<TypedRevoke>();
  revoke.text(lease_argument(false), typed->made.lease.id);
  revoke.text({.name = "--provider", .value = "NAME", .description = kWhichProvider, .needs = "lease"},
              typed->made.lease.provider);
  revoke.text({"--prefix", "TEXT", "All whose names begin so"}, typed->made.prefix);
  revoke.text({"--owner", "NAME", "All of this owner, of the prefix if there is one"}, typed->made.owner);
  revoke.text({"--wait", "DURATION", "How long to wait until the providers have confirmed many; default 10m"},
              typed->wait);
  revoke.connection();
  revoke.finish([typed]() -> Finished {
    if (auto problem = problem_of_durations({{"--wait", typed->wait}})) return std::unexpected(*std::move(problem));
    LeaseRevoke& made = typed->made;
    const bool many = !made.prefix.empty() || !made.owner.empty();
    if (many != made.lease.id.empty())
      return std::unexpected("say what to take back: one lease by its name, or --prefix TEXT, --owner NAME or both");
    made.wait = duration_of(typed->wait).value_or(base::Duration::zero());
    return made;
  });
}

void add_abandon(GroupBuilder& lease) {
  VerbBuilder abandon =
      lease.verb("abandon", "Give a lease up that its provider does not take back; it may still work there",
                 "jeton lease abandon influx/plant/4f2k… --reason 'the server is gone for good'");
  const auto made = std::make_shared<LeaseAbandon>();
  add_lease(abandon, made->lease);
  abandon.text({.name = "--reason", .value = "TEXT", .description = "Why, for the event log", .required = true},
               made->reason);
  abandon.connection();
  abandon.finish([made]() -> Finished {
    if (base::is_blank(made->reason)) return std::unexpected("--reason is blank; expected why the lease is given up");
    return with_lease(*made);
  });
}

void add_shortcut(GroupBuilder& lease, const std::string& name, const std::string& description,
                  const LeaseList& which) {
  VerbBuilder list = lease.verb(name, description, fmt::format("jeton lease {} --provider influx", name));
  const auto made = std::make_shared<LeaseList>(which);
  list.text({"--owner", "NAME", "Only of this owner"}, made->owner);
  list.text({"--provider", "NAME", "Only of this provider"}, made->provider);
  list.text({"--prefix", "TEXT", "Only those whose names begin so"}, made->prefix);
  list.connection();
  list.finish([made]() -> Finished { return *made; });
}

void add_release(GroupBuilder& lease) {
  VerbBuilder release = lease.verb("release", "Let held revocations go", "jeton lease release --prefix influx/plant/");
  struct TypedRelease {
    LeaseRelease made;
    bool all = false;
  };
  const auto typed = std::make_shared<TypedRelease>();
  release.text(lease_argument(false), typed->made.lease.id);
  release.text({.name = "--provider", .value = "NAME", .description = kWhichProvider, .needs = "lease"},
               typed->made.lease.provider);
  release.text({"--prefix", "TEXT", "All whose names begin so"}, typed->made.prefix);
  release.flag({"--all", "", "All that are due"}, typed->all);
  release.connection();
  release.finish([typed]() -> Finished {
    const LeaseRelease& made = typed->made;
    if ((made.lease.id.empty() ? 0 : 1) + (made.prefix.empty() ? 0 : 1) + (typed->all ? 1 : 0) != 1)
      return std::unexpected("say what to release: one lease by its name, --prefix TEXT, or --all");
    return made;
  });
}

void add_counts(GroupBuilder& lease) {
  VerbBuilder counts =
      lease.verb("counts", "Show how many leases there are, as the quotas count them", "jeton lease counts");
  const auto made = std::make_shared<LeaseCounts>();
  counts.text({"--prefix", "TEXT", "Also how many whose names begin so are still to be taken back"}, made->prefix);
  counts.connection();
  counts.finish([made]() -> Finished { return *made; });
}

void add_providers(GroupBuilder& lease) {
  VerbBuilder providers =
      lease.verb("providers", "Show the services that credentials are leased of", "jeton lease providers");
  const auto made = std::make_shared<LeaseProviders>();
  providers.connection();
  providers.finish([made]() -> Finished { return *made; });
}

}  // namespace

void add_lease_verbs(GroupBuilder root) {
  GroupBuilder lease = root.group("lease", "Credentials of other services, for a time");
  add_list(lease);
  add_show(lease);
  add_create(lease);
  add_renew(lease);
  add_revoke(lease);
  add_abandon(lease);
  add_shortcut(lease, "irrevocable", "Show leases that their providers refuse to take back", {.status = "irrevocable"});
  add_shortcut(lease, "due", "Show leases that are to be taken back now", {.due = true});
  add_release(lease);
  add_counts(lease);
  add_providers(lease);
}

}  // namespace jeton::cli
