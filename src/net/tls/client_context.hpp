// TLS towards a server that is not spoken to over HTTP. For the .cpp files of this module.
#pragma once
#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "base/result.hpp"
#include "net/tls/client_files.hpp"

namespace jeton::net::tls {

struct EndContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using ClientContext = std::unique_ptr<SSL_CTX, EndContext>;

/// TLS 1.2 or 1.3; the other side's chain is verified, and that it is vouched for as `host` (a name, or an address).
/// kInvalid names the file that cannot be used.
base::Result<ClientContext> make_client_context(const ClientFiles& files, const std::string& host);

}  // namespace jeton::net::tls
