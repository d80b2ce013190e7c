#include "net/http_client.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <mutex>
#include <system_error>

#include "base/strings.hpp"
#include "base/time_text.hpp"

namespace jeton::net {
namespace {

using Request = HttpClient::Request;
using Response = HttpClient::Response;
using Settings = CurlClient::Settings;

// Each keeps its connections open for the next request.
constexpr std::size_t kIdleHandlesMax = base::limits::kCallsAtOnceMax;

struct EndHandle {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using Handle = std::unique_ptr<CURL, EndHandle>;

struct EndList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using List = std::unique_ptr<curl_slist, EndList>;

struct EndUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

std::string url_part(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, CURLU_DEFAULT_PORT) != CURLUE_OK) return {};
  std::string out(text);
  curl_free(text);
  return out;
}

// What the callbacks of one exchange share. They run on the calling thread, inside curl_easy_perform.
struct Exchange {
  const Request& request;
  const Settings& settings;
  const HttpClient::OnBytes* on_bytes;
  CURL* handle;
  Response response;
  std::size_t header_bytes = 0;
  bool too_large = false;
  bool ended_by_reader = false;
  curl_off_t waiting_calls = 0;
  std::exception_ptr thrown;  // must not pass through C frames
};

bool is_success(int status) {
  return status >= 200 && status < 300;
}

std::size_t take_body(Exchange& exchange, std::string_view bytes) {
  long status = 0;
  curl_easy_getinfo(exchange.handle, CURLINFO_RESPONSE_CODE, &status);
  if (exchange.on_bytes != nullptr && is_success(static_cast<int>(status))) {
    exchange.ended_by_reader = !(*exchange.on_bytes)(bytes);
    return exchange.ended_by_reader ? 0 : bytes.size();
  }
  if (exchange.response.body.size() + bytes.size() > exchange.settings.answer_bytes_max) {
    exchange.too_large = true;
    return 0;
  }
  exchange.response.body += bytes;
  return bytes.size();
}

std::size_t take_header(Exchange& exchange, std::string_view line) {
  exchange.header_bytes += line.size();
  if (exchange.header_bytes > base::limits::kAnswerHeaderBytesMax) {
    exchange.too_large = true;
    return 0;
  }
  if (line.starts_with("HTTP/")) exchange.response.headers.clear();  // behind an interim answer
  const std::size_t colon = line.find(':');
  if (colon != std::string_view::npos && !line.starts_with("HTTP/")) {
    exchange.response.headers.push_back(
        {std::string(line.substr(0, colon)), std::string(base::trim(line.substr(colon + 1)))});
  }
  return line.size();
}

template <auto Take>
std::size_t on_data(char* data, std::size_t size, std::size_t count, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  try {
    return Take(exchange, std::string_view(data, size * count));
  } catch (...) {
    exchange.thrown = std::current_exception();
    return size * count + 1;
  }
}

int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  auto& exchange = *static_cast<Exchange*>(user);
  if (exchange.request.stop.stop_requested()) return 1;
  if (!exchange.request.on_waiting) return 0;
  curl_off_t microseconds = 0;
  curl_easy_getinfo(exchange.handle, CURLINFO_TOTAL_TIME_T, &microseconds);
  if (microseconds / 1'000'000 <= exchange.waiting_calls) return 0;
  exchange.waiting_calls = microseconds / 1'000'000;
  try {
    exchange.request.on_waiting();
    return 0;
  } catch (...) {
    exchange.thrown = std::current_exception();
    return 1;
  }
}

int on_prerequest(void* user, char*, char*, int, int) {
  auto& exchange = *static_cast<Exchange*>(user);
  try {
    exchange.request.on_sending();
    return CURL_PREREQFUNC_OK;
  } catch (...) {
    exchange.thrown = std::current_exception();
    return CURL_PREREQFUNC_ABORT;
  }
}

