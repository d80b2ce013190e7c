#include <fmt/format.h>

#include "base/limits.hpp"
#include "base/strings.hpp"
#include "net/mqtt/client.hpp"

namespace jeton::net::mqtt {

base::Status check_topic(std::string_view topic) {
  if (topic.empty()) return base::failure(base::invalid("the topic is empty"));
  if (topic.size() > base::limits::kMqttTopicBytesMax) {
    return base::failure(base::invalid(fmt::format("the topic has {} bytes; at most {} are possible", topic.size(),
                                                   base::limits::kMqttTopicBytesMax)));
  }
  if (topic.find_first_of(std::string_view("+#\0", 3)) != std::string_view::npos)
    return base::failure(base::invalid("the topic has +, # or U+0000 in it; only a subscription may have wildcards"));
  if (!base::is_utf8(topic)) return base::failure(base::invalid("the topic is not UTF-8"));
  return {};
}

}  // namespace jeton::net::mqtt
