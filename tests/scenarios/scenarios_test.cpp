#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "scenarios/scenario.hpp"

namespace jeton::scenarios {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> story_files() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(JETON_STORIES)) {
    if (entry.path().extension() == ".txt") names.push_back(entry.path().stem().string());
  }
  std::ranges::sort(names);
  return names;
}

std::string read(const std::string& name) {
  std::ifstream file(fs::path(JETON_STORIES) / (name + ".txt"));
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

struct Way {
  const char* name;
  std::unique_ptr<Speaker> (*make)();
};

class Scenario : public ::testing::TestWithParam<std::tuple<std::string, Way>> {};

TEST_P(Scenario, EndsAsTold) {
  const auto& [story, way] = GetParam();
  const auto speaker = way.make();
  const auto steps = tell(read(story), *speaker);
  EXPECT_GE(steps.size(), 3U) << "hardly a story";
  for (const Step& step : steps)
    EXPECT_EQ(step.came, step.expected) << story << ".txt:" << step.line << " " << step.text;
}

INSTANTIATE_TEST_SUITE_P(Stories, Scenario,
                         ::testing::Combine(::testing::ValuesIn(story_files()),
                                            ::testing::Values(Way{"UseCases", make_use_case_speaker},
                                                              Way{"Http", make_http_speaker},
                                                              Way{"Mqtt", make_mqtt_speaker})),
                         [](const auto& row) { return std::get<0>(row.param) + std::get<1>(row.param).name; });

}  // namespace
}  // namespace jeton::scenarios