long milliseconds(base::Duration duration) {
  return static_cast<long>(std::chrono::ceil<std::chrono::milliseconds>(duration).count());
}
long seconds(base::Duration duration) {
  return static_cast<long>(std::chrono::ceil<std::chrono::seconds>(duration).count());
}

bool has_control_character(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

bool is_method(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

base::Result<List> header_list(const Request& request) {
  List list;
  const auto add = [&list](const std::string& line) {
    curl_slist* longer = curl_slist_append(list.get(), line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    if (!list) list.reset(longer);  // of a longer list the first element stays the same
  };
  for (const HttpHeader& header : request.headers) {
    if (has_control_character(header.name) || has_control_character(header.value)) {
      return base::failure(
          base::invalid(fmt::format("the header {} holds a control character", base::shown(header.name))));
    }
    add(header.value.empty() ? header.name + ";" : fmt::format("{}: {}", header.name, header.value));
  }
  if (has_control_character(request.authorization.reveal())) {
    return base::failure(base::invalid("the header \"Authorization\" holds a control character"));
  }
  if (!request.authorization.empty()) add(fmt::format("Authorization: {}", request.authorization.reveal()));
  add("Expect:");  // no extra round trip before a body
  return list;
}

void set_body(CURL* handle, const Request& request) {
  const bool has_body =
      !request.body.empty() || request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
  if (has_body) {
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.c_str());
  }
  if (request.method == "HEAD") curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
  curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

void set_safety(CURL* handle, const Settings& settings) {
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_PROXY, "");
  curl_easy_setopt(handle, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!settings.ca_file.empty()) {
    curl_easy_setopt(handle, CURLOPT_CAINFO, settings.ca_file.c_str());
    curl_easy_setopt(handle, CURLOPT_CAPATH, static_cast<const char*>(nullptr));
    curl_easy_setopt(handle, CURLOPT_CA_CACHE_TIMEOUT, 0L);  // new authorities count from the next connection on
  }
}

void set_own_certificate(CURL* handle, const Settings& settings) {
  const bool bundle = !settings.pkcs12.empty();
  if (!bundle && settings.certificate.empty()) return;
  curl_easy_setopt(handle, CURLOPT_SSLCERTTYPE, bundle ? "P12" : "PEM");
  curl_easy_setopt(handle, CURLOPT_SSLCERT, bundle ? settings.pkcs12.c_str() : settings.certificate.c_str());
  if (!bundle) {
    curl_easy_setopt(handle, CURLOPT_SSLKEY,
                     settings.key.empty() ? settings.certificate.c_str() : settings.key.c_str());
  }
  if (!settings.password.empty()) {
    curl_easy_setopt(handle, CURLOPT_KEYPASSWD, std::string(settings.password.reveal()).c_str());
  }
}

// The time that send() has, all redirects together.
base::Duration time_of(const Settings& settings, const Request& request) {
  return request.time_max > base::Duration::zero() ? std::min(request.time_max, settings.whole) : settings.whole;
}

// `left`: of the time that send() has.
void set_bounds(CURL* handle, const Settings& settings, base::Duration left, bool streams) {
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(settings.connect));
  // Without it every bound, and the stop, would wait for a name server that does not answer.
  curl_easy_setopt(handle, CURLOPT_QUICK_EXIT, 1L);
  if (streams) {
    curl_easy_setopt(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(handle, CURLOPT_LOW_SPEED_TIME, seconds(settings.silence));
  } else {
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, milliseconds(left));
    curl_easy_setopt(handle, CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(settings.answer_bytes_max));
  }
}

void set_callbacks(CURL* handle, Exchange& exchange) {
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &on_data<take_body>);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &exchange);
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &on_data<take_header>);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, &exchange);
  if (exchange.request.on_waiting || exchange.request.stop.stop_possible()) {
    curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, &on_progress);
    curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &exchange);
  }
  if (exchange.request.on_sending) {
    curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, &on_prerequest);
    curl_easy_setopt(handle, CURLOPT_PREREQDATA, &exchange);
  }
}

