// Texts of metadata, compared and measured as Java does it (arrowhead-authorization 7.4). Pure.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace jeton::authorization {

/// For comparing without regard to case: small letters for capitals of ASCII, Latin-1, Latin Extended-A, Greek and
/// Cyrillic, one for one (the final sigma counts as a sigma); all else stays. Letters that Java folds beyond these
/// scripts are told apart. What is not UTF-8 stays as it is.
std::string fold_case(std::string_view text);

/// The length of a UTF-8 text as Java counts it: UTF-16 code units.
std::size_t utf16_length(std::string_view text);

}  // namespace jeton::authorization
