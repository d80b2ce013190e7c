#include "app/config/spring_map.hpp"

#include "base/strings.hpp"

namespace jeton::config {
namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

// What is left of the text, taken from its front.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool take(char wanted) {
    rest_ = base::trim(rest_);
    if (!rest_.starts_with(wanted)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  std::optional<std::string> take_text() {
    rest_ = base::trim(rest_);
    if (rest_.starts_with('\'') || rest_.starts_with('"')) return take_quoted(rest_.front());
    std::size_t size = 0;
    while (size < rest_.size() && is_word(rest_[size])) ++size;
    if (size == 0) return std::nullopt;
    std::string word(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return word;
  }

  bool at_end() const { return base::trim(rest_).empty(); }

 private:
  std::optional<std::string> take_quoted(char quote) {
    rest_.remove_prefix(1);
    std::string text;
    while (true) {
      const std::size_t end = rest_.find(quote);
      if (end == std::string_view::npos) return std::nullopt;
      text += rest_.substr(0, end);
      rest_.remove_prefix(end + 1);
      if (!rest_.starts_with(quote)) return text;
      text += quote;
      rest_.remove_prefix(1);
    }
  }

  std::string_view rest_;
};

}  // namespace

std::optional<TextByName> read_spring_map(std::string_view text) {
  Scanner scanner(text);
  TextByName members;
  if (!scanner.take('{')) return std::nullopt;
  if (scanner.take('}')) return scanner.at_end() ? std::optional(members) : std::nullopt;
  do {
    auto name = scanner.take_text();
    if (!name || !scanner.take(':')) return std::nullopt;
    auto value = scanner.take_text();
    if (!value || members.size() >= kListItemsMax) return std::nullopt;
    members.emplace_back(*std::move(name), *std::move(value));
  } while (scanner.take(','));
  return scanner.take('}') && scanner.at_end() ? std::optional(std::move(members)) : std::nullopt;
}

}  // namespace jeton::config
