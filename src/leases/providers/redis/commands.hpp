// The commands by which Redis users are made and removed, and what its errors mean (token-lease 6.3). Pure.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "leases/provider.hpp"
#include "net/redis/connection.hpp"
#include "net/redis/resp.hpp"

namespace jeton::leases::redis {

using Rules = std::vector<std::string>;

/// Rules of ACL SETUSER, apart at blanks. kInvalid: none, or one that is ours to say (on, off, reset, passwords).
base::Result<Rules> read_rules(std::string_view text);

/// Makes the user anew, whatever it was before; of the secret only the SHA-256 goes to the server. All or nothing.
net::redis::Command create_command(std::string_view name, const Rules& rules, std::string_view secret);
/// Ends their connections as well.
net::redis::Command revoke_command(std::span<const std::string> names);

/// How users outlive the server.
enum class Persistence : std::uint8_t { kAuto, kAclFile, kConfigRewrite, kNone };
/// "auto", "acl-file", "config-rewrite", "none". kInvalid otherwise.
base::Result<Persistence> read_persistence(std::string_view text);

/// What kAuto is, by the answers to kAskPersistence: an ACL file where there is one, else the file that the server was
/// started with, else none. The server's error when one of them is.
inline const std::vector<net::redis::Command> kAskPersistence = {{"CONFIG", "GET", "aclfile"}, {"INFO", "server"}};
std::expected<Persistence, net::redis::Value> found_persistence(std::span<const net::redis::Value> answers);

/// What an error means, by its first word. For everybody but create: an error always means that nothing was done.
Trouble trouble_of(std::string_view word);

}  // namespace jeton::leases::redis