base::Error external(std::string message) {
  return {base::ErrorCode::kExternal, std::move(message), {}};
}

base::Error error_of(CURLcode code, const Exchange& exchange, const std::string& origin, std::string_view detail) {
  if (exchange.too_large || code == CURLE_FILESIZE_EXCEEDED) {
    return {base::ErrorCode::kTooLarge,
            fmt::format("the answer of {} is larger than {} bytes", origin, exchange.settings.answer_bytes_max),
            {}};
  }
  switch (code) {
    case CURLE_ABORTED_BY_CALLBACK:
      return base::unavailable(fmt::format("the exchange with {} was given up because the server stops", origin));
    case CURLE_SSL_CERTPROBLEM:
      return external(fmt::format("the own certificate or its key cannot be used towards {}: {}", origin, detail));
    case CURLE_OPERATION_TIMEDOUT: {
      const base::Duration waited =
          exchange.on_bytes != nullptr ? exchange.settings.silence : time_of(exchange.settings, exchange.request);
      return {base::ErrorCode::kTimeout,
              fmt::format("{} did not answer within {}", origin, base::format_duration(waited)),
              {}};
    }
    case CURLE_COULDNT_RESOLVE_HOST:
      return external(fmt::format("the host name in {} is not known", origin));
    case CURLE_COULDNT_CONNECT: {
      long number = 0;
      curl_easy_getinfo(exchange.handle, CURLINFO_OS_ERRNO, &number);
      const std::string reason =
          number == 0 ? "no connection" : std::generic_category().message(static_cast<int>(number));
      return external(fmt::format("{} cannot be reached: {}", origin, reason));
    }
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_PARTIAL_FILE:
      return external(fmt::format("{} closed the connection before its answer was complete", origin));
    default:
      return external(
          fmt::format("the exchange with {} failed: {}", origin, detail.empty() ? curl_easy_strerror(code) : detail));
  }
}

// How long the exchange just made took.
base::Duration time_taken(CURL* handle) {
  curl_off_t microseconds = 0;
  curl_easy_getinfo(handle, CURLINFO_TOTAL_TIME_T, &microseconds);
  return std::chrono::microseconds(microseconds);
}

// Where to go next, when the answer says so and the same request may be sent there.
std::string redirect_of(CURL* handle, int status, const std::string& method) {
  const bool repeats = status == 307 || status == 308;
  const bool reads = method == "GET" || method == "HEAD";
  if (!repeats && !(reads && (status == 301 || status == 302 || status == 303))) return {};
  const char* target = nullptr;
  curl_easy_getinfo(handle, CURLINFO_REDIRECT_URL, &target);
  return target == nullptr ? std::string() : std::string(target);
}

base::Result<Response> perform(Exchange& exchange, const std::string& url, const std::string& origin,
                               base::Duration left) {
  CURL* handle = exchange.handle;
  std::array<char, CURL_ERROR_SIZE> detail{};
  const auto headers = header_list(exchange.request);
  if (!headers) return base::failure(headers.error());
  set_safety(handle, exchange.settings);
  set_own_certificate(handle, exchange.settings);
  set_bounds(handle, exchange.settings, left, exchange.on_bytes != nullptr);
  set_callbacks(handle, exchange);
  set_body(handle, exchange.request);
  if (exchange.request.once) curl_easy_setopt(handle, CURLOPT_FRESH_CONNECT, 1L);
  curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle, CURLOPT_PATH_AS_IS, 1L);  // an encoded dot is no dot
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers->get());
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, detail.data());
  const CURLcode code = curl_easy_perform(handle);
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, static_cast<char*>(nullptr));
  if (exchange.thrown) std::rethrow_exception(exchange.thrown);
  if (code != CURLE_OK && !exchange.ended_by_reader)
    return base::failure(error_of(code, exchange, origin, detail.data()));
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  exchange.response.status = static_cast<int>(status);
  return std::move(exchange.response);
}

