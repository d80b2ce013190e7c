#include "leases/providers/influxdb1/provider.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/strings.hpp"
#include "leases/providers/http_service.hpp"
#include "leases/providers/influxdb1/statements.hpp"
#include "leases/providers/label.hpp"
#include "leases/providers/options.hpp"
#include "leases/providers/settings_check.hpp"

namespace jeton::leases {
namespace {

using influxdb1::Grant;
using influxdb1::StatementResult;
using Again = HttpService::Again;

constexpr std::size_t kBatchMax = 100;

class Influxdb1 final : public Provider {
 public:
  using Roles = std::map<std::string, std::vector<Grant>>;

  Influxdb1(HttpService service, std::string user, Roles roles)
      : service_(std::move(service)), user_(std::move(user)), roles_(std::move(roles)) {}

  Traits traits() const override {
    return {.ends_sessions = true,  // every request shows its password
            .batch_max = kBatchMax};
  }
  base::Result<Prepared> prepare(const NewCredential& wanted) const override;
  /// Nothing to tell: a user has no end.
  Outcome<void> renew(const model::LeaseHandle&, base::Instant, base::Tick) override { return {}; }
  std::vector<Outcome<void>> revoke(std::span<const model::LeaseHandle> handles, base::Tick deadline) override;
  Outcome<bool> exists(const model::LeaseHandle& handle, base::Tick deadline) override;
  Outcome<std::vector<Found>> list(std::string_view tag, base::Tick deadline) override;
  Outcome<void> check(base::Tick deadline) override;

 private:
  static HttpService::Request request(const std::vector<std::string>& statements, base::Tick deadline);
  Outcome<std::vector<StatementResult>> run(const HttpService::Request& request, std::size_t statements) const;
  Outcome<StatementResult> run(const std::string& statement, base::Tick deadline) const;
  Outcome<Credential> create(const std::string& name, const base::Secret& password, const std::vector<Grant>& grants,
                             base::Tick deadline) const;
  /// Adds the outcomes of the first of these, at least one.
  void drop(std::span<const model::LeaseHandle> handles, std::vector<Outcome<void>>& out, base::Tick deadline) const;
  Problem undo(const HttpService::Request& made, const std::string& name, std::string_view trouble) const;

