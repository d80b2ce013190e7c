// Maps in the settings of Spring programs. Pure.
#pragma once
#include <optional>
#include <string_view>

#include "app/config/values.hpp"

namespace jeton::config {

/// `{'name':'value', other: "v"}`, an inline map of Spring's expression language: texts in single or double quotes, a
/// quote in one doubled, or names and numbers without quotes. In the order of the text, a repeated name each time;
/// nullopt when it is anything else, or has more than kListItemsMax members.
std::optional<TextByName> read_spring_map(std::string_view text);

}  // namespace jeton::config
