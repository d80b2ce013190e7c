// A story in lines, and whoever can tell it to the server. A line is a caller, what it does, and what comes of it:
//
//   BoilerPlant grants boilerStatus to HvacGateway => created
//   HvacGateway generates t1 TIME_LIMITED for boilerStatus of BoilerPlant => issued
//   wait 61s
//   BoilerPlant verifies t1 => not good
//
// The same story is told to the use-cases, over HTTP and over MQTT, and must end the same. `#` begins a comment.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace jeton::scenarios {

struct Token {
  std::string text;
  std::string outcome;
};

/// One way into a server of its own. What comes of an action is a word or two: created, unchanged, done, nothing, yes,
/// no, issued, "good CONSUMER TARGET", "not good", a number; or an error's code: invalid, forbidden, conflict,
/// unauthenticated, not found.
class Speaker {
 public:
  struct Grant {
    std::string provider;
    std::string target;
    std::vector<std::string> consumers;  ///< empty: everybody
    std::string scope;                   ///< empty: the rule is the default, else nobody's but in this scope
  };
  struct Use {
    std::string provider;
    std::string target;
    std::string scope;
  };

  virtual ~Speaker() = default;
  virtual base::ManualClock& clock() = 0;
  virtual std::string grant(const std::string& caller, const Grant& grant) = 0;
  virtual std::string revoke(const std::string& caller, const std::string& target) = 0;
  virtual std::string look_up(const std::string& caller, const std::string& target) = 0;
  virtual std::string may_use(const std::string& caller, const Use& use) = 0;
  virtual Token generate(const std::string& caller, const std::string& variant, const Use& use) = 0;
  virtual std::string verify(const std::string& caller, const std::string& token) = 0;
  virtual std::string register_key(const std::string& caller, const std::string& key) = 0;
  virtual std::string unregister_key(const std::string& caller) = 0;
  virtual std::string dictate(const std::string& caller, const Grant& grant) = 0;  ///< on management level
  virtual std::string count_policies(const std::string& caller, const std::string& provider) = 0;
};

std::unique_ptr<Speaker> make_use_case_speaker();
std::unique_ptr<Speaker> make_http_speaker();
std::unique_ptr<Speaker> make_mqtt_speaker();

struct Step {
  std::size_t line = 0;
  std::string text;
  std::string expected;
  std::string came;  ///< what came of it
};

/// Tells the story. Throws std::runtime_error, with the line, for one that cannot be read.
std::vector<Step> tell(std::string_view story, Speaker& speaker);

}  // namespace jeton::scenarios
