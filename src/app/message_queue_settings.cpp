#include "app/message_queue_settings.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/config/import_message_queue.hpp"
#include "base/enum_text.hpp"
#include "base/strings.hpp"

namespace jeton::app {
namespace {

base::json::Members<std::string> defaults() {
  return {{"message-queue.redis.endpoint", "127.0.0.1"},
          {"message-queue.redis.master-name", "mymaster"},
          {"message-queue.redis.mode", "STANDALONE"},
          {"message-queue.redis.prefix", ""},
          {"message-queue.restriction-mode", "NONE"},
          {"message-queue.storage-medium", "IN_MEMORY"},
          {"spring.data.mongodb.database", ""},
          {"spring.data.mongodb.host", ""},
          {"spring.data.mongodb.port", ""},
          {"spring.data.mongodb.uri", ""},
          {"spring.data.mongodb.username", ""},
          {"spring.datasource.url", ""},
          {"spring.datasource.username", ""}};
}

}  // namespace

base::Result<base::json::Members<std::string>> message_queue_settings(const config::Queues& config) {
  auto settings = defaults();
  for (const std::string& reported : config.reported_settings) {
    const std::size_t equals = reported.find('=');
    const std::string_view key = std::string_view(reported).substr(0, equals);
    const auto known = std::ranges::find(settings, key, &std::pair<std::string, std::string>::first);
    if (equals == std::string::npos || known == settings.end()) {
      return base::failure(base::invalid(
          fmt::format(
              "queues.reported-settings: {} is not one of the original's thirteen settings with a value, such as "
              "message-queue.redis.prefix=app",
              base::shown(key)),
          "queues.reported-settings"));
    }
    known->second = config::without_credentials(reported.substr(equals + 1));
  }
  const auto mode =
      std::ranges::find(settings, "message-queue.restriction-mode", &std::pair<std::string, std::string>::first);
  mode->second = base::enum_text(config.restriction_mode);
  return settings;
}

}  // namespace jeton::app
