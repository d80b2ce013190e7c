#include "net/http/parser.hpp"

#include <algorithm>
#include <array>
#include <boost/beast/http/basic_parser.hpp>
#include <cstring>
#include <functional>
#include <optional>
#include <vector>

#include "base/limits.hpp"
#include "base/strings.hpp"

namespace jeton::net::http {
namespace {

namespace beast = boost::beast;
using beast::http::error;

constexpr std::size_t kChunkGapBytesMax = 4096;  // chunk framing that may lie unused behind a body before it is cut out

// Texts are remembered by their place, because the buffer may move before the request is complete.
struct Piece {
  std::size_t offset = 0;
  std::size_t size = 0;

  std::string_view in(const char* base) const { return {base + offset, size}; }
};

struct FieldPieces {
  Piece name;
  Piece value;
};

Method method_of(beast::http::verb verb) {
  switch (verb) {
    case beast::http::verb::get:
      return Method::kGet;
    case beast::http::verb::head:
      return Method::kHead;
    case beast::http::verb::post:
      return Method::kPost;
    case beast::http::verb::put:
      return Method::kPut;
    case beast::http::verb::patch:
      return Method::kPatch;
    case beast::http::verb::delete_:
      return Method::kDelete;
    case beast::http::verb::options:
      return Method::kOptions;
    default:
      return Method::kOther;
  }
}

constexpr std::array<bool, 256> kInHost = [] {
  std::array<bool, 256> out{};
  for (const char c :
       std::string_view("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-._~!$&'()*+,;=:[]%"))
    out[static_cast<unsigned char>(c)] = true;
  return out;
}();

// RFC 3986 section 3.2.2, without deciding whether the name makes sense.
bool is_host(std::string_view value) {
  return std::ranges::all_of(value, [](char c) { return kInHost[static_cast<unsigned char>(c)]; });
}

Refusal refusal_of(beast::error_code problem) {
  switch (static_cast<error>(problem.value())) {
    case error::bad_method:
      return {400, "the request line does not begin with a method and one space"};
    case error::bad_target:
      return {400, "the request target is empty or contains a character that must be percent-encoded"};
    case error::bad_version:
      return {400, "the request line does not end with HTTP/1.1 or HTTP/1.0"};
    case error::bad_line_ending:
      return {400, "a line does not end with CR LF"};
    case error::bad_field:
      return {400, "a header field's name contains a character that is not allowed, or no colon follows it"};
    case error::bad_value:
      return {400, "a header field's value contains a control character, or is no list where one is due"};
    case error::bad_content_length:
      return {400, "Content-Length is not one decimal number, or stands beside Transfer-Encoding"};
    case error::multiple_content_length:
      return {400, "there are several Content-Length fields that differ"};
    case error::bad_transfer_encoding:
      return {400, "Transfer-Encoding is there twice, or stands beside Content-Length"};
    case error::bad_chunk:
      return {400, "a chunk does not begin with its size as a hexadecimal number"};
    case error::bad_chunk_extension:
      return {400, "a chunk's extension is malformed"};
    default:
      return {400, "the bytes are not an HTTP/1.1 request"};
  }
}

constexpr Refusal kHeaderTooLarge{431, "the request's header is larger than this server accepts (http.limits.header)"};
constexpr Refusal kTooManyFields{431, "the request has more header fields than this server accepts; at most 100 are"};
constexpr Refusal kLineTooLong{414, "the request line is longer than this server accepts (http.limits.header)"};
constexpr Refusal kBodyTooLarge{413, "the request's body is larger than this server accepts (http.limits.body)"};
constexpr Refusal kFolded{400, "a header field continues on a second line, which HTTP/1.1 no longer allows"};
constexpr Refusal kUnknownCoding{501, "the only transfer coding understood is 'chunked'"};
constexpr Refusal kCodingInOldVersion{400, "Transfer-Encoding is not part of HTTP/1.0"};
constexpr Refusal kUnknownExpectation{417, "the only expectation understood is '100-continue'"};
constexpr Refusal kBadTarget{400,
                             "the request target is neither a path beginning with '/' nor an absolute http(s) address"};
constexpr Refusal kNoHost{400, "the Host field is missing"};
constexpr Refusal kTwoHosts{400, "there is more than one Host field"};
constexpr Refusal kBadHost{400, "the Host field contains a character that is not allowed in a host name"};
constexpr Refusal kUnknownVersion{505, "the only versions understood are HTTP/1.1 and HTTP/1.0"};

}  // namespace

// Beast's grammar, our rules: collects one request.
class Parser::Grammar final : public beast::http::basic_parser<true> {
 public:
  Grammar(std::vector<FieldPieces>& fields, std::size_t header_bytes_max, std::size_t body_bytes_max)
      : fields_(fields), body_bytes_max_(body_bytes_max) {
    header_limit(static_cast<std::uint32_t>(header_bytes_max));
    body_limit(boost::none);  // ours counts before the bytes arrive
    fields_.clear();
  }

