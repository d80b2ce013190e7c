// publish, next and delete, 64 waiting: through the store and its use-cases, or with the same statements on bare
// SQLite, on the same rows and indices, with the same settings and grouping. Prints operations per second; "all three"
// is messages that went through all.
//   queue_bench bare|store FOLDER MESSAGES     the folder decides which disk is measured
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "bare_queue.hpp"
#include "crypto/aead.hpp"
#include "crypto/random.hpp"
#include "queue_peers.hpp"
#include "queues/delete.hpp"
#include "queues/next.hpp"
#include "queues/publish.hpp"
#include "store/open_store.hpp"
#include "waiting.hpp"

namespace {

using namespace jeton;
using namespace jeton::bench;

template <class T>
const T& must(const base::Result<T>& result) {
  if (!result) throw std::runtime_error(result.error().message);
  return *result;
}

/// The same through the store and the use-cases, without a network.
class Ours {
 public:
  explicit Ours(store::Store& store) : publish_(store, uuids_), next_(store), delete_(store, access_) {}

  Rates measure(std::size_t messages) {
    taken_.clear();
    Rates rates;
    rates.publish = Waiting::rate(messages, [this](std::size_t, std::function<void()> answered) {
      queues::NewMessage message;
      message.sub_queue = kSubQueue;
      message.payload = payload();
      publish_({std::move(message)}, kWorker, kClock.wall(), {},
               [answered = std::move(answered)](const auto& published) {
                 must(published);
                 answered();
               });
    });
    rates.next = Waiting::rate(messages, [this](std::size_t, std::function<void()> answered) {
      next_({.sub_queue = kSubQueue, .assigned_to = kWorker, .visibility = {}, .actor = kWorker}, kClock.wall(), {},
            [this, answered = std::move(answered)](const auto& taken) {
              taken_.push_back(must(taken).at(0).uuid);
              answered();
            });
    });
    rates.remove = Waiting::rate(messages, [this](std::size_t number, std::function<void()> answered) {
      delete_({taken_.at(number)}, {.uuid = {}, .assigned_to = {}, .credential = {}, .actor = kWorker}, kClock.wall(),
              {}, [answered = std::move(answered)](const auto& removed) {
                if (must(removed).size() != 1) throw std::runtime_error("a message was gone before it was removed");
                answered();
              });
    });
    return rates;
  }

 private:
  const queues::RestrictedSubQueues restricted_;
  const queues::Access access_{model::RestrictionMode::kNone, {}, restricted_};
  queues::MessageUuids uuids_{crypto::random_bytes};
  queues::Publish publish_;
  queues::Next next_;
  queues::Delete delete_;
  std::vector<std::string> taken_;  ///< by the commit thread alone, while messages are taken
};

void print(const Rates& rates) {
  const auto line = [](const char* what, double rate) { std::printf("%-12s %12.2f operations/s\n", what, rate); };
  line("publish", rates.publish);
  line("next", rates.next);
  line("delete", rates.remove);
  line("all three", rates.all_three());
}

Rates measure_store(const std::filesystem::path& folder, std::size_t messages) {
  const auto sealer = *crypto::Sealer::create({{1, base::Secret(std::string(32, 'k'))}}, 1);
  const auto store = store::open_store({"", folder / "ours"}, sealer, kClock);
  if (!store) throw std::runtime_error(store.error().message);
  Ours ours(**store);
  (*store)->start();
  const Rates rates = ours.measure(messages);
  (*store)->stop();
  return rates;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view what = argc == 4 ? argv[1] : "";
  if (what != "bare" && what != "store") {
    std::fputs("usage: queue_bench bare|store FOLDER MESSAGES\n", stderr);
    return 2;
  }
  std::string folder = (std::filesystem::path(argv[2]) / "jeton-queue-bench-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) {
    std::fprintf(stderr, "cannot create a folder in %s\n", argv[2]);
    return 1;
  }
  int result = 0;
  try {
    const std::size_t messages = std::stoul(argv[3]);
    print(what == "bare" ? BareQueue(folder + "/bare.db").measure(messages) : measure_store(folder, messages));
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "%s\n", exception.what());
    result = 1;
  }
  std::filesystem::remove_all(folder);
  return result;
}
