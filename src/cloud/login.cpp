#include "cloud/login.hpp"

#include <fmt/format.h>

#include "base/json/reader.hpp"
#include "base/json/writer.hpp"
#include "base/log.hpp"
#include "cloud/error_answer.hpp"

namespace jeton::cloud {
namespace {

struct LoginAnswer {
  std::string token;
  std::optional<std::string> expiration_time;
};
BOOST_DESCRIBE_STRUCT(LoginAnswer, (), (token, expiration_time))

struct Identity {
  base::Secret token;
  std::optional<base::Instant> expires;
};

base::Error unreadable(std::string_view reason) {
  return unusable(fmt::format("the answer of {} cannot be used: {}", kAuthentication, reason));
}

// What is wrong with an answer never says what is in it: it holds a token.
base::Result<Identity> identity_of(std::string_view body) {
  auto answer = base::json::read_unpadded<LoginAnswer>(body);
  if (!answer) return base::failure(unreadable("it is not the JSON that a login brings"));
  if (base::is_blank(answer->token)) return base::failure(unreadable("it holds no `token`"));
  Identity out{.token = base::Secret(std::move(answer->token)), .expires = std::nullopt};
  if (answer->expiration_time) {
    const auto expires = base::parse_instant(*answer->expiration_time);
    if (!expires) return base::failure(unreadable(fmt::format("expirationTime: {}", expires.error().message)));
    out.expires = *expires;
  }
  return out;
}

}  // namespace

bool is_login_due(std::optional<base::Instant> expires, base::Instant now, base::Duration interval) {
  return expires && now > *expires - (5 * interval + std::chrono::milliseconds(1));
}

Login::Login(Settings settings, Neighbours& neighbours, OutgoingCredentials& credentials, const base::Clock& clock)
    : settings_(std::move(settings)), neighbours_(neighbours), credentials_(credentials), clock_(clock) {}

base::Status Login::step(const std::stop_token& stop) {
  if (!is_due()) return {};
  const auto answer = neighbours_.put({.neighbour = kAuthentication,
                                       .service = Discovery::kIdentity,
                                       .operation = "identity-login",
                                       .body = body(),
                                       .patience = {.stop = stop}});
  if (!answer) return fail(answer.error());
  auto identity = identity_of(*answer);
  if (!identity) {
    neighbours_.doubt(Discovery::kIdentity);
    return fail({identity.error()});
  }
  if (identity->expires && *identity->expires <= clock_.wall()) {
    return fail({unusable(fmt::format("the token that {} gave ended at {} already; compare the clocks of both",
                                      kAuthentication, base::format_instant(*identity->expires)))});
  }
  credentials_.use_token(identity->token);
  const std::scoped_lock lock(mutex_);
  logged_in_ = true;
  expires_ = identity->expires;
  trouble_.clear();
  troubled_.reset();
  base::log::info("cloud", "logged in at the Authentication system",
                  {{"as", credentials_.system_name()},
                   {"until", expires_ ? base::format_instant(*expires_) : std::string("it does not say")}});
  return {};
}

bool Login::is_due() const {
  const bool in_doubt = credentials_.is_refused() || neighbours_.is_away(kAuthentication);
  const std::scoped_lock lock(mutex_);
  if (given_up_) return false;
  return !logged_in_ || in_doubt || is_login_due(expires_, clock_.wall(), settings_.interval);
}

// Only the Authentication system's own word ends it: a 401 may come from the registry that was asked where it is, or
// from whatever stands before either, and be over with the next try.
base::Status Login::fail(const Trouble& trouble) {
  const base::Error& error = trouble.error;
  if (error.code == base::ErrorCode::kUnavailable) return {};  // the server stops
  const std::scoped_lock lock(mutex_);
  trouble_ = error.message;
  if (trouble.own_word && error.code == base::ErrorCode::kUnauthenticated) {
    given_up_ = true;
    trouble_ += "; identity.authenticator-credentials are wrong: correct them and start again";
    base::log::error("cloud", "the own login was refused, and is not tried again", {{"reason", trouble_}});
    return {};
  }
  if (troubled_ != error.code) {
    base::log::warn("cloud", "the own login failed, and is tried again", {{"reason", trouble_}});
    troubled_ = error.code;
  }
  return base::failure(error);
}

bool Login::has_given_up() const {
  const std::scoped_lock lock(mutex_);
  return given_up_;
}

base::Status Login::health() const {
  const bool away = neighbours_.is_away(kAuthentication);
  const std::scoped_lock lock(mutex_);
  if (logged_in_ && (!expires_ || clock_.wall() < *expires_)) {
    if (!away) return {};
    return base::failure(base::unavailable("the Authentication system does not answer"));
  }
  return base::failure(base::unavailable(
      fmt::format("not logged in at the Authentication system{}{}", trouble_.empty() ? "" : ": ", trouble_)));
}

base::Status Login::log_out(base::Duration time_max) {
  const base::Tick until = clock_.monotonic() + time_max;
  {
    const std::scoped_lock lock(mutex_);
    if (!logged_in_) return {};
    logged_in_ = false;
    trouble_ = "logged out";
  }
  const auto answer = neighbours_.ask({.neighbour = kAuthentication,
                                       .service = Discovery::kIdentity,
                                       .operation = "identity-logout",
                                       .body = body(),
                                       .patience = {.until = until}});
  credentials_.use_token({});
  if (!answer) return base::failure(answer.error());
  return {};
}

std::string Login::body() const {
  std::string out = "{\"systemName\":";
  base::json::append_text(out, credentials_.system_name());
  out += ",\"credentials\":{";
  for (const auto& [name, value] : settings_.credentials) {
    if (out.back() != '{') out += ',';
    base::json::append_text(out, name);
    out += ':';
    base::json::append_text(out, value.reveal());
  }
  out += "}}";
  return out;
}

}  // namespace jeton::cloud
