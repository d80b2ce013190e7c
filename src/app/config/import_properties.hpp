// Settings of JVM programs as people keep them: properties files, and NAME=VALUE lines for the environment of a
// container. Both may stand in one file. Pure.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace jeton::config {

struct Property {
  std::size_t line = 0;  ///< counts from 1; where it begins
  std::string name;
  std::string value;           ///< UTF-8, blanks at its end kept as the original keeps them
  bool has_value = false;      ///< a separator stood behind the name; what has none may be no name at all
  bool was_in_quotes = false;  ///< of a variable: a pair of quotes around the value was taken off
};

/// In file order, a repeated name each time. Properties are read as java.util.Properties reads them: comments with #
/// and
/// !, `=`, `:` or a blank behind the name, lines continued by a backslash, escapes. A line of a variable, upper-case
/// name and `=` with or without `export` before it, is taken literally. Bytes that are no UTF-8 count as ISO 8859-1.
/// kInvalid, with the line and never its text, for a broken \u escape.
base::Result<std::vector<Property>> read_properties(std::string_view text);

}  // namespace jeton::config
