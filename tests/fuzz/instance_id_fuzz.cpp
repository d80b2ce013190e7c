// An accepted instance id is settled: written again it is read as itself, in either mode.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "authorization/instance_id_rules.hpp"

namespace {

using jeton::authorization::parse_instance_id;
using jeton::model::NormalizationMode;
using jeton::model::Normalizer;

void check(std::string_view text, const Normalizer& names) {
  const auto id = parse_instance_id(text, names);
  if (!id) return;
  const std::string written = jeton::model::instance_id(id->level, id->target);
  const auto again = parse_instance_id(written, Normalizer(NormalizationMode::kSimple));
  if (!again || *again != *id) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  check(text, Normalizer(NormalizationMode::kExtended));
  check(text, Normalizer(NormalizationMode::kSimple));
  return 0;
}
