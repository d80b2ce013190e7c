#include "leases/providers/webhook/provider.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/json/reader.hpp"
#include "base/json/writer.hpp"
#include "base/limits.hpp"
#include "base/time_text.hpp"
#include "leases/providers/http_service.hpp"
#include "leases/providers/settings_check.hpp"

namespace jeton::leases {
namespace {

using Again = HttpService::Again;

constexpr std::size_t kPagesMax = 10'000;

struct CreateRequest {
  std::string label;
  std::string lease;
  std::string owner;
  std::string role;
  base::Instant expires_at;
  base::json::Object options;
};
BOOST_DESCRIBE_STRUCT(CreateRequest, (), (label, lease, owner, role, expires_at, options))

struct CreateAnswer {
  std::string id;
  std::string value;
  std::string issued;
};
BOOST_DESCRIBE_STRUCT(CreateAnswer, (), (id, value, issued))

struct CredentialName {
  std::string label;
  std::string id;
};
BOOST_DESCRIBE_STRUCT(CredentialName, (), (label, id))

struct RenewRequest : CredentialName {
  base::Instant expires_at;
};
BOOST_DESCRIBE_STRUCT(RenewRequest, (CredentialName), (expires_at))

struct Nothing {};
BOOST_DESCRIBE_STRUCT(Nothing, (), ())

struct RevokeAnswer {
  bool revoked = false;
};
BOOST_DESCRIBE_STRUCT(RevokeAnswer, (), (revoked))

struct ExistsAnswer {
  std::optional<bool> exists;
};
BOOST_DESCRIBE_STRUCT(ExistsAnswer, (), (exists))

struct ListRequest {
  std::string prefix;
  std::string cursor;
};
BOOST_DESCRIBE_STRUCT(ListRequest, (), (prefix, cursor))

struct ListAnswer {
  std::optional<std::vector<CredentialName>> credentials;
  std::string next;
};
BOOST_DESCRIBE_STRUCT(ListAnswer, (), (credentials, next))

struct ErrorAnswer {
  std::string message;
};
BOOST_DESCRIBE_STRUCT(ErrorAnswer, (), (message))

// Clients put it into paths and messages.
bool is_usable_id(std::string_view id) {
  return id.size() <= base::limits::kLeaseIdBytesMax && std::ranges::all_of(id, [](char c) {
           return c > ' ' && c <= '~' && std::string_view("/?#%").find(c) == std::string_view::npos;
         });
}

CredentialName name_of(const model::LeaseHandle& handle) {
  return {.label = handle.label, .id = handle.external_id};
}

class Webhook final : public Provider {
 public:
  explicit Webhook(HttpService service) : service_(std::move(service)) {}

  Traits traits() const override { return {.assigns_ids = true, .gives_secret = true}; }

  base::Result<Prepared> prepare(const NewCredential& wanted) const override {
    auto body = base::json::write(CreateRequest{.label = std::string(wanted.label),
                                                .lease = std::string(wanted.lease),
                                                .owner = std::string(wanted.owner),
                                                .role = std::string(wanted.role),
                                                .expires_at = wanted.expires_at,
                                                .options = wanted.options});
    return Prepared{.handle = {.label = std::string(wanted.label), .external_id = {}, .data = "{}"},
                    .make = [this, label = std::string(wanted.label), body = std::move(body)](base::Tick deadline) {
                      return create(label, body, deadline);
                    }};
  }

  Outcome<void> renew(const model::LeaseHandle& handle, base::Instant expires_at, base::Tick deadline) override {
    RenewRequest request;
    static_cast<CredentialName&>(request) = name_of(handle);
    request.expires_at = expires_at;
    const auto answer = ask<Nothing>("/renew", base::json::write(request), deadline, Again::kHarms);
    if (!answer) return std::unexpected(answer.error());
    return {};
  }

  std::vector<Outcome<void>> revoke(std::span<const model::LeaseHandle> handles, base::Tick deadline) override {
    std::vector<Outcome<void>> out;
    out.reserve(handles.size());
    for (const model::LeaseHandle& handle : handles) out.push_back(revoke_one(handle, deadline));
    return out;
  }

  Outcome<bool> exists(const model::LeaseHandle& handle, base::Tick deadline) override {
    const auto answer = ask<ExistsAnswer>("/exists", base::json::write(name_of(handle)), deadline);
    if (!answer) return std::unexpected(answer.error());
    if (!answer->exists) return std::unexpected(unusable("it lacks \"exists\""));
    return *answer->exists;
  }

  Outcome<std::vector<Found>> list(std::string_view tag, base::Tick deadline) override;