  /// Offers the bytes behind the `parsed` first ones of the request. Returns how many it took.
  std::size_t offer(std::span<char> bytes, std::size_t parsed, beast::error_code& problem) {
    base_ = bytes.data();
    end_ = bytes.data() + bytes.size();
    return put({bytes.data() + parsed, bytes.size() - parsed}, problem);
  }

  Method method = Method::kOther;
  Piece method_text;
  Piece path;
  Piece query;
  Piece body;
  bool line_done = false;
  bool http_1_0 = false;
  bool keep_alive_asked = false;
  bool expects_continue = false;
  std::optional<Refusal> refusal;

 private:
  using Text = beast::string_view;

  Piece piece(const char* first, std::size_t size) const { return {static_cast<std::size_t>(first - base_), size}; }

  void refuse(const Refusal& reason, beast::error_code& problem) {
    refusal = reason;
    problem = error::bad_value;  // any error stops the parser
  }

  void on_request_impl(beast::http::verb verb, Text text, Text target, int version,
                       beast::error_code& problem) override {
    line_done = true;
    http_1_0 = version == 10;
    method = method_of(verb);
    method_text = piece(text.data(), text.size());
    if (!take_target({target.data(), target.size()}, verb)) refuse(kBadTarget, problem);
  }

  // RFC 9112 section 3.2: origin, absolute, authority (CONNECT) and asterisk (OPTIONS) form.
  bool take_target(std::string_view target, beast::http::verb verb) {
    if (target.find('#') != std::string_view::npos) return false;
    if (target.front() != '/') {
      const bool asterisk = target == "*" && verb == beast::http::verb::options;
      if (!asterisk && verb != beast::http::verb::connect) {
        const std::size_t scheme = target.find("://");
        if (scheme == std::string_view::npos) return false;
        const std::string_view name = target.substr(0, scheme);
        if (!base::equals_ignoring_case(name, "http") && !base::equals_ignoring_case(name, "https")) return false;
        const std::size_t slash = target.find_first_of("/?", scheme + 3);
        if (slash == scheme + 3) return false;  // no host
        target.remove_prefix(std::min(slash, target.size()));
      }
    }
    const std::size_t mark = target.find('?');
    path = piece(target.data(), std::min(mark, target.size()));
    if (mark != std::string_view::npos) query = piece(target.data() + mark + 1, target.size() - mark - 1);
    return true;
  }

  void on_field_impl(beast::http::field field, Text name, Text value, beast::error_code& problem) override {
    if (is_folded(name, value)) return refuse(kFolded, problem);
    if (++fields_seen_ > base::limits::kHeaderFieldsMax) return refuse(kTooManyFields, problem);
    if (is_header_done()) return;  // a trailer: read, checked and left out
    fields_.push_back({piece(name.data(), name.size()), piece(value.data(), value.size())});
    const std::string_view text{value.data(), value.size()};
    switch (field) {
      case beast::http::field::host:
        ++hosts_;
        if (!is_host(text)) refuse(kBadHost, problem);
        break;
      case beast::http::field::transfer_encoding:
        if (http_1_0) return refuse(kCodingInOldVersion, problem);
        if (!base::equals_ignoring_case(text, "chunked")) refuse(kUnknownCoding, problem);
        break;
      case beast::http::field::expect:
        if (http_1_0) break;  // RFC 9110 section 10.1.1: ignored there
        if (!base::equals_ignoring_case(text, "100-continue")) return refuse(kUnknownExpectation, problem);
        expects_continue = true;
        break;
      default:
        break;
    }
  }

