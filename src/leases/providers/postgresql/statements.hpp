// The statements by which roles are made, renewed and removed (token-lease 6.1). Pure; every name and text is quoted.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace jeton::leases::postgresql {

/// Longer names are cut by the server, and could then be another one's.
inline constexpr std::size_t kNameBytesMax = 63;
/// So that a client never loses its login before its lease (token-lease 5.4).
inline constexpr base::Duration kLoginSlack = std::chrono::seconds{5};

std::string quoted_name(std::string_view name);
std::string quoted_text(std::string_view text);

struct NewRole {
  std::string name;
  std::string verifier;  ///< of the password; never the password
  base::Instant expires_at;
  std::uint64_t connections_max = 0;  ///< 0: no limit
  std::vector<std::string> groups;
  std::string lease;
};
std::string create_role(const NewRole& role);
std::string renew_role(std::string_view name, base::Instant expires_at);

/// No new logins from its commit on.
std::string lock_out(std::span<const std::string> names);
/// Makes the manager a member, which giving away objects needs, and ending sessions too when it is no superuser.
std::string join(std::span<const std::string> names);
/// Fails (0LP01) when the manager cannot become a member: the role is in a group that is, or belongs to, the manager,
/// and could not be taken back.
std::string try_joining(const std::string& name);
/// In one database: what they own goes to `heir` (empty: the manager), what they were granted goes.
std::string give_away(std::span<const std::string> names, std::string_view heir);
/// All or none; those that are not there do not matter.
std::string drop_roles(std::span<const std::string> names);

/// With one parameter, an array of names. The second, for servers from version 14 on, waits for each.
inline constexpr std::string_view kEndSessions =
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = ANY($1::name[])";
inline constexpr std::string_view kAwaitEndOfSessions =
    "SELECT pg_terminate_backend(pid, 500) FROM pg_stat_activity WHERE usename = ANY($1::name[])";
inline constexpr int kAwaitsFromVersion = 140'000;
inline constexpr std::string_view kWhichExist = "SELECT rolname::text FROM pg_roles WHERE rolname = ANY($1::name[])";
/// Those of the roles that the manager may give objects to.
inline constexpr std::string_view kWhichInherit =
    "SELECT rolname::text FROM pg_roles WHERE rolname = ANY($1::text[]) AND pg_has_role(current_user, oid, 'USAGE')";
/// One parameter: with what the names begin.
inline constexpr std::string_view kListByPrefix =
    "SELECT rolname::text FROM pg_roles WHERE left(rolname::text, length($1)) = $1";
/// "standby", "powerless" or "good".
inline constexpr std::string_view kCheck =
    "SELECT CASE WHEN pg_is_in_recovery() THEN 'standby' WHEN rolsuper OR rolcreaterole THEN 'good' ELSE 'powerless' "
    "END FROM pg_roles WHERE rolname = current_user";

/// The array that those parameters are.
std::string array_of(std::span<const std::string> names);

/// Statements of the configuration name the role {name} and the group {role}. kInvalid: empty, or another word in
/// braces.
base::Status check_template(std::string_view statement);
bool names_group(std::string_view statement);
std::string fill_template(std::string_view statement, std::string_view name, std::string_view group);

/// The groups of a role of the configuration, apart at commas. kInvalid: none, or a name that is none.
base::Result<std::vector<std::string>> read_groups(std::string_view text);

}  // namespace jeton::leases::postgresql
