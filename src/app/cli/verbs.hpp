// The verbs. Each takes what was typed and where to write, and answers how the process ends; none touches the process
// itself.
#pragma once
#include <functional>
#include <istream>
#include <string>

#include "app/cli/api.hpp"
#include "app/cli/failure.hpp"
#include "app/cli/options.hpp"
#include "app/cli/output.hpp"
#include "app/cli/queue_api.hpp"

namespace jeton::cli {

ExitCode grant_policy(const PolicyGrant& options, Api& api, Output& output);
ExitCode revoke_policy(const PolicyRevoke& options, Api& api, Output& output);
ExitCode list_policies(const PolicyList& options, Api& api, Output& output);
ExitCode verify_policy(const PolicyVerify& options, Api& api, Output& output);

/// The token alone goes to stdout, so that it can be captured; its limits go to stderr.
ExitCode generate_token(const TokenGenerate& options, Api& api, Output& output);
ExitCode verify_token(const TokenVerify& options, std::istream& in, Api& api, Output& output);
ExitCode list_tokens(const TokenList& options, Api& api, Output& output);
ExitCode revoke_tokens(const TokenRevoke& options, Api& api, Output& output);

/// The message's uuid alone goes to stdout, so that it can be captured.
ExitCode publish_message(const QueuePublish& options, std::istream& in, QueueApi& api, Output& output);
/// The payload alone goes to stdout, who holds it and until when to stderr. kNo when there is none.
ExitCode take_messages(const QueueNext& options, QueueApi& api, Output& output);
ExitCode list_queue(const QueueList& options, QueueApi& api, Output& output);
/// kNo when there is no such message; the same for the next.
ExitCode assign_message(const QueueAssign& options, QueueApi& api, Output& output);
ExitCode release_message(const QueueRelease& options, QueueApi& api, Output& output);
ExitCode delete_messages(const QueueDelete& options, QueueApi& api, Output& output);
/// kNotPermitted when some sub-queues were closed to the caller and kept their messages.
ExitCode clear_queue(const QueueClear& options, QueueApi& api, Output& output);
/// The token alone goes to stdout.
ExitCode restrict_queue(const QueueRestrict& options, QueueApi& api, Output& output);
ExitCode unrestrict_queue(const QueueUnrestrict& options, QueueApi& api, Output& output);
ExitCode list_owners(const QueueOwners& options, QueueApi& api, Output& output);

/// Waits that long, and answers false when the process should end instead.
using Wait = std::function<bool(base::Duration)>;

ExitCode list_leases(const LeaseList& options, Api& api, Output& output);
/// kNo when there is no such lease; the same for whatever takes one.
ExitCode show_lease(const LeaseShow& options, Api& api, Output& output);
/// The secret alone goes to stdout, so that it can be captured; whose it is and how long goes to stderr.
ExitCode create_lease(const LeaseCreate& options, Api& api, Output& output);
ExitCode renew_lease(const LeaseRenew& options, Api& api, Output& output);
/// Of many it waits until their providers have confirmed, with progress; kDone also when that takes too long, as the
/// server goes on with it.
ExitCode revoke_lease(const LeaseRevoke& options, const Wait& wait, Api& api, Output& output);
ExitCode abandon_lease(const LeaseAbandon& options, Api& api, Output& output);
ExitCode release_leases(const LeaseRelease& options, Api& api, Output& output);
ExitCode count_leases(const LeaseCounts& options, Api& api, Output& output);
ExitCode list_lease_providers(const LeaseProviders& options, Api& api, Output& output);

/// With --follow it returns only when nobody reads stdout, the server refuses, or stays away past kReconnectsMax
/// attempts.
ExitCode show_events(const Events& options, const Wait& wait, Api& api, Output& output);

/// `environment` is the process's; the variables of the verbs in it are passed over. Problems are one line each, as
/// FILE:LINE.
ExitCode run_config(const ConfigCommand& command, Environment environment, std::ostream& out, std::ostream& err);
/// Our configuration goes to stdout, with its secrets; what was not taken over to `err`, one line each, without any.
ExitCode import_config(const ConfigImport& command, std::ostream& out, std::ostream& err);

}  // namespace jeton::cli
