#include "identity/authenticator.hpp"

namespace jeton::identity {
namespace {

constexpr std::string_view kPrefix = "SYSTEM";

}  // namespace

base::Result<Caller> DeclaredAuthenticator::authenticate(const Credentials& credentials) const {
  if (credentials.form == Credentials::Form::kNone) {
    return base::failure(unauthenticated(
        "no credentials were sent; expected `SYSTEM//<system name>`, in the header `Authorization: Bearer "
        "SYSTEM//<system name>` over HTTP"));
  }
  const KeyPieces key = key_pieces(credentials.key);
  Caller caller;
  if (key.count == 2 && key.piece[0] == kPrefix) caller.name = normalizer_.system(key.piece[1]);
  if (caller.name.empty()) {
    return base::failure(
        unauthenticated("the credentials have another form than `Bearer SYSTEM//<system name>` over HTTP, or "
                        "`SYSTEM//<system name>` over MQTT"));
  }
  caller.sysop = caller.name == kSysop;
  return caller;
}

}  // namespace jeton::identity
