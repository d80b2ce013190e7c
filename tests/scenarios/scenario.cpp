#include "scenarios/scenario.hpp"

#include <fmt/format.h>

#include <sstream>
#include <stdexcept>

#include "base/strings.hpp"
#include "base/time_text.hpp"

namespace jeton::scenarios {
namespace {

using Words = std::vector<std::string>;

Words words_of(std::string_view text) {
  std::istringstream in{std::string(text)};
  Words words;
  for (std::string word; in >> word;) words.push_back(std::move(word));
  return words;
}

// The word behind `key`; empty when it is not there.
std::string behind(const Words& words, std::string_view key) {
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i] == key) return words[i + 1];
  }
  return {};
}

std::vector<std::string> consumers_of(const Words& words) {
  std::vector<std::string> out;
  const std::string list = behind(words, "to");
  if (list == "all") return out;
  for (const std::string_view name : base::split(list, ',')) out.emplace_back(name);
  return out;
}

Speaker::Use use_of(const Words& words, std::string target) {
  return {.provider = behind(words, "of"), .target = std::move(target), .scope = behind(words, "scope")};
}

class Teller {
 public:
  explicit Teller(Speaker& speaker) : speaker_(speaker) {}

  std::string act(const Words& words) {
    const std::string& caller = words.at(0);
    const std::string& verb = words.at(1);
    if (verb == "grants") return speaker_.grant(caller, grant_of(words, caller));
    if (verb == "dictates") return speaker_.dictate(caller, grant_of(words, behind(words, "of")));
    if (verb == "revokes") return speaker_.revoke(caller, words.at(2));
    if (verb == "looks") return speaker_.look_up(caller, behind(words, "up"));
    if (verb == "asks") return speaker_.may_use(caller, use_of(words, words.at(2)));
    if (verb == "verifies") return speaker_.verify(caller, named(words.at(2)));
    if (verb == "registers") return speaker_.register_key(caller, behind(words, "key"));
    if (verb == "unregisters") return speaker_.unregister_key(caller);
    if (verb == "counts") return speaker_.count_policies(caller, behind(words, "of"));
    if (verb == "generates") {
      Token token = speaker_.generate(caller, words.at(3), use_of(words, behind(words, "for")));
      tokens_[words.at(2)] = token.text;
      return token.outcome;
    }
    throw std::runtime_error(fmt::format("nobody knows how one {}", verb));
  }

 private:
  static Speaker::Grant grant_of(const Words& words, std::string provider) {
    return {.provider = std::move(provider),
            .target = words.at(2),
            .consumers = consumers_of(words),
            .scope = behind(words, "scope")};
  }
  // A name that no token has stands for itself: a token that nobody issued.
  std::string named(const std::string& name) const {
    const auto found = tokens_.find(name);
    return found == tokens_.end() ? name : found->second;
  }

  Speaker& speaker_;
  std::map<std::string, std::string> tokens_;
};

}  // namespace

std::vector<Step> tell(std::string_view story, Speaker& speaker) {
  std::vector<Step> steps;
  Teller teller(speaker);
  std::size_t number = 0;
  for (std::string_view line : base::split(story, '\n')) {
    ++number;
    line = base::trim(line.substr(0, line.find('#')));
    if (line.empty()) continue;
    if (line.starts_with("wait ")) {
      const auto duration = base::parse_duration(line.substr(5));
      if (!duration) throw std::runtime_error(fmt::format("line {}: how long?", number));
      speaker.clock().advance(*duration);
      continue;
    }
    const std::size_t arrow = line.find("=>");
    if (arrow == std::string_view::npos) throw std::runtime_error(fmt::format("line {}: what comes of it?", number));
    Step step{.line = number,
              .text = std::string(base::trim(line.substr(0, arrow))),
              .expected = std::string(base::trim(line.substr(arrow + 2))),
              .came = {}};
    step.came = teller.act(words_of(step.text));
    steps.push_back(std::move(step));
  }
  return steps;
}

}  // namespace jeton::scenarios
