// What the verbs of queues send and read (message-queue 2).
#pragma once
#include <boost/describe/class.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/json/types.hpp"

namespace jeton::cli::wire {

struct QueueEntry {
  std::string sub_queue;
  base::json::Raw payload;
  std::optional<std::string> assigned_to;
  std::optional<std::string> uuid;
};

struct QueueMessage {
  std::optional<std::string> assigned_to;
  base::json::Raw payload;
  std::string sub_queue;
  std::string uuid;
};

struct QueueMessageAnswer {
  QueueMessage message;
};
struct QueueMessagesAnswer {
  std::vector<QueueMessage> messages;
};
struct QueueKeysAnswer {
  std::vector<std::string> keys;
};
struct QueueOwnersAnswer {
  base::json::Members<std::vector<std::string>> owners;
};
struct QueueDeletedAnswer {
  std::vector<std::string> deleted;
};
struct QueueTokenAnswer {
  std::string token;
};

BOOST_DESCRIBE_STRUCT(QueueEntry, (), (sub_queue, payload, assigned_to, uuid))
BOOST_DESCRIBE_STRUCT(QueueMessage, (), (assigned_to, payload, sub_queue, uuid))
BOOST_DESCRIBE_STRUCT(QueueMessageAnswer, (), (message))
BOOST_DESCRIBE_STRUCT(QueueMessagesAnswer, (), (messages))
BOOST_DESCRIBE_STRUCT(QueueKeysAnswer, (), (keys))
BOOST_DESCRIBE_STRUCT(QueueOwnersAnswer, (), (owners))
BOOST_DESCRIBE_STRUCT(QueueDeletedAnswer, (), (deleted))
BOOST_DESCRIBE_STRUCT(QueueTokenAnswer, (), (token))

}  // namespace jeton::cli::wire
