// How texts look on a terminal.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace jeton::cli {

/// Columns that a UTF-8 text takes: none for combining marks, two for East Asian wide letters and most emoji, one for
/// the rest.
std::size_t display_width(std::string_view text);

/// The text with everything that could move the cursor or colour the screen written as \xHH: a server's words are not
/// trusted.
std::string printable(std::string_view text);

}  // namespace jeton::cli