  // Beast unfolds a value that goes on in a second line, partly in memory of its own. Nothing but blanks may lie
  // between a name's colon and its value, and the value must lie in the buffer.
  bool is_folded(Text name, Text value) const {
    const char* const behind_name = name.data() + name.size() + 1;
    const std::less<const char*> before;
    if (before(value.data(), behind_name) || !before(value.data(), end_)) return true;
    return std::string_view(behind_name, value.data()).find('\n') != std::string_view::npos;
  }

  void on_header_impl(beast::error_code& problem) override {
    if (hosts_ > 1) return refuse(kTwoHosts, problem);
    if (hosts_ == 0 && !http_1_0) return refuse(kNoHost, problem);
    if (content_length().value_or(0) > body_bytes_max_) return refuse(kBodyTooLarge, problem);
    keep_alive_asked = keep_alive();
  }

  void on_chunk_header_impl(std::uint64_t size, Text, beast::error_code& problem) override {
    if (size > body_bytes_max_ - body_announced_) return refuse(kBodyTooLarge, problem);
    body_announced_ += static_cast<std::size_t>(size);
  }

  // Chunks move down to the end of the body before them; they never overtake the place they are read from.
  std::size_t on_chunk_body_impl(std::uint64_t, Text bytes, beast::error_code&) override {
    std::memmove(base_ + body.offset + body.size, bytes.data(), bytes.size());
    body.size += bytes.size();
    return bytes.size();
  }

  void on_response_impl(int, Text, int, beast::error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, beast::error_code&) override {}
  std::size_t on_body_impl(Text bytes, beast::error_code&) override { return bytes.size(); }
  void on_finish_impl(beast::error_code&) override {}

  std::vector<FieldPieces>& fields_;
  const std::size_t body_bytes_max_;
  std::size_t body_announced_ = 0;
  std::size_t fields_seen_ = 0;
  unsigned hosts_ = 0;
  char* base_ = nullptr;  // of the bytes in hand
  const char* end_ = nullptr;
};

struct Parser::State {
  const std::size_t header_bytes_max;
  const std::size_t body_bytes_max;
  std::optional<Grammar> grammar;  // of the request in hand
  std::size_t parsed = 0;          // bytes the grammar has taken
  std::size_t missing = 0;
  std::vector<FieldPieces> pieces;
  std::vector<Field> fields;
  Request request;
  Refusal refusal;

  Outcome refuse(const Refusal& reason) {
    refusal = reason;
    return Outcome::kRefused;
  }

