#include "api/openapi/assets.hpp"

// Put there by cmake/embed.cmake.
extern "C" {
extern const char kJetonAssetDocsPageBegin[];
extern const char kJetonAssetDocsPageEnd[];
extern const char kJetonAssetDocsScriptBegin[];
extern const char kJetonAssetDocsScriptEnd[];
}

namespace jeton::api::openapi {

std::string_view docs_page() {
  return {kJetonAssetDocsPageBegin, kJetonAssetDocsPageEnd};
}

std::string_view docs_script() {
  return {kJetonAssetDocsScriptBegin, kJetonAssetDocsScriptEnd};
}

}  // namespace jeton::api::openapi
