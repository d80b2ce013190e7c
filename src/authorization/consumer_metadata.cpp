#include "authorization/consumer_metadata.hpp"

#include "base/log.hpp"

namespace jeton::authorization {

ConsumerMetadata::Found NoConsumerMetadata::fetch(std::string_view system) {
  if (!told_.exchange(true)) {
    base::log::warn("authorization",
                    "a policy asks for the metadata of a consumer, but no source of metadata is configured: such "
                    "policies admit nobody",
                    {{"consumer", system}});
  }
  return {};
}

}  // namespace jeton::authorization
