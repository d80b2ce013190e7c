// Any text as a properties file to be imported: read, turned into a configuration, or refused; never a crash.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "app/config/import_arrowhead.hpp"
#include "app/config/import_message_queue.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)jeton::config::import_message_queue(text);
  (void)jeton::config::import_arrowhead(text);
  return 0;
}
