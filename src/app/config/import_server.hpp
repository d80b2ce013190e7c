// Settings of Spring's own server, which importers of several systems read: where it listens, and its key store.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "app/config/import_settings.hpp"

namespace jeton::config {

/// server.address and server.port as http.listen. `is_guarded`: the rest of the configuration lets other machines reach
/// the server without --insecure.
void import_listener(ImportSettings& settings, std::string_view default_port, bool is_guarded);

/// HOST:PORT, an IPv6 address in brackets.
std::string joined(std::string_view host, std::string_view port);

/// server.ssl.key-store with its password and type as http.tls.pkcs12. Its path, or nullopt when there is none or, said
/// in a note, it cannot be taken over.
std::optional<std::string> import_key_store(ImportSettings& settings);

/// The path of a file that a setting names with or without `file:`; nullopt, with a note, when it is inside the
/// program.
std::optional<std::string> path_of(ImportSettings& settings, const Property& property, std::string_view instead);

/// A word for a shell, in quotes where it needs them.
std::string shell_word(std::string_view text);

}  // namespace jeton::config
