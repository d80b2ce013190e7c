#include "identity/credentials.hpp"

#include "base/strings.hpp"

namespace jeton::identity {
namespace {

constexpr std::string_view kScheme = "Bearer";
constexpr std::string_view kDivider = "//";

}  // namespace

Credentials credentials_of_header(std::string_view value) {
  const std::string_view text = base::trim(value);
  if (text.empty()) return {};
  const std::size_t blank = text.find(' ');
  const bool two_words = blank != std::string_view::npos && text.find(' ', blank + 1) == std::string_view::npos;
  if (!two_words || text.substr(0, blank) != kScheme) return {.form = Credentials::Form::kUnreadable};
  return {.form = Credentials::Form::kKey, .key = text.substr(blank + 1)};
}

Credentials credentials_of_text(std::string_view text) {
  if (base::is_blank(text)) return {};
  return {.form = Credentials::Form::kKey, .key = text};
}

KeyPieces key_pieces(std::string_view key) {
  KeyPieces pieces;
  std::size_t read = 0;  // pieces, empty ones included
  for (std::string_view rest = key;;) {
    const std::size_t end = rest.find(kDivider);
    const std::string_view piece = rest.substr(0, end);
    if (read < KeyPieces::kMax) pieces.piece[read] = piece;
    ++read;
    if (!piece.empty()) pieces.count = read;
    if (end == std::string_view::npos) return pieces;
    rest.remove_prefix(end + kDivider.size());
  }
}

}  // namespace jeton::identity
