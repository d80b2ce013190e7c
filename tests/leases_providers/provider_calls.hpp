// Calls of a provider as tests make them: a name and a secret each time, and a deadline that is far enough.
#pragma once
#include <fmt/format.h>

#include <stdexcept>
#include <string>

#include "base/clock.hpp"
#include "base/strings.hpp"
#include "crypto/random.hpp"
#include "leases/provider.hpp"

namespace jeton::leases::testing {

inline const base::SystemClock kClock;

inline base::Tick within(base::Duration patience) {
  return kClock.monotonic() + patience;
}
inline base::Tick soon() {
  return within(std::chrono::seconds{20});
}

struct Leased {
  model::LeaseHandle handle;
  std::string name;
  std::string secret;
};

struct Asked {
  std::string tag = base::hex_encode(base::as_bytes(crypto::random_bytes(3)));
  std::string role = "reader";
  std::string lease = "one/reader/1";
  base::Duration lives = std::chrono::hours{1};
  base::Tick deadline = soon();
};

inline Provider::Prepared prepare(const Provider& provider, const Asked& asked, std::string_view secret) {
  const std::string random = base::hex_encode(base::as_bytes(crypto::random_bytes(12)));
  auto prepared = provider.prepare({.label = fmt::format("lt_{}_{}", asked.tag, random),
                                    .lease = asked.lease,
                                    .secret = secret,
                                    .owner = "press-4",
                                    .role = asked.role,
                                    .expires_at = kClock.wall() + asked.lives,
                                    .options = {}});
  if (!prepared) throw std::runtime_error(prepared.error().message);
  return *std::move(prepared);
}

inline Provider::Outcome<Leased> try_lease(const Provider& provider, const Asked& asked = {}) {
  const std::string secret = base::hex_encode(base::as_bytes(crypto::random_bytes(16)));
  auto prepared = prepare(provider, asked, secret);
  const auto made = prepared.make(asked.deadline);
  if (!made) return std::unexpected(made.error());
  return Leased{std::move(prepared.handle), made->external_id, std::string(made->value.reveal())};
}

/// Throws when there is none.
inline Leased lease(const Provider& provider, const Asked& asked = {}) {
  auto made = try_lease(provider, asked);
  if (!made) throw std::runtime_error(made.error().message);
  return *std::move(made);
}

inline Provider::Outcome<void> revoke(Provider& provider, const model::LeaseHandle& handle,
                                      base::Tick deadline = soon()) {
  return provider.revoke({&handle, 1}, deadline).front();
}

/// Empty: it succeeded.
template <class T>
std::string words_of(const Provider::Outcome<T>& outcome) {
  return outcome ? std::string() : outcome.error().message;
}

template <class T>
std::optional<Trouble> trouble_of(const Provider::Outcome<T>& outcome) {
  return outcome ? std::nullopt : std::optional(outcome.error().trouble);
}

}  // namespace jeton::leases::testing
