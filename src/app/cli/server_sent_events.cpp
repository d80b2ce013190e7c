#include "app/cli/server_sent_events.hpp"

#include <algorithm>
#include <charconv>

namespace jeton::cli {

bool ServerSentEvents::feed(std::string_view bytes, const OnEvent& on_event) {
  for (const char c : bytes) {
    const bool second_half = after_return_ && c == '\n';
    after_return_ = c == '\r';
    if (second_half) continue;
    if (c == '\n' || c == '\r') {
      if (!end_line(on_event)) return false;
      continue;
    }
    if (line_.size() + data_.size() >= kEventBytesMax) return false;
    line_ += c;
  }
  return true;
}

void ServerSentEvents::restart() {
  line_.clear();
  after_return_ = false;
  first_line_ = true;
  id_ = last_id_;
  name_.clear();
  data_.clear();
  has_data_ = false;
}

bool ServerSentEvents::end_line(const OnEvent& on_event) {
  std::string_view line = line_;
  if (first_line_ && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
  first_line_ = false;
  bool more = true;
  if (line.empty()) {
    more = dispatch(on_event);
  } else if (line.front() != ':') {
    const std::size_t colon = line.find(':');
    std::string_view value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    take_field(line.substr(0, colon), value);
  }
  line_.clear();
  return more;
}

void ServerSentEvents::take_field(std::string_view name, std::string_view value) {
  if (name == "data") {
    if (has_data_) data_ += '\n';
    data_ += value;
    has_data_ = true;
  } else if (name == "event") {
    name_ = value;
  } else if (name == "id") {
    if (value.find('\0') == std::string_view::npos) id_ = value;
  } else if (name == "retry") {
    std::uint32_t milliseconds = 0;
    const auto [end, code] = std::from_chars(value.data(), value.data() + value.size(), milliseconds);
    if (code == std::errc() && end == value.data() + value.size()) retry_ = std::chrono::milliseconds(milliseconds);
  }
}

bool ServerSentEvents::dispatch(const OnEvent& on_event) {
  last_id_ = id_;
  bool more = true;
  if (has_data_) more = on_event({.id = id_, .name = name_.empty() ? "message" : name_, .data = data_});
  name_.clear();
  data_.clear();
  has_data_ = false;
  return more;
}

}  // namespace jeton::cli
