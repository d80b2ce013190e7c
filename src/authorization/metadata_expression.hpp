// The regular expressions of metadata requirements: written for Java, run by RE2 in linear time
// (arrowhead-authorization 7.4, Q15).
#pragma once
#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>

#include "base/result.hpp"

namespace re2 {
class RE2;
}

namespace jeton::authorization {

/// A compiled expression. Matching is thread-safe, takes time linear in the text and bounded memory.
///
/// What both engines understand alike is taken; what RE2 lacks or would read differently is refused, never guessed at:
/// look-around, back-references, named, atomic and possessive groups, the flags x, d, u and U, class intersection (&&)
/// and nested classes, octal escapes, the escapes \C \G \K \N \R \X \Z \b{..} \c \e \h \k \u \v and \p{..} other than
/// Unicode categories and scripts (\pL, \p{Lu}, \p{Greek}), repetitions past 1000. Three differences remain: '.'
/// excludes only the line feed, \s does not hold the vertical tab, and the flag i reaches beyond ASCII.
class MetadataExpression {
 public:
  static constexpr std::size_t kTextBytesMax = 1'024;
  static constexpr std::size_t kCompiledBytesMax = 512 * 1'024;

  /// kInvalid, with the reason, for an expression that is wrong, unsupported or past a bound.
  static base::Result<MetadataExpression> compile(std::string_view text);

  /// Whether the whole text matches.
  bool matches(std::string_view text) const;

 private:
  explicit MetadataExpression(std::shared_ptr<const re2::RE2> compiled) : compiled_(std::move(compiled)) {}

  std::shared_ptr<const re2::RE2> compiled_;
};

}  // namespace jeton::authorization
