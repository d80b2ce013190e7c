#include "app/cli/run.hpp"

#include "app/cli/completion.hpp"
#include "app/cli/output.hpp"
#include "app/cli/parse.hpp"

namespace jeton::cli {
namespace {

bool wants_colour(const Surroundings& around) {
  const auto is_set = [&](const char* name, std::string_view value) {
    const auto found = around.environment.find(name);
    return found != around.environment.end() && (value.empty() ? !found->second.empty() : found->second == value);
  };
  return around.out_is_terminal && !is_set("NO_COLOR", "") && !is_set("TERM", "dumb");
}

// One verb that talks to a server, with its API and its output.
class ServerVerb {
 public:
  ServerVerb(const Connection& connection, const Surroundings& around)
      : around_(around),
        output_(around.out, around.err, around.clock,
                {.json = connection.json,
                 .colour = wants_colour(around),
                 .progress = around.err_is_terminal && !connection.json}),
        http_(around.connect(connection)),
        api_(*http_, connection, [this] { output_.progress("waiting for the server"); }),
        queue_api_(*http_, connection, [this] { output_.progress("waiting for the server"); }) {}

  ExitCode run(const PolicyGrant& options) { return grant_policy(options, api_, output_); }
  ExitCode run(const PolicyRevoke& options) { return revoke_policy(options, api_, output_); }
  ExitCode run(const PolicyList& options) { return list_policies(options, api_, output_); }
  ExitCode run(const PolicyVerify& options) { return verify_policy(options, api_, output_); }
  ExitCode run(const TokenGenerate& options) { return generate_token(options, api_, output_); }
  ExitCode run(const TokenVerify& options) { return verify_token(options, around_.in, api_, output_); }
  ExitCode run(const TokenList& options) { return list_tokens(options, api_, output_); }
  ExitCode run(const TokenRevoke& options) { return revoke_tokens(options, api_, output_); }
  ExitCode run(const QueuePublish& options) { return publish_message(options, around_.in, queue_api_, output_); }
  ExitCode run(const QueueNext& options) { return take_messages(options, queue_api_, output_); }
  ExitCode run(const QueueList& options) { return list_queue(options, queue_api_, output_); }
  ExitCode run(const QueueAssign& options) { return assign_message(options, queue_api_, output_); }
  ExitCode run(const QueueRelease& options) { return release_message(options, queue_api_, output_); }
  ExitCode run(const QueueDelete& options) { return delete_messages(options, queue_api_, output_); }
  ExitCode run(const QueueClear& options) { return clear_queue(options, queue_api_, output_); }
  ExitCode run(const QueueRestrict& options) { return restrict_queue(options, queue_api_, output_); }
  ExitCode run(const QueueUnrestrict& options) { return unrestrict_queue(options, queue_api_, output_); }
  ExitCode run(const QueueOwners& options) { return list_owners(options, queue_api_, output_); }
  ExitCode run(const LeaseList& options) { return list_leases(options, api_, output_); }
  ExitCode run(const LeaseShow& options) { return show_lease(options, api_, output_); }
  ExitCode run(const LeaseCreate& options) { return create_lease(options, api_, output_); }
  ExitCode run(const LeaseRenew& options) { return renew_lease(options, api_, output_); }
  ExitCode run(const LeaseRevoke& options) { return revoke_lease(options, around_.wait, api_, output_); }
  ExitCode run(const LeaseAbandon& options) { return abandon_lease(options, api_, output_); }
  ExitCode run(const LeaseRelease& options) { return release_leases(options, api_, output_); }
  ExitCode run(const LeaseCounts& options) { return count_leases(options, api_, output_); }
  ExitCode run(const LeaseProviders& options) { return list_lease_providers(options, api_, output_); }
  ExitCode run(const Events& options) { return show_events(options, around_.wait, api_, output_); }

 private:
  const Surroundings& around_;
  Output output_;
  std::unique_ptr<net::HttpClient> http_;
  Api api_;
  QueueApi queue_api_;
};

struct Runner {
  const Surroundings& around;

  int operator()(const Help& help) const { return print(help.text); }
  int operator()(const Version&) const { return print("jeton " JETON_VERSION "\n"); }
  int operator()(const Completion& completion) const { return print(completion_script(completion.shell, verb_tree())); }
  int operator()(const app::ServeOptions& options) const {
    return around.serve(options, server_environment(around.environment));
  }
  int operator()(const ConfigCommand& command) const {
    return static_cast<int>(run_config(command, server_environment(around.environment), around.out, around.err));
  }
  int operator()(const ConfigImport& command) const {
    return static_cast<int>(import_config(command, around.out, around.err));
  }
  template <class Options>
  int operator()(const Options& options) const {
    return static_cast<int>(ServerVerb(options.connection, around).run(options));
  }

  int print(std::string_view text) const {
    around.out << text << std::flush;
    return static_cast<int>(ExitCode::kDone);
  }
};

}  // namespace

int run(std::vector<std::string> arguments, const Surroundings& around) {
  const auto command = parse(std::move(arguments), around.environment);
  if (command) return std::visit(Runner{around}, *command);
  Output output(around.out, around.err, around.clock, {});
  return static_cast<int>(output.fail({ExitCode::kUsage, command.error(), ""}));
}

}  // namespace jeton::cli
