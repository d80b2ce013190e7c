// The TLS of our listeners: what `http.tls` names, read at start and again when asked.
#pragma once
#include <atomic>
#include <memory>
#include <optional>

#include "app/config/config.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "crypto/signing_key.hpp"
#include "identity/certificate_rules.hpp"
#include "net/tls/context.hpp"

namespace jeton::app {

class FiguresPage;

class ServerTls {
 public:
  /// Null when `http.tls` asks for none. A failure's message is for the operator: the key of the configuration, what is
  /// wrong and what to change. Under the identity policy `certificate` the own certificate must be a system's
  /// (arrowhead-authorization 9.3). `config` outlives it.
  static base::Result<std::unique_ptr<ServerTls>> open(const config::Config& config, base::Instant now);

  /// Reads the files again: connections from here on are served with what they hold, those that are open go on. What
  /// cannot be used is a line in the log, and everything stays as it was. Whether anything is new. One thread at a
  /// time.
  bool reload(base::Instant now);

  const std::shared_ptr<net::tls::CurrentContext>& context() const { return context_; }
  /// The TLS key, if it can sign tokens; else nullopt, and a line in the log says why.
  std::optional<crypto::SigningKey> signing_key() const;
  /// Base64 of the DER SubjectPublicKeyInfo that the server's certificate had when it started.
  const std::string& public_key() const { return first_public_key_; }
  /// Under the policy `certificate`; the cloud never changes, for it is a part of who this server is.
  const std::optional<identity::CertifiedCloud>& own_cloud() const { return loaded_.cloud; }
  /// Whose client certificates are believed.
  const std::optional<crypto::TrustStore>& trust() const { return loaded_.trust; }
  /// At every scrape, from any thread.
  void add_figures(FiguresPage& page) const;

 private:
  struct Loaded {
    crypto::KeyPair identity;
    std::optional<crypto::TrustStore> trust;
    std::optional<identity::CertifiedCloud> cloud;
    std::shared_ptr<const net::tls::Context> context;
  };
  ServerTls(const config::Config& config, Loaded loaded);

  static base::Result<Loaded> load(const config::Config& config);
  void tell(std::string_view what, base::Instant now) const;

  const config::Config& config_;
  Loaded loaded_;
  const std::string first_public_key_;
  const std::shared_ptr<net::tls::CurrentContext> context_;
  std::atomic<base::Instant> not_after_;
};

}  // namespace jeton::app
