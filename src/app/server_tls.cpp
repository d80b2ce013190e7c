#include "app/server_tls.hpp"

#include <fmt/format.h>

#include "app/figures_page.hpp"
#include "base/log.hpp"
#include "base/time_text.hpp"

namespace jeton::app {
namespace {

base::Error about(std::string_view key, const base::Error& error) {
  return base::invalid(fmt::format("{}: {}", key, error.message));
}

std::string_view identity_key(const config::HttpTls& tls) {
  return tls.pkcs12.empty() ? "http.tls.certificate" : "http.tls.pkcs12";
}

base::Result<crypto::KeyPair> load_identity(const config::HttpTls& tls) {
  auto pair = tls.pkcs12.empty() ? crypto::KeyPair::load_pem(tls.certificate, tls.key, tls.password)
                                 : crypto::KeyPair::load_pkcs12(tls.pkcs12, tls.password);
  if (pair) return pair;
  const bool key = tls.pkcs12.empty() && pair.error().where == tls.key && tls.key != tls.certificate;
  return base::failure(about(key ? "http.tls.key" : identity_key(tls), pair.error()));
}

net::tls::ClientCertificates clients(config::ClientAuth setting) {
  switch (setting) {
    case config::ClientAuth::kNone:
      return net::tls::ClientCertificates::kNone;
    case config::ClientAuth::kWant:
      return net::tls::ClientCertificates::kWant;
    case config::ClientAuth::kNeed:
      break;
  }
  return net::tls::ClientCertificates::kNeed;
}

}  // namespace

ServerTls::ServerTls(const config::Config& config, Loaded loaded)
    : config_(config),
      loaded_(std::move(loaded)),
      first_public_key_(loaded_.identity.certificate().public_key_base64()),
      context_(std::make_shared<net::tls::CurrentContext>(loaded_.context)),
      not_after_(loaded_.identity.certificate().not_after()) {}

base::Result<ServerTls::Loaded> ServerTls::load(const config::Config& config) {
  const config::HttpTls& tls = config.http.tls;
  auto identity = load_identity(tls);
  if (!identity) return base::failure(std::move(identity.error()));
  Loaded loaded{.identity = *std::move(identity)};
  if (!tls.client_ca.empty()) {
    auto trust = crypto::TrustStore::load(tls.client_ca);
    if (!trust) return base::failure(about("http.tls.client-ca", trust.error()));
    loaded.trust = *std::move(trust);
  }
  if (config.identity.policy == config::IdentityPolicy::kCertificate) {
    auto cloud = identity::own_cloud(loaded.identity.certificate().subject(),
                                     model::Normalizer(config.arrowhead.normalization_mode));
    if (!cloud) return base::failure(about(identity_key(tls), cloud.error()));
    loaded.cloud = *std::move(cloud);
  }
  auto context = net::tls::Context::create(loaded.identity, clients(tls.client_auth), loaded.trust);
  if (!context) return base::failure(about(identity_key(tls), context.error()));
  loaded.context = *std::move(context);
  return loaded;
}

base::Result<std::unique_ptr<ServerTls>> ServerTls::open(const config::Config& config, base::Instant now) {
  if (!config.http.tls.on()) return nullptr;
  auto loaded = load(config);
  if (!loaded) return base::failure(std::move(loaded.error()));
  std::unique_ptr<ServerTls> tls(new ServerTls(config, *std::move(loaded)));
  tls->tell("TLS is on", now);
  return tls;
}

bool ServerTls::reload(base::Instant now) {
  auto loaded = load(config_);
  if (loaded && loaded->cloud != loaded_.cloud) {
    loaded = base::failure(
        base::invalid(fmt::format("{}: the new certificate is of another cloud; a server moves by a restart only",
                                  identity_key(config_.http.tls))));
  }
  if (loaded && now > loaded->identity.certificate().not_after()) {
    loaded =
        base::failure(base::invalid(fmt::format("{}: the certificate ended at {}", identity_key(config_.http.tls),
                                                base::format_instant(loaded->identity.certificate().not_after()))));
  }
  if (!loaded) {
    base::log::error("tls", "the files of http.tls cannot be used; what was loaded before stays",
                     {{"problem", loaded.error().message}});
    return false;
  }
  loaded_ = *std::move(loaded);
  context_->set(loaded_.context);
  not_after_ = loaded_.identity.certificate().not_after();
  tell("the files of http.tls were read again", now);
  if (config_.tokens.signing_key.empty() && loaded_.identity.certificate().public_key_base64() != first_public_key_) {
    base::log::warn("tls",
                    "the TLS key is new; JSON web tokens are signed as before until a restart, so that those in use "
                    "stay good");
  }
  return true;
}

std::optional<crypto::SigningKey> ServerTls::signing_key() const {
  const config::HttpTls& tls = config_.http.tls;
  auto key = crypto::SigningKey::from(loaded_.identity.key, tls.pkcs12.empty() ? tls.key : tls.pkcs12);
  if (key) return *std::move(key);
  base::log::warn("tls", "the TLS key signs no JSON web tokens; none are issued without tokens.signing-key",
                  {{"problem", key.error().message}});
  return std::nullopt;
}

void ServerTls::tell(std::string_view what, base::Instant now) const {
  const crypto::Certificate& certificate = loaded_.identity.certificate();
  const std::string not_after = base::format_instant(certificate.not_after());
  base::log::info("tls", what, {{"certificate", certificate.subject_text()}, {"notAfter", not_after}});
  if (now > certificate.not_after() || now < certificate.not_before()) {
    base::log::warn("tls", "the certificate is not valid now; clients will refuse it",
                    {{"notBefore", base::format_instant(certificate.not_before())}, {"notAfter", not_after}});
  }
}

void ServerTls::add_figures(FiguresPage& page) const {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(not_after_.load()).time_since_epoch().count();
  page.gauge("jeton_tls_certificate_expiry_seconds", "When the certificate that is served ends, in Unix time.",
             static_cast<double>(seconds));
}

}  // namespace jeton::app
