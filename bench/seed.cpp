// Fills a data folder for the benches, through the store itself: so many live tokens and policies, of as many systems
// as a large plant.
//   jeton_seed FOLDER TOKENS POLICIES [EXPIRING [MESSAGES]]
// EXPIRING of the tokens end together, at the instant printed as "expire <seconds since 1970>"; all others in a day.
// MESSAGES are ready in the sub-queue "seeded".
#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <latch>
#include <string>

#include "crypto/aead.hpp"
#include "crypto/digest.hpp"
#include "crypto/master_key.hpp"
#include "store/data_folder.hpp"
#include "store/open_store.hpp"

namespace {

using namespace jeton;

constexpr std::int64_t kSystems = 10'000;
constexpr std::int64_t kRowsPerWrite = 1'000;
constexpr auto kExpireIn = std::chrono::seconds(25);

std::int64_t number(const char* text) {
  std::int64_t value = 0;
  const std::string_view view(text);
  const auto [end, code] = std::from_chars(view.data(), view.data() + view.size(), value);
  if (code == std::errc{} && end == view.data() + view.size() && value >= 0) return value;
  fmt::print(stderr, "jeton_seed: {} is not a number of rows\n", view);
  std::exit(2);
}

model::AccessToken token(std::int64_t number, base::Instant now, base::Instant expires_at,
                         const crypto::KeyedDigest& digest) {
  model::AccessToken token;
  token.digest = digest(fmt::format("seeded-token-{}", number));
  token.kind = model::TokenKind::kTimeLimited;
  token.variant = model::TokenVariant::kTimeLimited;
  token.subject = fmt::format("Consumer{}", number % kSystems);
  token.audience = "PumpStation";
  token.requester = token.subject;
  token.cloud = model::kLocalCloud;
  token.target = fmt::format("service{}", number / kSystems);
  token.issued_at = now;
  token.expires_at = expires_at;
  return token;
}

model::PolicySet policy(std::int64_t number, base::Instant now) {
  model::PolicySet set;
  set.target = {std::string(model::kLocalCloud), fmt::format("Provider{}", number % kSystems),
                model::TargetType::kServiceDefinition, fmt::format("service{}", number / kSystems)};
  set.default_policy = {
      .type = model::PolicyType::kWhitelist,
      .systems = {fmt::format("Consumer{}", number % kSystems), fmt::format("Consumer{}", (number + 1) % kSystems)}};
  std::ranges::sort(set.default_policy.systems);
  set.created_by = set.target.provider;
  set.created_at = now;
  return set;
}

base::Status put_message(store::Transaction& transaction, std::int64_t number, base::Instant now) {
  const model::EventId event = transaction.next_event();
  model::Message message;
  message.id = {event.value};
  message.uuid = fmt::format("019e3f0a-51c2-7d4e-8a10-{:012}", number);
  message.sub_queue = "seeded";
  message.payload = '"' + std::string(100, 'x') + '"';
  message.published_at = now;
  const auto sub_queue = transaction.sub_queues().count_in(message.sub_queue, {event.value});
  if (!sub_queue) return base::failure(sub_queue.error());
  message.sub_queue_id = *sub_queue;
  if (const auto inserted = transaction.messages().insert(message); !inserted) return base::failure(inserted.error());
  transaction.append(event, now, "seed", model::MessageArrived{message.uuid, message.sub_queue, message.state, {}, {}});
  return {};
}

// Rows with their events, as the server would have written them.
void write(store::Store& store, std::int64_t rows,
           const std::function<base::Status(store::Transaction&, std::int64_t)>& row) {
  for (std::int64_t begin = 0; begin < rows; begin += kRowsPerWrite) {
    const auto status = store.write([&](store::Transaction& transaction) -> base::Status {
      for (std::int64_t i = begin; i < std::min(begin + kRowsPerWrite, rows); ++i) {
        if (const auto written = row(transaction, i); !written) return written;
      }
      return {};
    });
    if (!status) {
      fmt::print(stderr, "jeton_seed: {}\n", status.error().message);
      std::exit(1);
    }
  }
}

template <class T>
T must(base::Result<T> result) {
  if (result) return *std::move(result);
  fmt::print(stderr, "jeton_seed: {}\n", result.error().message);
  std::exit(1);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    fmt::print(stderr, "usage: jeton_seed FOLDER TOKENS POLICIES [EXPIRING [MESSAGES]]\n");
    return 2;
  }
  const std::string folder = argv[1];
  const std::int64_t expiring = argc > 4 ? number(argv[4]) : 0;
  const std::int64_t messages = argc > 5 ? number(argv[5]) : 0;
  const base::SystemClock clock;
  if (const auto prepared = store::prepare_data_folder(folder); !prepared) return 1;
  const base::Secret master = must(crypto::load_master_key("", folder));
  const auto sealer = must(crypto::Sealer::create({{1, crypto::derive_key(master, "seal")}}, 1));
  const crypto::KeyedDigest digest(crypto::derive_key(master, "token-reference"));
  const auto store = must(store::open_store({.url = {}, .data_folder = folder}, sealer, clock));
  store->start();
  const base::Instant now = clock.wall();
  const base::Instant soon = now + kExpireIn + std::chrono::microseconds(20) * (number(argv[2]) + number(argv[3]));
  write(*store, number(argv[3]), [&](store::Transaction& transaction, std::int64_t i) {
    model::PolicySet set = policy(i, now);
    const model::EventId event = transaction.next_event();
    set.id.value = event.value;
    const auto inserted = transaction.policies().insert(set);
    transaction.append(event, now, "seed", model::PolicyGranted{std::move(set)});
    return inserted;
  });
  write(*store, number(argv[2]), [&](store::Transaction& transaction, std::int64_t i) {
    model::AccessToken issued = token(i, now, i < expiring ? soon : now + std::chrono::hours(24), digest);
    const model::EventId event = transaction.next_event();
    issued.id.value = event.value;
    const auto inserted = transaction.access_tokens().insert(issued);
    transaction.append(event, now, "seed", model::TokenIssued{std::move(issued)});
    return inserted;
  });
  write(*store, messages,
        [&](store::Transaction& transaction, std::int64_t i) { return put_message(transaction, i, now); });
  store->stop();
  fmt::print("expire {}\n", std::chrono::duration_cast<std::chrono::seconds>(soon.time_since_epoch()).count());
  return 0;
}
