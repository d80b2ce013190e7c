#include "net/redis/resp.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

#include "base/strings.hpp"

namespace jeton::net::redis {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::size_t kItemsReservedMax = 1'024;  // a list is believed to be so long before its items are there
constexpr std::size_t kFormatBytes = 4;           // of a verbatim text: "txt:"
constexpr std::size_t kReadBytesKeptMax = 64UL * 1024;
constexpr std::string_view kTooLarge = "an answer that is larger than is taken";
constexpr std::string_view kTooMany = "an answer of more values than are taken";

std::optional<std::int64_t> integer_of(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || code != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool is_floating_point(std::string_view text) {
  double number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  return !text.empty() && code != std::errc::invalid_argument && end == text.data() + text.size();
}

bool is_big_number(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

Value text_value(Value::Kind kind, std::string_view text) {
  return {.kind = kind, .text = std::string(text)};
}

}  // namespace

std::string_view Value::error_word() const {
  const std::string_view all = text;
  return is_error() ? all.substr(0, all.find(' ')) : std::string_view{};
}

base::Result<std::optional<Value>> Parser::next() {
  Step done = failure_.empty() ? Step::kMore : Step::kFailed;
  while (done == Step::kMore) done = step();
  forget_read_bytes();
  if (done == Step::kFailed) return base::failure(base::invalid(failure_));
  if (done == Step::kNeedsBytes) return std::nullopt;
  taken_ = 0;
  items_ = 0;
  return std::exchange(whole_, std::nullopt);
}

Parser::Step Parser::step() {
  if (bulk_) return take_bulk();
  const auto read = line();
  if (!read) return failure_.empty() ? Step::kNeedsBytes : Step::kFailed;
  if (read->empty()) return fail("an empty line where a value begins");
  return begin(read->front(), read->substr(1));
}

// The next line without its end; it is counted as read.
std::optional<std::string_view> Parser::line() {
  const std::size_t end = buffer_.find(kLineEnd, std::max(at_, searched_));
  const std::size_t bytes = (end == std::string::npos ? buffer_.size() : end) - at_;
  if (bytes > limits_.line_bytes_max) {
    fail(fmt::format("a line of more than {} bytes", limits_.line_bytes_max));
    return std::nullopt;
  }
  if (end == std::string::npos) {
    searched_ = buffer_.size() > at_ ? buffer_.size() - 1 : at_;  // its last byte may be half of an end
    return std::nullopt;
  }
  taken_ += bytes + kLineEnd.size();
  if (taken_ > limits_.bytes_max) {
    fail(kTooLarge);
    return std::nullopt;
  }
  const std::string_view read = std::string_view(buffer_).substr(at_, bytes);
  at_ = end + kLineEnd.size();
  return read;
}

Parser::Step Parser::begin(char type, std::string_view rest) {
  using enum Value::Kind;
  switch (type) {
    case '+':
      return add(text_value(kText, rest));
    case '-':
      return add(text_value(kError, rest));
    case ':': {
      const auto number = integer_of(rest);
      if (!number) return fail("a broken whole number");
      return add({.kind = kInteger, .integer = *number});
    }
    case '_':
      return rest.empty() ? add({}) : fail("a null with something behind it");
    case '#':
      if (rest != "t" && rest != "f") return fail("a boolean that is neither t nor f");
      return add({.kind = kBoolean, .integer = rest == "t" ? 1 : 0});
    case ',':
      return is_floating_point(rest) ? add(text_value(kNumber, rest)) : fail("a broken floating point number");
    case '(':
      return is_big_number(rest) ? add(text_value(kNumber, rest)) : fail("a broken big number");
    case '$':
    case '!':
    case '=':
      return begin_bulk(type, rest);
    case '*':
    case '~':
    case '%':
    case '>':
    case '|':
      return begin_items(type, rest);
    default:
      return fail(fmt::format("a value of the unknown type {}", base::shown(std::string_view(&type, 1))));
  }
}

// -1: none. Absent, and it has failed: no length, or above `most`.
std::optional<std::int64_t> Parser::length(std::string_view digits, std::size_t most) {
  const auto number = integer_of(digits);
  if (!number || *number < -1) {
    fail("a broken length");
  } else if (*number > 0 && static_cast<std::uint64_t>(*number) > most) {
    fail(kTooLarge);
  } else {
    return number;
  }
  return std::nullopt;
}

Parser::Step Parser::begin_bulk(char type, std::string_view rest) {
  const auto bytes = length(rest, limits_.bytes_max - std::min(limits_.bytes_max, taken_));
  if (!bytes) return Step::kFailed;
  if (*bytes < 0) return type == '$' ? add({}) : fail("a broken length");
  if (type == '=' && static_cast<std::size_t>(*bytes) < kFormatBytes) return fail("a verbatim text without a format");
  bulk_ = Bulk{type, static_cast<std::size_t>(*bytes)};
  return Step::kMore;
}

Parser::Step Parser::take_bulk() {
  const std::size_t needed = bulk_->bytes + kLineEnd.size();
  if (buffer_.size() - at_ < needed) return Step::kNeedsBytes;
  std::string_view text = std::string_view(buffer_).substr(at_, needed);
  if (!text.ends_with(kLineEnd)) return fail("a text that is not as long as was said");
  text.remove_suffix(kLineEnd.size());
  const Bulk bulk = *std::exchange(bulk_, std::nullopt);
  if (bulk.type == '=') text.remove_prefix(kFormatBytes);
  Value value = text_value(bulk.type == '!' ? Value::Kind::kError : Value::Kind::kText, text);
  at_ += needed;
  taken_ += needed;
  return add(std::move(value));
}

Parser::Step Parser::begin_items(char type, std::string_view rest) {
  const bool pairs = type == '%' || type == '|';
  const std::size_t room = limits_.items_max - std::min(limits_.items_max, items_);
  const auto count = length(rest, pairs ? room / 2 : room);
  if (!count) return Step::kFailed;
  if (*count < 0) return type == '*' ? add({}) : fail("a broken length");
  Open open;
  open.value.kind = type == '%' ? Value::Kind::kMap : type == '>' ? Value::Kind::kPush : Value::Kind::kList;
  open.missing = static_cast<std::size_t>(*count) * (pairs ? 2 : 1);
  open.attribute = type == '|';
  if (open.missing == 0) return open.attribute ? Step::kMore : add(std::move(open.value));
  if (open_.size() == limits_.depth_max) return fail(fmt::format("lists nested more than {} deep", limits_.depth_max));
  if (++items_ > limits_.items_max) return fail(kTooMany);
  open.value.items.reserve(std::min(open.missing, kItemsReservedMax));
  open_.push_back(std::move(open));
  return Step::kMore;
}

// To the innermost list, and that to the one around it when it is complete.
Parser::Step Parser::add(Value value) {
  if (++items_ > limits_.items_max) return fail(kTooMany);
  for (;;) {
    if (open_.empty()) {
      whole_ = std::move(value);
      return Step::kWhole;
    }
    Open& open = open_.back();
    open.value.items.push_back(std::move(value));
    if (--open.missing > 0) return Step::kMore;
    const bool attribute = open.attribute;
    value = std::move(open.value);
    open_.pop_back();
    if (attribute) return Step::kMore;  // what it is about follows
  }
}

Parser::Step Parser::fail(std::string_view why) {
  failure_ = fmt::format("this is not the protocol of Redis: {}", why);
  return Step::kFailed;
}

void Parser::forget_read_bytes() {
  if (at_ < buffer_.size() && at_ < kReadBytesKeptMax) return;
  buffer_.erase(0, at_);
  searched_ -= std::min(searched_, at_);
  at_ = 0;
  if (buffer_.empty() && buffer_.capacity() > kReadBytesKeptMax) buffer_.shrink_to_fit();
}

void append_command(std::string& out, std::span<const std::string> words) {
  fmt::format_to(std::back_inserter(out), "*{}\r\n", words.size());
  for (const std::string& word : words) fmt::format_to(std::back_inserter(out), "${}\r\n{}\r\n", word.size(), word);
}

}  // namespace jeton::net::redis
