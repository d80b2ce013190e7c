#include "authorization/metadata_expression.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <string>

#include "base/strings.hpp"

namespace jeton::authorization {
namespace {

using base::failure;
using base::Result;
using base::shown;

// Escapes that RE2 accepts with another meaning than Java's. What it does not know it refuses by itself.
constexpr std::string_view kOtherEscapes = "0123456789CvK";

// Finds what RE2 would take for something else than Java does; returns how to name it, or nothing.
class Review {
 public:
  explicit Review(std::string_view text) : rest_(text) {}

  std::string_view finding() {
    while (!rest_.empty()) {
      const std::string_view found = in_class_ ? inside_class() : outside_class();
      if (!found.empty()) return found;
    }
    return {};
  }

 private:
  void take(std::size_t count) { rest_.remove_prefix(std::min(count, rest_.size())); }

  std::string_view escape() {
    const char c = rest_.size() > 1 ? rest_[1] : '\0';
    if (c == 'Q') {  // quoted to \E or the end
      const std::size_t end = rest_.find("\\E", 2);
      take(end == std::string_view::npos ? rest_.size() : end + 2);
      return {};
    }
    if (kOtherEscapes.contains(c)) return "a back-reference, an octal or another escape that is not supported";
    take(2);
    if (c == 'b' && rest_.starts_with('{')) return "a \\b{..} escape, which is not supported";
    return {};
  }

  std::string_view outside_class() {
    if (rest_.front() == '\\') return escape();
    if (rest_.front() == '[') {
      in_class_ = true;
      take(rest_.starts_with("[^") ? 2 : 1);
      if (rest_.starts_with(']')) take(1);  // literal when it is first
      return {};
    }
    if (rest_.starts_with("(?")) {
      const std::string_view group = rest_.substr(2);
      if (group.starts_with('P') || group.starts_with('<'))
        return "a named group or a look-behind, which is not supported";
      const std::string_view flags = group.substr(0, group.find_first_not_of("imsUudx-"));
      if (flags.contains('U')) return "the flag U, which is not supported";
    }
    take(1);
    return {};
  }

  std::string_view inside_class() {
    if (rest_.front() == '\\') return escape();
    if (rest_.front() == '[') return "a class within a class, which is not supported";
    if (rest_.starts_with("&&")) return "a class intersection (&&), which is not supported";
    if (rest_.front() == ']') in_class_ = false;
    take(1);
    return {};
  }

  std::string_view rest_;
  bool in_class_ = false;
};

re2::RE2::Options options() {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(static_cast<std::int64_t>(MetadataExpression::kCompiledBytesMax));
  options.set_never_capture(true);
  return options;
}

}  // namespace

Result<MetadataExpression> MetadataExpression::compile(std::string_view text) {
  const auto refuse = [&](std::string_view reason) {
    return failure(base::invalid(fmt::format("the regular expression {} cannot be used: {}", shown(text), reason)));
  };
  if (text.size() > kTextBytesMax) return refuse(fmt::format("it has more than {} bytes", kTextBytesMax));
  if (const std::string_view found = Review(text).finding(); !found.empty())
    return refuse(fmt::format("it has {}", found));
  auto compiled = std::make_shared<const re2::RE2>(re2::StringPiece(text.data(), text.size()), options());
  if (!compiled->ok()) return refuse(compiled->error());
  return MetadataExpression(std::move(compiled));
}

bool MetadataExpression::matches(std::string_view text) const {
  return re2::RE2::FullMatch(re2::StringPiece(text.data(), text.size()), *compiled_);
}

}  // namespace jeton::authorization
