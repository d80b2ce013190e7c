// docs/configuration.md, written by the table.
#pragma once
#include <string>

namespace jeton::config {

/// The whole page as Markdown. The committed file equals it.
std::string configuration_page();

}  // namespace jeton::config
