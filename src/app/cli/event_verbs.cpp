// jeton events
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "app/cli/server_sent_events.hpp"
#include "app/cli/shown_time.hpp"
#include "app/cli/verbs.hpp"
#include "base/time_text.hpp"
#include "model/event.hpp"

namespace jeton::cli {
namespace {

constexpr base::Duration kFirstBackOff = std::chrono::milliseconds{250};
constexpr base::Duration kBackOffMax = std::chrono::seconds{15};
// Without a byte in between: an hour of trying for who follows, half a minute for who reads the log once.
constexpr int kReconnectsMax = 240;
constexpr int kResumesMax = 8;

std::string token_text(const model::AccessToken& token) {
  return fmt::format("{} for {} of {}{}", token.subject, token.target, token.audience,
                     token.scope.empty() ? "" : " with scope " + token.scope);
}

// What happened, for people.
struct Summary {
  std::string operator()(const model::PolicyGranted& event) const { return model::instance_id(event.policy); }
  std::string operator()(const model::PolicyDescribed& event) const {
    return model::instance_id(event.level, event.target);
  }
  std::string operator()(const model::PolicyRevoked& event) const {
    return model::instance_id(event.level, event.target);
  }
  std::string operator()(const model::TokenIssued& event) const {
    return fmt::format("token {}: {}", event.token.id.value, token_text(event.token));
  }
  std::string operator()(const model::TokenUsed& event) const {
    return fmt::format("token {}: {} uses left", event.id.value, event.uses_left);
  }
  std::string operator()(const model::TokenEnded& event) const {
    return fmt::format("token {}: {}", event.id.value, base::enum_text(event.reason));
  }
  std::string operator()(const model::EncryptionKeyRegistered& event) const { return event.system; }
  std::string operator()(const model::EncryptionKeyRemoved& event) const { return event.system; }
  std::string operator()(const model::MessageArrived& event) const {
    return fmt::format("{}: {}{}", event.sub_queue, event.uuid,
                       event.moved_from.empty() ? "" : ", a dead letter of " + event.moved_from);
  }
  std::string operator()(const model::MessageHeld& event) const {
    return fmt::format("{}: message {} until {}", event.sub_queue, event.id.value, local_text(event.deadline));
  }
  std::string operator()(const model::MessageReadied& event) const {
    return fmt::format("{}: message {}", event.sub_queue, event.id.value);
  }
  std::string operator()(const model::SubQueueRestricted& event) const { return event.sub_queue; }
  std::string operator()(const model::SubQueueOpened& event) const { return event.sub_queue; }
  std::string operator()(const model::SubQueueCleared& event) const {
    return fmt::format("{}: {} messages", event.sub_queue, event.messages);
  }
  std::string operator()(const model::LeaseRequested& event) const {
    return fmt::format("{} for {}", event.name, event.owner);
  }
  std::string operator()(const model::LeaseGranted& event) const {
    return fmt::format("{} for {} until {}", event.name, event.owner, local_text(event.expires_at));
  }
  std::string operator()(const model::LeaseRenewed& event) const {
    return fmt::format("{} until {}", event.name, local_text(event.expires_at));
  }
  std::string operator()(const model::LeaseEnding& event) const {
    return fmt::format("{}: {}", event.name, base::enum_text(event.reason));
  }
  std::string operator()(const model::LeaseStuck& event) const {
    return fmt::format("{}: {}", event.name, event.error);
  }
  std::string operator()(const model::LeaseEnded& event) const {
    return fmt::format("{}: {}{}{}", event.name, base::enum_text(event.state), event.note.empty() ? "" : ", ",
                       event.note);
  }
  std::string operator()(const model::LeaseReleased& event) const { return event.name; }
};

std::string summary_of(const wire::EventData& event) {
  const auto body = model::decode_body(event.kind, event.body.text);
  return body ? std::visit(Summary{}, *body) : event.body.text;
}

bool print_event(const ServerSentEvent& event, Output& output) {
  if (event.name == "trimmed") {
    output.note("older events are past their retention; the list begins where the log begins");
    return true;
  }
  if (output.json()) return output.raw_line(event.data);
  const auto data = base::json::read_unpadded<wire::EventData>(event.data);
  if (!data) return output.line(fmt::format("{:>8}  {}", event.id, event.data));
  return output.line(fmt::format("{:>8}  {}  {:<25} {}  by {}", event.id, data->at ? local_text(*data->at) : "",
                                 data->kind, summary_of(*data), data->actor));
}

// The server could not read its own log any further.
Failure failure_of_log(const ServerSentEvent& event) {
  const auto data = base::json::read_unpadded<wire::StreamFailure>(event.data);
  return {ExitCode::kFailed,
          fmt::format("the server cannot read its event log on: {}", data ? data->reason : event.data),
          "events behind the damaged one are shown with --after and its number"};
}

}  // namespace

ExitCode show_events(const Events& options, const Wait& wait, Api& api, Output& output) {
  ServerSentEvents events;
  base::Duration back_off = kFirstBackOff;
  bool reached = false;
  bool reader_gone = false;
  bool too_large = false;
  std::optional<Failure> broken;
  const int attempts_max = options.follow ? kReconnectsMax : kResumesMax;
  for (int silent_attempts = 0; silent_attempts < attempts_max; ++silent_attempts) {
    events.restart();
    const auto outcome = api.events(options, events.last_id(), [&](std::string_view bytes) {
      reached = true;
      silent_attempts = 0;
      back_off = kFirstBackOff;
      const bool more = events.feed(bytes, [&](const ServerSentEvent& event) {
        if (event.name == "error") {
          broken = failure_of_log(event);
        } else {
          reader_gone = !print_event(event, output);
        }
        return !reader_gone && !broken;
      });
      too_large = !more && !reader_gone && !broken;
      return more;
    });
    if (reader_gone) return ExitCode::kDone;
    if (broken) return output.fail(*broken);
    reached = reached || outcome.has_value();
    if (too_large) return output.fail({ExitCode::kFailed, "the server sent an event that is too large", ""});
    if (!outcome && (!reached || outcome.error().exit != ExitCode::kNotReachable)) return output.fail(outcome.error());
    if (outcome && !options.follow) return ExitCode::kDone;
    const base::Duration pause = std::clamp(events.retry().value_or(back_off), back_off, kBackOffMax);
    output.progress(fmt::format("the connection ended; trying again in {}", base::format_duration(pause)));
    if (!wait(pause)) return ExitCode::kDone;
    back_off = std::min(back_off * 2, kBackOffMax);
  }
  return output.fail(
      {ExitCode::kNotReachable, "the server stayed away", "start it with `jeton serve`, then try again"});
}

}  // namespace jeton::cli
