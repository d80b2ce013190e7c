// What a failure of PostgreSQL means, by its SQLSTATE (token-lease 6.1). Pure.
#pragma once
#include <string>
#include <string_view>

#include "leases/provider.hpp"

namespace jeton::leases::postgresql {

namespace sqlstate {
inline constexpr std::string_view kRoleExists = "42710";
inline constexpr std::string_view kNoSuchRole = "42704";
inline constexpr std::string_view kNoSuchDatabase = "3D000";
}  // namespace sqlstate

struct Failure {
  enum class Kind : std::uint8_t {
    kNotReached,  ///< no connection, or it ended before anything could come to be: nothing was done
    kNoLogin,     ///< the server does not let the manager in
    kRefused,     ///< it answered with an error: nothing was done
    kNoAnswer,    ///< the deadline came before the answer
    kLost,        ///< the connection ended before the answer
  };
  Kind kind = Kind::kNotReached;
  std::string sqlstate;  ///< of kNoLogin and kRefused; may be empty with the former
  std::string message;   ///< for people; no secret
};

/// Of an error that a statement was answered with.
Trouble trouble_of_error(std::string_view sqlstate);
/// Of an error that a login was answered with; empty: none was given.
Trouble trouble_of_login(std::string_view sqlstate);
/// Whether the server ends the session with this error, so that nothing is known about a commit it answers.
bool ends_session(std::string_view sqlstate);

/// What it means when nobody knows whether a statement was executed.
enum class Again : std::uint8_t { kHarms, kIsHarmless };
Trouble trouble_of(const Failure& failure, Again again);

/// The SQLSTATE in what libpq says about a connection that was refused, written as with PQERRORS_SQLSTATE; empty when
/// there is none. Of several hosts, that of the last.
std::string_view sqlstate_in(std::string_view message);

}  // namespace jeton::leases::postgresql
