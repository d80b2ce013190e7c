// Any bytes as what a service says about leased credentials: reading them must not misbehave, what is ours must be of
// our shape, and what is said to people must be fit to be shown.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/strings.hpp"
#include "leases/providers/influxdb/answers.hpp"
#include "leases/providers/influxdb/description.hpp"
#include "leases/providers/influxdb1/statements.hpp"
#include "leases/providers/label.hpp"
#include "leases/providers/problem_text.hpp"
#include "leases/providers/rabbitmq/role.hpp"

namespace {

using namespace jeton::leases;

void demand(bool holds) {
  if (!holds) std::abort();
}

void check_description(std::string_view text) {
  if (const auto mark = influxdb::read_description(text)) {
    demand(is_label(mark->label));
    // What is read and written again says the same, but for the end.
    const auto again = influxdb::read_description(influxdb::write_description(*mark, jeton::base::Instant{}));
    demand(again && again->label == mark->label && again->note == mark->note);
    demand(!influxdb::read_earlier(text));
  }
  if (const auto earlier = influxdb::read_earlier(text)) demand(earlier->owner.size() == 65);
}

void check_answers(std::string_view body) {
  if (const auto made = influxdb::read_made(body)) demand(influxdb::is_id(made->id) && !made->token.empty());
  if (const auto listed = influxdb::read_list(body)) {
    for (const auto& one : *listed) {
      demand(influxdb::is_id(one.id));
      check_description(one.description);
    }
  }
  const jeton::net::HttpClient::Response answer{404, {}, std::string(body)};
  demand(!influxdb::is_absent(answer) || influxdb::read_error(answer));
  if (const auto results = influxdb1::read_results(body, 2)) demand(results->size() == 2);
  (void)influxdb1::read_error(answer);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  check_description(input);
  check_answers(input);
  if (const auto grants = influxdb1::read_grants(input, "plant")) demand(!grants->empty());
  (void)rabbitmq::read_role(input, "/");
  const jeton::base::Secret secrets[] = {jeton::base::Secret("hush")};
  const std::string text = problem_text(input, secrets);
  demand(text.size() <= kProblemBytesMax && jeton::base::is_utf8(text) && text.find("hush") == std::string::npos);
  return 0;
}