  Outcome refuse(const Buffer& buffer, beast::error_code problem);
  static bool skip_blank_lines(Buffer& buffer);
  Outcome read_head(Buffer& buffer);
  Outcome read_sized_body(const Buffer& buffer);
  Outcome read_chunks(Buffer& buffer);
  void describe(const char* base);
};

// RFC 9112 section 2.2: empty lines before a request are ignored. False while nothing else is there.
bool Parser::State::skip_blank_lines(Buffer& buffer) {
  while (buffer.view().starts_with("\r\n")) buffer.consume(2);
  return !buffer.empty() && buffer.view() != "\r";
}

// Beast has one error for "no version" and "another version"; their statuses differ.
Parser::Outcome Parser::State::refuse(const Buffer& buffer, beast::error_code problem) {
  if (grammar->refusal) return refuse(*grammar->refusal);
  if (problem == error::header_limit) return refuse(grammar->line_done ? kHeaderTooLarge : kLineTooLong);
  if (problem == error::bad_version) {
    const std::string_view line = buffer.view().substr(0, buffer.view().find('\r'));
    const std::string_view version = line.substr(line.rfind(' ') + 1);
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (version.size() == 8 && version.starts_with("HTTP/") && is_digit(version[5]) && version[6] == '.' &&
        is_digit(version[7]) && version != "HTTP/1.1" && version != "HTTP/1.0") {
      return refuse(kUnknownVersion);
    }
  }
  return refuse(refusal_of(problem));
}

Parser::Outcome Parser::State::read_head(Buffer& buffer) {
  beast::error_code problem;
  parsed += grammar->offer({buffer.data(), buffer.size()}, parsed, problem);
  if (problem == error::need_more) {
    if (buffer.size() < header_bytes_max) return Outcome::kMore;
    return refuse(grammar->line_done ? kHeaderTooLarge : kLineTooLong);
  }
  if (problem) return refuse(buffer, problem);
  if (parsed > header_bytes_max) return refuse(kHeaderTooLarge);
  grammar->body.offset = parsed;
  return Outcome::kComplete;
}

Parser::Outcome Parser::State::read_sized_body(const Buffer& buffer) {
  const auto length = static_cast<std::size_t>(grammar->content_length().value_or(0));
  const std::size_t there = buffer.size() - grammar->body.offset;
  if (there < length) {
    missing = length - there;
    return Outcome::kMore;
  }
  grammar->body.size = length;
  parsed = grammar->body.offset + length;
  return Outcome::kComplete;
}

Parser::Outcome Parser::State::read_chunks(Buffer& buffer) {
  beast::error_code problem;
  while (parsed < buffer.size() && !grammar->is_done()) {
    parsed += grammar->offer({buffer.data(), buffer.size()}, parsed, problem);
    if (problem == error::need_more) break;
    if (problem) return refuse(buffer, problem);
  }
  if (grammar->is_done()) return Outcome::kComplete;
  if (buffer.size() - parsed >= header_bytes_max) return refuse(kHeaderTooLarge);

  const std::size_t body_end = grammar->body.offset + grammar->body.size;
  if (parsed - body_end > kChunkGapBytesMax) {
    buffer.erase(body_end, parsed - body_end);
    parsed = body_end;
  }
  return Outcome::kMore;
}

void Parser::State::describe(const char* base) {
  fields.clear();
  for (const FieldPieces& piece : pieces) fields.push_back({piece.name.in(base), piece.value.in(base)});
  request.method = grammar->method;
  request.method_text = grammar->method_text.in(base);
  request.path = grammar->path.size != 0 ? grammar->path.in(base) : "/";  // "http://host" has none
  request.query = grammar->query.in(base);
  request.fields = fields;
  request.body = grammar->body.in(base);
}

Parser::Parser(std::size_t header_bytes_max, std::size_t body_bytes_max)
    : state_(new State{.header_bytes_max = header_bytes_max, .body_bytes_max = body_bytes_max}) {}

Parser::~Parser() = default;

Parser::Outcome Parser::advance(Buffer& buffer) {
  State& s = *state_;
  s.missing = 0;
  if (!s.grammar) {
    if (!State::skip_blank_lines(buffer)) return Outcome::kMore;
    s.grammar.emplace(s.pieces, s.header_bytes_max, s.body_bytes_max);
  }
  Outcome outcome = s.grammar->is_header_done() ? Outcome::kComplete : s.read_head(buffer);
  if (outcome == Outcome::kComplete) outcome = s.grammar->chunked() ? s.read_chunks(buffer) : s.read_sized_body(buffer);
  if (outcome == Outcome::kComplete) s.describe(buffer.data());
  return outcome;
}

void Parser::reset() {
  state_->grammar.reset();
  state_->parsed = 0;
}

bool Parser::started() const {
  return state_->grammar.has_value();
}

bool Parser::expects_continue() const {
  return state_->grammar && state_->grammar->is_header_done() && state_->grammar->expects_continue;
}

std::size_t Parser::bytes_missing() const {
  return state_->missing;
}
const Request& Parser::request() const {
  return state_->request;
}
std::size_t Parser::wire_bytes() const {
  return state_->parsed;
}
bool Parser::keep_alive() const {
  return state_->grammar->keep_alive_asked;
}
bool Parser::http_1_0() const {
  return state_->grammar && state_->grammar->http_1_0;
}
const Refusal& Parser::refusal() const {
  return state_->refusal;
}

const Request* Parser::known(const Buffer& buffer) {
  State& s = *state_;
  if (!s.grammar || s.grammar->path.size == 0) return nullptr;
  s.describe(buffer.view().data());
  s.request.body = {};
  return &s.request;
}

}  // namespace jeton::net::http
