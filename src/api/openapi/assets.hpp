// The page at /docs: it and its script are in the binary, so that it works offline.
#pragma once
#include <string_view>

namespace jeton::api::openapi {

std::string_view docs_page();
/// RapiDoc (MIT), see third_party/rapidoc.
std::string_view docs_script();

}  // namespace jeton::api::openapi
