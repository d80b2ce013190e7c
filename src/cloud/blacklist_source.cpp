#include "cloud/blacklist_source.hpp"

#include <fmt/format.h>

#include "base/strings.hpp"
#include "cloud/error_answer.hpp"

namespace jeton::cloud {
namespace {

constexpr std::string_view kService = "blacklistDiscovery";

}  // namespace

base::Result<bool> BlacklistSource::is_listed(std::string_view system) {
  const auto body = neighbours_.ask({.neighbour = kBlacklist,
                                     .provider = kBlacklist,
                                     .service = kService,
                                     .operation = "check",
                                     .arguments = {system},
                                     .patience = {.stop = stop_}});
  if (!body) return base::failure(body.error());
  const std::string_view answer = base::trim(*body);
  if (answer == "true") return true;
  if (answer == "false") return false;
  neighbours_.doubt(kService);
  return base::failure(
      unusable(fmt::format("the answer of {} cannot be used: it is neither true nor false", kBlacklist)));
}

}  // namespace jeton::cloud