  const HttpService service_;
  const std::string user_;
  const Roles roles_;
};

HttpService::Request Influxdb1::request(const std::vector<std::string>& statements, base::Tick deadline) {
  return {.method = "POST",
          .path = "/query",
          .body = "q=" + base::percent_encode(fmt::format("{}", fmt::join(statements, ";"))),
          .deadline = deadline,
          .content_type = "application/x-www-form-urlencoded"};
}

Provider::Outcome<std::vector<StatementResult>> Influxdb1::run(const HttpService::Request& request,
                                                               std::size_t statements) const {
  const auto answer = service_.send(request);
  if (!answer) return std::unexpected(answer.error());
  if (answer->status != 200) return std::unexpected(service_.refusal(request, *answer, influxdb1::read_error(*answer)));
  auto results = influxdb1::read_results(answer->body, statements);
  if (!results) return std::unexpected(service_.unusable(request, "it holds no results of statements"));
  return std::move(*results);
}

Provider::Outcome<StatementResult> Influxdb1::run(const std::string& statement, base::Tick deadline) const {
  auto results = run(request({statement}, deadline), 1);
  if (!results) return std::unexpected(std::move(results.error()));
  return std::move(results->front());
}

base::Result<Provider::Prepared> Influxdb1::prepare(const NewCredential& wanted) const {
  if (auto status = only_options(wanted.options, {}); !status) return base::failure(status.error());
  const auto grants = find_role(roles_, wanted.role);
  if (!grants) return base::failure(grants.error());
  std::string name(wanted.label);
  return Prepared{.handle = found_by_label(name).handle,
                  .make = [this, name, password = base::Secret(std::string(wanted.secret)), grants = **grants](
                              base::Tick deadline) { return create(name, password, grants, deadline); }};
}

// One request, so that one answer tells of the user and of what it may do.
Provider::Outcome<Credential> Influxdb1::create(const std::string& name, const base::Secret& password,
                                                const std::vector<Grant>& grants, base::Tick deadline) const {
  std::vector<std::string> statements = {influxdb1::create_user(name, password.reveal())};
  for (const Grant& grant : grants) statements.push_back(influxdb1::grant(grant, name));
  HttpService::Request made = request(statements, deadline);
  made.again = Again::kHarms;
  made.secret = password;
  const auto results = run(made, statements.size());
  if (!results) return std::unexpected(results.error());
  for (std::size_t i = 0; i < results->size(); ++i) {
    const std::string& error = (*results)[i].error;
    if (error.empty()) continue;
    const std::string why = influxdb1::is_not_executed(error) ? "InfluxDB does not say why" : error;
    if (i == 0) return std::unexpected(service_.problem(made, Trouble::kRejected, "no user was created: " + why));
    return std::unexpected(undo(made, name, why));
  }
  return Credential{.external_id = name, .value = password, .issued = {}};
}

// A user without its privileges is of no use to anybody.
Problem Influxdb1::undo(const HttpService::Request& made, const std::string& name, std::string_view trouble) const {
  const auto dropped = run(influxdb1::drop_user(name), made.deadline);
  const bool gone = dropped && (dropped->error.empty() || influxdb1::is_missing_user(dropped->error));
  return service_.problem(made, gone ? Trouble::kRejected : Trouble::kAmbiguous,
                          fmt::format("the privileges were not granted: {}", trouble));
}

// The first statement that fails keeps those behind it from being executed, and its own error is lost when it is not
// the last: it is asked for again alone, the others with the next request. Each request settles at least one handle, or
// is followed by one that does.
std::vector<Provider::Outcome<void>> Influxdb1::revoke(std::span<const model::LeaseHandle> handles,
                                                       base::Tick deadline) {
  std::vector<Outcome<void>> out;
  out.reserve(handles.size());
  while (out.size() < handles.size()) {
    const auto rest = handles.subspan(out.size());
    const auto last = std::ranges::find_if(rest, [](const auto& handle) { return !is_label(handle.label); });
    if (last == rest.begin()) {
      out.emplace_back(std::unexpected(service_.problem({}, Trouble::kRejected, "it is no name of a leased user")));
    } else {
      drop(std::span(rest.begin(), last), out, deadline);
    }
  }
  return out;
}

void Influxdb1::drop(std::span<const model::LeaseHandle> handles, std::vector<Outcome<void>>& out,
                     base::Tick deadline) const {
  std::vector<std::string> statements;
  statements.reserve(handles.size());
  for (const model::LeaseHandle& handle : handles) statements.push_back(influxdb1::drop_user(handle.label));
  const HttpService::Request sent = request(statements, deadline);
  const auto results = run(sent, statements.size());
  if (!results) {
    out.resize(out.size() + handles.size(), std::unexpected(results.error()));
    return;
  }
  for (std::size_t i = 0; i < results->size(); ++i) {
    const std::string& error = (*results)[i].error;
    if (handles.size() > 1 && influxdb1::is_not_executed(error)) {
      if (i == 0) drop(handles.first(1), out, deadline);
      return;
    }
    if (error.empty() || influxdb1::is_missing_user(error)) {
      out.emplace_back();
    } else {
      // It says nothing by which a passing trouble could be told from one that stays.
      out.emplace_back(std::unexpected(service_.problem(sent, Trouble::kBusy, "the user was not dropped: " + error)));
    }
  }
}

Provider::Outcome<bool> Influxdb1::exists(const model::LeaseHandle& handle, base::Tick deadline) {
  const auto result = run(influxdb1::show_grants(handle.label), deadline);
  if (!result) return std::unexpected(result.error());
  if (result->error.empty()) return true;
  if (influxdb1::is_missing_user(result->error)) return false;
  return std::unexpected(service_.problem({}, Trouble::kBusy, "the user was not looked up: " + result->error));
}

Provider::Outcome<std::vector<Found>> Influxdb1::list(std::string_view tag, base::Tick deadline) {
  auto result = run("SHOW USERS", deadline);
  if (!result) return std::unexpected(result.error());
  if (!result->error.empty())
    return std::unexpected(service_.problem({}, Trouble::kBusy, "the users were not listed: " + result->error));
  const std::string ours = label_prefix(tag);
  std::vector<Found> out;
  for (const std::string& name : result->users) {
    if (name.starts_with(ours)) out.push_back(found_by_label(name));
  }
  return out;
}

// Only an administrator may ask for the grants of a user.
Provider::Outcome<void> Influxdb1::check(base::Tick deadline) {
  const auto result = run(influxdb1::show_grants(user_), deadline);
  if (!result) {
    Problem problem = result.error();
    if (problem.trouble == Trouble::kRejected) problem.trouble = Trouble::kDenied;
    return std::unexpected(std::move(problem));
  }
  if (!result->error.empty())
    return std::unexpected(
        service_.problem({}, Trouble::kDenied, "the manager's account is of no use: " + result->error));
  return {};
}

}  // namespace

base::Result<std::unique_ptr<Provider>> make_influxdb1(std::string_view name, const ProviderSettings& settings,
                                                       const base::Clock& clock) {
  constexpr std::array<std::string_view, 3> kNeeded = {"user", "password", "roles"};
  if (auto status = require_settings(name, settings, kNeeded); !status) return base::failure(status.error());
  auto roles = read_roles<std::vector<Grant>>(
      name, settings, [&](std::string_view text) { return influxdb1::read_grants(text, settings.database); });
  if (!roles) return base::failure(roles.error());
  auto authorization = basic_authorization(name, settings);
  if (!authorization) return base::failure(authorization.error());
  auto service = HttpService::create(name, settings, std::move(*authorization), {settings.password}, clock);
  if (!service) return base::failure(service.error());
  return std::make_unique<Influxdb1>(std::move(*service), settings.user, std::move(*roles));
}

}  // namespace jeton::leases
