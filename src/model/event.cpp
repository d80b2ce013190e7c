#include "model/event.hpp"

#include <fmt/format.h>

#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>
#include <string>
#include <type_traits>

#include "base/json/reader.hpp"
#include "base/json/writer.hpp"

namespace jeton::model {
namespace {

namespace json = base::json;

// One row a kind, in the order of EventBody's alternatives: the names are part of the stored log and never change.
constexpr std::array<std::string_view, std::variant_size_v<EventBody>> kKinds = {"policy.granted",
                                                                                 "policy.described",
                                                                                 "policy.revoked",
                                                                                 "token.issued",
                                                                                 "token.used",
                                                                                 "token.ended",
                                                                                 "encryption-key.registered",
                                                                                 "encryption-key.removed",
                                                                                 "message.arrived",
                                                                                 "message.held",
                                                                                 "message.readied",
                                                                                 "sub-queue.restricted",
                                                                                 "sub-queue.opened",
                                                                                 "sub-queue.cleared",
                                                                                 "lease.requested",
                                                                                 "lease.granted",
                                                                                 "lease.renewed",
                                                                                 "lease.ending",
                                                                                 "lease.stuck",
                                                                                 "lease.ended",
                                                                                 "lease.released"};

// What a member holds outside of itself.
template <class T>
std::size_t bytes_behind(const T& value) {
  if constexpr (std::is_same_v<T, std::string>) {
    return value.size();
  } else if constexpr (requires { value.begin()->size(); } || requires { value.capacity(); }) {
    std::size_t bytes = 0;
    for (const auto& element : value) bytes += sizeof(element) + bytes_behind(element);
    return bytes;
  } else if constexpr (boost::describe::has_describe_members<T>::value) {
    std::size_t bytes = 0;
    boost::mp11::mp_for_each<boost::describe::describe_members<T, boost::describe::mod_public>>(
        [&](auto member) { bytes += bytes_behind(value.*member.pointer); });
    return bytes;
  } else {
    return 0;
  }
}

template <std::size_t I = 0>
base::Result<EventBody> decode_alternative(std::size_t index, std::string_view text) {
  if constexpr (I == std::variant_size_v<EventBody>) {
    return base::failure(base::internal("no such event kind"));
  } else if (index != I) {
    return decode_alternative<I + 1>(index, text);
  } else {
    auto body = json::read_unpadded<std::variant_alternative_t<I, EventBody>>(text);
    if (!body) return base::failure(std::move(body.error()));
    return EventBody(*std::move(body));
  }
}

}  // namespace

std::string_view kind_of(const EventBody& body) {
  return kKinds[body.index()];
}

std::size_t bytes_of(const Event& event) {
  return sizeof(Event) + event.actor.size() +
         std::visit([](const auto& body) { return bytes_behind(body); }, event.body);
}

std::string encode_body(const EventBody& body) {
  constexpr std::size_t kMostAreShorter = 480;
  std::string out;
  out.reserve(kMostAreShorter);
  std::visit([&](const auto& alternative) { json::append(out, alternative); }, body);
  return out;
}

base::Result<EventBody> decode_body(std::string_view kind, std::string_view text) {
  const auto known = std::ranges::find(kKinds, kind);
  if (known == kKinds.end()) {
    return base::failure(base::internal(
        fmt::format("the event log holds an event of kind \"{}\", which this release does not know", kind)));
  }
  auto body = decode_alternative(static_cast<std::size_t>(known - kKinds.begin()), text);
  if (!body)
    return base::failure(
        base::internal(fmt::format("the event log holds a damaged {} event: {}", kind, body.error().message)));
  return body;
}

}  // namespace jeton::model
