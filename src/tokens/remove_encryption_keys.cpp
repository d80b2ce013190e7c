#include "tokens/remove_encryption_keys.hpp"

#include <memory>
#include <utility>

#include "base/log.hpp"

namespace jeton::tokens {
namespace {

struct Job {
  std::vector<std::string> systems;
  std::string caller;
  base::Instant now;
  store::StillWanted still_wanted;
  std::vector<std::string> removed;
};

base::Status remove_all(Job& job, store::Transaction& transaction) {
  job.removed.clear();
  if (job.still_wanted) {
    if (auto wanted = job.still_wanted(); !wanted) return wanted;
  }
  for (const std::string& system : job.systems) {
    const auto removed = transaction.encryption_keys().remove(system);
    if (!removed) return base::failure(removed.error());
    if (!*removed) continue;
    transaction.append(job.now, job.caller, model::EncryptionKeyRemoved{system});
    job.removed.push_back(system);
  }
  return {};
}

}  // namespace

void RemoveEncryptionKeys::operator()(std::vector<std::string> systems, std::string caller, base::Instant now,
                                      store::StillWanted still_wanted, Done done) {
  const auto job = std::make_shared<Job>(Job{std::move(systems), std::move(caller), now, std::move(still_wanted), {}});
  store_.submit([job](store::Transaction& transaction) { return remove_all(*job, transaction); },
                [job, done = std::move(done)](base::Status status) mutable {
                  if (!status) return done(base::failure(std::move(status.error())));
                  for (const std::string& system : job->removed) {
                    base::log::info("audit", "encryption key removed", {{"caller", job->caller}, {"system", system}});
                  }
                  done(job->removed.size());
                });
}

}  // namespace jeton::tokens
