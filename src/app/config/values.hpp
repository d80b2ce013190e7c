// Text to typed value and back, for every type of the table.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/config/table.hpp"
#include "base/result.hpp"

namespace jeton::config {

/// What is shown in place of a secret that is set. Reading it back is refused, so that a printed configuration cannot
/// turn the placeholder into the secret.
inline constexpr std::string_view kHiddenValue = "(set)";
inline constexpr std::size_t kListItemsMax = 1000;

/// Reads one text into the field, of these members where it is one of a collection. Lists are written `a,b` or in
/// YAML's flow notation, `[a, "b"]`; maps `name=a,other=b` or `{name: a, other: "b,c"}`; enumerations in any letter
/// case, with `-` or `_`. On kInvalid the config is unchanged and the message says what is wrong and what would be
/// right, without the key's name and without a secret.
base::Status assign(const Field& field, std::string_view text, Config& config, Members members = {});
/// The same from the items of a list; kInvalid when the field is not a list.
base::Status assign_list(const Field& field, std::span<const std::string> items, Config& config, Members members = {});
/// The same from the pairs of a map; kInvalid when the field is not a map. Messages count pairs instead of naming
/// them: name and secret may have been mixed up.
base::Status assign_map(const Field& field, const TextByName& pairs, Config& config, Members members = {});

/// Whether unset is written `~`, because no text stands for it.
bool has_no_text_for_unset(const Field& field);

/// What the field accepts, to follow "expected", e.g. "a size from 1KiB to 64MiB, such as 512B, 64KiB or 1MiB".
std::string expected(const Field& field);
/// The type for a column of a page, e.g. "size, 1KiB to 64MiB".
std::string type_name(const Field& field);

/// The value as YAML that reads back to the same value, except that secrets are replaced by kHiddenValue.
std::string to_yaml(const Field& field, const Config& config, Members members = {});
/// A YAML double-quoted scalar on one line.
std::string quoted(std::string_view text);

/// "512B", "64KiB", "1MiB", "2GiB". kInvalid without a unit, or past 64 bits.
base::Result<std::uint64_t> parse_size(std::string_view text);
/// The shortest of the forms that parse_size reads.
std::string format_size(std::uint64_t bytes);

}  // namespace jeton::config
