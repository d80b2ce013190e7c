// BARE strings, in which the messages about leases came over Ockam's transport (token-lease 1.1.1). Pure.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace jeton::api::leases {

/// The text behind a length in unsigned LEB128; what is behind the text is nobody's affair. nullopt when the length has
/// no end, is more than 64 bits or more than there is, or the text is no UTF-8. A view into `bytes`.
std::optional<std::string_view> read_bare_string(std::string_view bytes);

void append_bare_string(std::string& out, std::string_view text);

}  // namespace jeton::api::leases