void initialize_curl_once() {
  static const CURLcode kCode = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (kCode != CURLE_OK) throw std::runtime_error("libcurl cannot be initialized");
}

}  // namespace

struct CurlClient::IdleHandles {
  Handle take() {
    {
      const std::scoped_lock lock(mutex);
      if (!handles.empty()) {
        Handle handle = std::move(handles.back());
        handles.pop_back();
        return handle;
      }
    }
    Handle handle(curl_easy_init());
    if (!handle) throw std::bad_alloc();
    return handle;
  }

  void give_back(Handle handle) {
    curl_easy_reset(handle.get());  // options go, connections stay
    const std::scoped_lock lock(mutex);
    if (handles.size() < kIdleHandlesMax) handles.push_back(std::move(handle));
  }

  std::mutex mutex;  // guards handles
  std::vector<Handle> handles;
};

std::string_view HttpClient::Response::header(std::string_view name) const {
  const auto found =
      std::ranges::find_if(headers, [&](const HttpHeader& h) { return base::equals_ignoring_case(h.name, name); });
  return found == headers.end() ? std::string_view() : std::string_view(found->value);
}

base::Result<std::string> origin_of(const std::string& url) {
  const std::unique_ptr<CURLU, EndUrl> parsed(curl_url());
  if (!parsed) throw std::bad_alloc();
  if (has_control_character(url) || curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) {
    return base::failure(base::invalid("the address is not a URL; expected one such as https://host:8445"));
  }
  const std::string scheme = url_part(parsed.get(), CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https") {
    return base::failure(
        base::invalid(fmt::format("the scheme {} is not spoken; expected http or https", base::shown(scheme))));
  }
  if (!url_part(parsed.get(), CURLUPART_USER).empty() || !url_part(parsed.get(), CURLUPART_PASSWORD).empty()) {
    return base::failure(base::invalid("a URL must not hold a user name or a password"));
  }
  return fmt::format("{}://{}:{}", scheme, base::to_lower(url_part(parsed.get(), CURLUPART_HOST)),
                     url_part(parsed.get(), CURLUPART_PORT));
}

CurlClient::CurlClient(Settings settings) : settings_(std::move(settings)), idle_(std::make_unique<IdleHandles>()) {
  initialize_curl_once();
}

CurlClient::~CurlClient() = default;

base::Result<Response> CurlClient::send(const Request& request) {
  return exchange(request, nullptr);
}

base::Result<Response> CurlClient::stream(const Request& request, const OnBytes& on_bytes) {
  return exchange(request, &on_bytes);
}

base::Result<Response> CurlClient::exchange(const Request& request, const OnBytes* on_bytes) {
  const auto origin = origin_of(request.url);
  if (!origin) return base::failure(origin.error());
  if (!is_method(request.method))
    return base::failure(base::invalid(fmt::format("{} is no method", base::shown(request.method))));
  if (request.stop.stop_requested()) return base::failure(base::unavailable("the server stops"));
  std::string url = request.url;
  base::Duration left = time_of(settings_, request);  // curl takes zero for no bound at all
  for (int redirects = 0; redirects <= base::limits::kRedirectsMax; ++redirects) {
    Handle handle = idle_->take();
    Exchange state{
        .request = request, .settings = settings_, .on_bytes = on_bytes, .handle = handle.get(), .response = {}};
    auto response = perform(state, url, *origin, left);
    left = std::max<base::Duration>(left - time_taken(handle.get()), std::chrono::milliseconds{1});
    std::string next = response ? redirect_of(handle.get(), response->status, request.method) : std::string();
    idle_->give_back(std::move(handle));
    if (!response || next.empty()) return response;
    const auto next_origin = origin_of(next);
    if (!next_origin || *next_origin != *origin) {
      return base::failure(external(fmt::format("{} redirects to another origin, which is not followed", *origin)));
    }
    url = std::move(next);
  }
  return base::failure(external(fmt::format("{} redirects more than {} times", *origin, base::limits::kRedirectsMax)));
}

}  // namespace jeton::net
