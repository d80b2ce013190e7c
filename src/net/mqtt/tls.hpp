// TLS towards the broker (arrowhead-mqtt 3.2). For the .cpp files of this folder.
#pragma once
#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "base/result.hpp"

namespace jeton::net::mqtt {

struct TlsFiles {
  std::string ca;           ///< PEM; empty: the system's authorities
  std::string certificate;  ///< PEM with its chain; empty: none is shown
  std::string key;          ///< PEM, not encrypted; with certificate
};

struct EndContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using TlsContext = std::unique_ptr<SSL_CTX, EndContext>;

/// TLS 1.2 or 1.3; the other side's chain is verified, and that it is vouched for as `host` (a name, or an address).
/// kInvalid names the file that cannot be used.
base::Result<TlsContext> make_tls_context(const TlsFiles& files, const std::string& host);

}  // namespace jeton::net::mqtt
