#include "api/openapi/assets.hpp"

// Put there by cmake/embed.cmake.
extern "C" {
extern const char jeton_asset_docs_page_begin[];
extern const char jeton_asset_docs_page_end[];
extern const char jeton_asset_docs_script_begin[];
extern const char jeton_asset_docs_script_end[];
}

namespace jeton::api::openapi {

std::string_view docs_page() {
  return {jeton_asset_docs_page_begin, jeton_asset_docs_page_end};
}

std::string_view docs_script() {
  return {jeton_asset_docs_script_begin, jeton_asset_docs_script_end};
}

}  // namespace jeton::api::openapi