  Outcome<void> check(base::Tick deadline) override {
    const auto answer = ask<Nothing>("/check", "{}", deadline);
    if (!answer) return std::unexpected(answer.error());
    return {};
  }

 private:
  /// Every request is a POST of a JSON object, every success a 200 with one.
  template <class T>
  Outcome<T> ask(std::string_view path, std::string body, base::Tick deadline, Again again = Again::kIsHarmless) const {
    const HttpService::Request request{
        .method = "POST", .path = std::string(path), .body = std::move(body), .deadline = deadline, .again = again};
    auto answer = service_.send(request);
    if (!answer) return std::unexpected(std::move(answer.error()));
    if (answer->status != 200) return std::unexpected(service_.refusal(request, *answer, own_words(*answer)));
    auto read = base::json::read_unpadded<T>(answer->body);
    // What is wrong with an answer never says what is in it: it may hold a secret.
    if (!read) return std::unexpected(service_.unusable(request, "it is not the JSON object that was expected"));
    return std::move(*read);
  }

  static std::optional<std::string> own_words(const HttpService::Answer& answer) {
    auto error = base::json::read_unpadded<ErrorAnswer>(answer.body);
    if (!error || error->message.empty()) return std::nullopt;
    return std::move(error->message);
  }
  Problem unusable(std::string_view reason) const { return service_.unusable({}, reason); }
  Outcome<Credential> create(const std::string& label, const std::string& body, base::Tick deadline) const;
  Outcome<void> revoke_one(const model::LeaseHandle& handle, base::Tick deadline) const;

  const HttpService service_;
};

Provider::Outcome<Credential> Webhook::create(const std::string& label, const std::string& body,
                                              base::Tick deadline) const {
  auto answer = ask<CreateAnswer>("/create", body, deadline, Again::kHarms);
  if (!answer) return std::unexpected(answer.error());
  if (!answer->id.empty() && !is_usable_id(answer->id))
    return std::unexpected(service_.unusable(
        {.again = Again::kHarms}, "its \"id\" is none: expected visible characters of ASCII other than /?#%"));
  if (answer->value.empty())
    return std::unexpected(service_.unusable({.again = Again::kHarms}, "it lacks \"value\", the credential"));
  if (answer->id.empty()) answer->id = label;
  return Credential{.external_id = std::move(answer->id),
                    .value = base::Secret(std::move(answer->value)),
                    .issued = base::parse_instant(answer->issued) ? std::move(answer->issued) : std::string()};
}

Provider::Outcome<void> Webhook::revoke_one(const model::LeaseHandle& handle, base::Tick deadline) const {
  const auto answer = ask<RevokeAnswer>("/revoke", base::json::write(name_of(handle)), deadline);
  if (!answer) return std::unexpected(answer.error());
  if (!answer->revoked) return std::unexpected(unusable("it does not say that the credential is revoked"));
  return {};
}

Provider::Outcome<std::vector<Found>> Webhook::list(std::string_view tag, base::Tick deadline) {
  ListRequest wanted{.prefix = fmt::format("lt_{}_", tag), .cursor = {}};
  std::vector<Found> out;
  for (std::size_t page = 0; page < kPagesMax; ++page) {
    auto answer = ask<ListAnswer>("/list", base::json::write(wanted), deadline);
    if (!answer) return std::unexpected(answer.error());
    if (!answer->credentials) return std::unexpected(unusable("it lacks \"credentials\""));
    for (CredentialName& name : *answer->credentials) {
      if (!name.label.starts_with(wanted.prefix)) continue;
      std::string id = name.id.empty() ? name.label : std::move(name.id);
      out.push_back(
          {.handle = {.label = std::move(name.label), .external_id = std::move(id), .data = "{}"}, .earlier = {}});
    }
    if (answer->next.empty()) return out;
    if (answer->next == wanted.cursor) break;
    wanted.cursor = std::move(answer->next);
  }
  return std::unexpected(unusable("its list has no end"));
}

}  // namespace

base::Result<std::unique_ptr<Provider>> make_webhook(std::string_view name, const ProviderSettings& settings,
                                                     const base::Clock& clock) {
  constexpr std::array<std::string_view, 1> kNeeded = {"token"};
  if (auto status = require_settings(name, settings, kNeeded); !status) return base::failure(status.error());
  auto service = HttpService::create(name, settings, base::Secret(fmt::format("Bearer {}", settings.token.reveal())),
                                     {settings.token}, clock);
  if (!service) return base::failure(service.error());
  return std::make_unique<Webhook>(std::move(*service));
}

}  // namespace jeton::leases
