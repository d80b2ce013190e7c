#include "leases/providers/http_service.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/strings.hpp"
#include "leases/providers/problem_text.hpp"
#include "leases/providers/settings_check.hpp"

namespace jeton::leases {
namespace {

using Again = HttpService::Again;

// A list comes in one answer: 100,000 credentials of 2 KiB each.
constexpr std::size_t kListBytesMax = 256 * 1024 * 1024;
constexpr std::chrono::seconds kConnectSecondsMax{5};
constexpr std::chrono::hours kRetryAfterMax{24};

// Statuses in the service's own words, of which nobody knows whether the request was executed (token-lease 3.5).
bool is_open(int status) {
  return status < 300 || status == 408 || status == 499 || status >= 500;
}

Trouble trouble_of(int status, bool own_words, Again again) {
  if (status == 401) return Trouble::kDenied;
  if (status == 429 || (status == 503 && own_words)) return Trouble::kBusy;
  // Somebody else answered. A 404 of a proxy must not pass for "there is no such credential".
  if (!own_words && again == Again::kIsHarmless) return Trouble::kUnreachable;
  return is_open(status) ? Trouble::kAmbiguous : Trouble::kRejected;
}

std::optional<base::Duration> retry_after(const net::HttpClient::Response& answer) {
  const std::string_view text = answer.header("Retry-After");
  std::int64_t seconds = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (text.empty() || code != std::errc{} || end != text.data() + text.size() || seconds < 0) return std::nullopt;
  return std::min<base::Duration>(std::chrono::seconds{std::min<std::int64_t>(seconds, 1'000'000)}, kRetryAfterMax);
}

}  // namespace

base::Result<HttpService> HttpService::create(std::string_view name, const ProviderSettings& settings,
                                              base::Secret authorization, std::vector<base::Secret> secrets,
                                              const base::Clock& clock) {
  std::string url(settings.url.reveal());
  while (url.ends_with('/')) url.pop_back();
  if (const auto origin = net::origin_of(url); !origin)
    return base::failure(wrong_setting(name, "url", origin.error().message));
  if (url.find_first_of("?#") != std::string::npos)
    return base::failure(wrong_setting(name, "url", "the address of a service has no query and no fragment"));
  net::CurlClient::Settings client;
  client.whole = settings.call_timeout;
  client.connect = std::min<base::Duration>(kConnectSecondsMax, settings.call_timeout);
  client.answer_bytes_max = kListBytesMax;
  client.ca_file = settings.ca;
  client.certificate = settings.certificate;
  client.key = settings.key;
  return HttpService(std::make_unique<net::CurlClient>(std::move(client)), std::move(url), std::move(authorization),
                     std::move(secrets), clock);
}

HttpService::HttpService(std::unique_ptr<net::HttpClient> client, std::string url, base::Secret authorization,
                         std::vector<base::Secret> secrets, const base::Clock& clock)
    : client_(std::move(client)),
      url_(std::move(url)),
      origin_(net::origin_of(url_).value_or("the service")),
      authorization_(std::move(authorization)),
      secrets_(std::move(secrets)),
      clock_(clock) {}

HttpService::Outcome<HttpService::Answer> HttpService::send(const Request& request) const {
  net::HttpClient::Request out;
  out.time_max = time_left(request.deadline, clock_.get().monotonic());
  if (out.time_max == base::Duration::zero())
    return std::unexpected(problem(request, Trouble::kBusy, fmt::format("no time was left to ask {}", origin_)));
  out.method = request.method;
  out.url = url_ + request.path;
  out.authorization = authorization_;
  out.headers = {{"Accept", "application/json"}};
  if (!request.body.empty()) out.headers.push_back({"Content-Type", std::string(request.content_type)});
  out.body = request.body;
  out.once = request.again == Again::kHarms;
  bool sent = false;
  out.on_sending = [&sent] { sent = true; };
  auto answer = client_->send(out);
  if (answer) return std::move(*answer);
  if (answer.error().code == base::ErrorCode::kInvalid)
    return std::unexpected(problem(request, Trouble::kRejected, answer.error().message));
  const bool open = sent && request.again == Again::kHarms;
  return std::unexpected(problem(request, open ? Trouble::kAmbiguous : Trouble::kUnreachable, answer.error().message));
}

Problem HttpService::refusal(const Request& request, const Answer& answer,
                             const std::optional<std::string>& own_words) const {
  Problem out =
      problem(request, trouble_of(answer.status, own_words.has_value(), request.again),
              own_words ? fmt::format("{} answered {}: {}", origin_, answer.status, *own_words)
                        : fmt::format("{} answered {}, not in the words of this service", origin_, answer.status));
  if (out.trouble == Trouble::kBusy) out.retry_after = retry_after(answer);
  return out;
}

Problem HttpService::unusable(const Request& request, std::string_view reason) const {
  const bool harms = request.again == Again::kHarms;
  return problem(request, harms ? Trouble::kAmbiguous : Trouble::kUnreachable,
                 fmt::format("the answer of {} cannot be used: {}", origin_, reason));
}

Problem HttpService::problem(const Request& request, Trouble trouble, std::string_view text) const {
  std::vector<base::Secret> secrets = secrets_;
  secrets.push_back(request.secret);
  return {.trouble = trouble, .message = problem_text(text, secrets), .retry_after = std::nullopt};
}

base::Result<base::Secret> basic_authorization(std::string_view name, const ProviderSettings& settings) {
  if (settings.user.find(':') != std::string::npos)
    return base::failure(wrong_setting(name, "user", "a user name with a colon cannot be sent"));
  const std::string pair = fmt::format("{}:{}", settings.user, settings.password.reveal());
  return base::Secret("Basic " + base::base64_encode(base::as_bytes(pair)));
}

}  // namespace jeton::leases
