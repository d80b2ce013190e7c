#include "leases/providers/postgresql/place.hpp"

#include <fmt/format.h>
#include <postgresql/libpq-fe.h>

#include <algorithm>
#include <memory>

#include "base/strings.hpp"
#include "leases/providers/settings_check.hpp"

namespace jeton::leases::postgresql {
namespace {

constexpr const char* kAuthoritiesOfSystem = "/etc/ssl/certs/ca-certificates.crt";  // of Debian and Ubuntu

std::string* find(Words& words, std::string_view keyword) {
  const auto found = std::ranges::find(words, keyword, &Words::value_type::first);
  return found == words.end() ? nullptr : &found->second;
}

void set(Words& words, std::string_view keyword, std::string value) {
  if (std::string* const there = find(words, keyword)) {
    *there = std::move(value);
  } else {
    words.emplace_back(keyword, std::move(value));
  }
}

void set_default(Words& words, std::string_view keyword, std::string value) {
  if (find(words, keyword) == nullptr) words.emplace_back(keyword, std::move(value));
}

bool is_socket(std::string_view host) {
  return host.empty() || host.starts_with('/') || host.starts_with('@');
}

bool is_here(std::string_view host) {
  return is_socket(host) || host == "localhost" || host == "::1" || host.starts_with("127.");
}

// The URL's own words.
base::Result<Place> parse(const base::Secret& url) {
  const std::string text(url.reveal());
  if (!text.starts_with("postgresql://") && !text.starts_with("postgres://"))
    return base::failure(base::invalid("expected a URL that begins with postgresql://"));
  // What the library says about a URL repeats it, password and all.
  char* message = nullptr;
  const std::unique_ptr<PQconninfoOption, void (*)(PQconninfoOption*)> options(PQconninfoParse(text.c_str(), &message),
                                                                               PQconninfoFree);
  PQfreemem(message);
  if (!options) {
    return base::failure(base::invalid(
        "it cannot be read; expected postgresql://user:password@host:port/database?sslmode=verify-full, with %3A, %2F "
        "and %40 for : / and @ inside of a name or password, and libpq's parameters only"));
  }
  Place out;
  for (const PQconninfoOption* each = options.get(); each->keyword != nullptr; ++each) {
    if (each->val == nullptr) continue;
    if (std::string_view(each->keyword) == "password") {
      out.password = base::Secret(each->val);
    } else {
      out.words.emplace_back(each->keyword, each->val);
    }
  }
  return out;
}

base::Status add_account(std::string_view name, const ProviderSettings& settings, Place& place) {
  if (!settings.user.empty()) {
    if (!place.word("user").empty())
      return base::failure(wrong_setting(name, "user", "the URL names a user already; set it in one place"));
    set(place.words, "user", settings.user);
  }
  if (settings.password.empty()) return {};
  if (!place.password.empty())
    return base::failure(wrong_setting(name, "password", "the URL has a password already; set it in one place"));
  place.password = settings.password;
  return {};
}

base::Status add_tls(std::string_view name, const ProviderSettings& settings, Place& place) {
  if (settings.certificate.empty() != settings.key.empty()) {
    return base::failure(
        wrong_setting(name, settings.key.empty() ? "key" : "certificate", "certificate and key go together; set both"));
  }
  if (!settings.certificate.empty()) {
    set(place.words, "sslcert", settings.certificate);
    set(place.words, "sslkey", settings.key);
  }
  if (!settings.ca.empty()) set(place.words, "sslrootcert", settings.ca);
  const bool here = std::ranges::all_of(base::split(place.word("host"), ','), is_here);
  const bool verifies = !settings.ca.empty() || !settings.certificate.empty() || !here;
  if (!place.word("sslmode").empty() || !verifies) return {};
  set(place.words, "sslmode", "verify-full");
  set_default(place.words, "sslrootcert", kAuthoritiesOfSystem);
  return {};
}

std::string joined(const std::vector<std::string>& parts) {
  return fmt::format("{}", fmt::join(parts, ","));
}

}  // namespace

std::string_view Place::word(std::string_view keyword) const {
  const auto found = std::ranges::find(words, keyword, &Words::value_type::first);
  return found == words.end() ? std::string_view{} : std::string_view(found->second);
}

std::string Place::shown() const {
  const std::string_view host = word("host").empty() ? word("hostaddr") : word("host");
  const std::string_view port = word("port");
  return fmt::format("{}{}{}", host.empty() ? "the local server" : host, port.empty() ? "" : ":", port);
}

base::Result<Place> read_place(std::string_view name, const ProviderSettings& settings) {
  auto place = parse(settings.url);
  if (!place) return base::failure(wrong_setting(name, "url", place.error().message));
  if (auto status = add_account(name, settings, *place); !status) return base::failure(status.error());
  if (auto status = add_tls(name, settings, *place); !status) return base::failure(status.error());
  set_default(place->words, "gssencmode", "disable");  // else each connection first looks for tickets
  set(place->words, "client_encoding", "UTF8");
  return place;
}

base::Result<Words> with_addresses(
    const Place& place, const std::function<base::Result<std::vector<std::string>>(const std::string&)>& look_up) {
  Words out = place.words;
  if (place.word("host").empty() || !place.word("hostaddr").empty()) return out;
  const auto hosts = base::split(place.word("host"), ',');
  const auto ports = base::split(place.word("port"), ',');  // one for all, or one each
  std::vector<std::string> all_hosts;
  std::vector<std::string> all_addresses;
  std::vector<std::string> all_ports;
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    std::vector<std::string> addresses = {""};
    if (!is_socket(hosts[i])) {
      auto found = look_up(std::string(hosts[i]));
      // One of several that is not known must not keep the others from being tried.
      if (!found && hosts.size() == 1) return base::failure(found.error());
      addresses = found.value_or(std::vector<std::string>{});
    }
    for (std::string& address : addresses) {
      all_hosts.emplace_back(hosts[i]);
      all_addresses.push_back(std::move(address));
      all_ports.emplace_back(ports.size() == hosts.size() ? ports[i] : ports.front());
    }
  }
  if (all_hosts.empty())
    return base::failure({base::ErrorCode::kExternal, fmt::format("no host of {} is known", place.shown()), {}});
  set(out, "host", joined(all_hosts));
  set(out, "hostaddr", joined(all_addresses));
  set(out, "port", joined(all_ports));
  return out;
}

}  // namespace jeton::leases::postgresql
