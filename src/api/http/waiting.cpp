#include "api/http/waiting.hpp"

#include <memory>
#include <utility>

#include "api/http/middleware/deadline.hpp"

namespace jeton::api::http {

std::move_only_function<base::Status()> still_wanted(const Origin& origin, const base::Clock& clock) {
  return [deadline = origin.deadline, &clock] { return middleware::in_time(deadline, clock.monotonic()); };
}

void on_worker(base::WorkerPool& workers, const base::Clock& clock, Later later,
               std::move_only_function<void(Later&)> job) {
  const auto shared = std::make_shared<Later>(std::move(later));  // the pool drops a job that it refuses
  const bool taken =
      workers.submit([shared, wanted = still_wanted(shared->origin(), clock), job = std::move(job)]() mutable {
        if (!shared->failed(wanted())) job(*shared);
      });
  if (!taken) shared->fail(base::unavailable("too many requests wait for a worker; try again later"));
}

}  // namespace jeton::api::http
