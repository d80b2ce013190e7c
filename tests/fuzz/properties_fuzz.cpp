// Any text as a properties file to be imported: refused, or turned into a configuration that can be read; never a
// crash.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "app/config/document.hpp"
#include "app/config/import_arrowhead.hpp"
#include "app/config/import_message_queue.hpp"

namespace {

void check(const jeton::base::Result<jeton::config::ImportedConfig>& imported) {
  if (imported && imported->yaml.size() <= jeton::config::kFileBytesMax &&
      !jeton::config::read_document(imported->yaml).findings.empty()) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check(jeton::config::import_message_queue(text));
  check(jeton::config::import_arrowhead(text));
  return 0;
}
