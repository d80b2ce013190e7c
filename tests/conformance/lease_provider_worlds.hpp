// The services that the suite of lease providers runs against, and what its tests share. A further provider is one more
// row in provider_worlds().
#pragma once
#include <gtest/gtest.h>

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/json/types.hpp"
#include "leases/provider.hpp"
#include "leases/provider_settings.hpp"

namespace jeton::leases::conformance {

/// One service, running, as the tests see it.
class ProviderWorld {
 public:
  ProviderWorld() = default;
  virtual ~ProviderWorld() = default;
  ProviderWorld(const ProviderWorld&) = delete;
  ProviderWorld& operator=(const ProviderWorld&) = delete;

  /// Of a good account, with the role of role().
  virtual ProviderSettings settings() const = 0;
  /// The same of an account that the service refuses; `wrong_secret()` is in them.
  virtual ProviderSettings denied() const = 0;
  static std::string wrong_secret() { return "wrong-secret-of-the-tests"; }
  virtual std::string role() const { return "reader"; }
  virtual base::json::Object options() const { return {}; }
  /// Whether who holds it is let in at the service.
  virtual bool works(const Credential& credential) = 0;
  /// Makes credentials at the service that are not ours.
  virtual void make_foreign() = 0;
  /// What the service says when it is asked for a role that there is not: kInvalid beforehand, or a refusal.
  virtual bool checks_roles_itself() const { return false; }
  /// Whether a request has been sent, and might be executed, before the service has said a word.
  virtual bool sends_first() const { return true; }
};

struct WorldRow {
  const char* name;
  ProviderWorld& (*world)();  ///< started at its first use, once a program

  friend void PrintTo(const WorldRow& row, std::ostream* out) { *out << row.name; }
};
std::vector<WorldRow> provider_worlds();

/// A credential that was prepared, and perhaps made.
struct Made {
  model::LeaseHandle handle;
  Credential credential;
};

/// Makes credentials with labels that no other test has.
class Maker {
 public:
  explicit Maker(std::string tag = unused_tag()) : tag_(std::move(tag)) {}
  /// Six of [a-z0-9], not handed out before.
  static std::string unused_tag();
  static std::string unused_label(std::string_view tag);

  const std::string& tag() const { return tag_; }
  base::Result<Provider::Prepared> prepare(const Provider& provider, const ProviderWorld& world);
  Provider::Outcome<Made> make(const Provider& provider, const ProviderWorld& world);

  // What the next request says.
  std::optional<std::string> role;
  std::string owner = "Sensor1";
  std::string lease = "service/reader/abcdefgh";
  std::optional<base::json::Object> options;  ///< in place of the world's
  base::json::Object more_options;            ///< beside them
  base::Instant expires_at;
  base::Duration patience = std::chrono::seconds{10};

 private:
  const std::string tag_;
};

inline base::Tick within(base::Duration patience) {
  return base::SystemClock().monotonic() + patience;
}
inline base::Tick soon() {
  return within(std::chrono::seconds{10});
}

std::unique_ptr<Provider> provider_of(const ProviderSettings& settings);
Provider::Outcome<void> revoke_one(Provider& provider, const model::LeaseHandle& handle);

/// A port where connections are taken, and nothing is ever said.
class SilentServer {
 public:
  SilentServer();
  ~SilentServer();
  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;
  std::uint16_t port() const { return port_; }

 private:
  int socket_ = -1;
  std::uint16_t port_ = 0;
};

/// The same settings with another port in the URL.
ProviderSettings at_port(ProviderSettings settings, std::uint16_t port);

}  // namespace jeton::leases::conformance
