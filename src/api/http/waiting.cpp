#include "api/http/waiting.hpp"

#include <exception>
#include <memory>
#include <utility>

#include "api/http/dialect.hpp"
#include "api/http/middleware/deadline.hpp"
#include "base/log.hpp"

namespace jeton::api::http {

std::move_only_function<base::Status()> still_wanted(const Origin& origin, const base::Clock& clock) {
  return [deadline = origin.deadline, &clock] { return middleware::in_time(deadline, clock.monotonic()); };
}

void on_worker(base::WorkerPool& workers, const base::Clock& clock, Later later,
               std::move_only_function<void(Later&)> job) {
  const auto shared = std::make_shared<Later>(std::move(later));  // the pool drops a job that it refuses
  const bool taken = workers.submit(
      [&workers, shared, wanted = still_wanted(shared->origin(), clock), job = std::move(job)]() mutable {
        if (shared->failed(wanted())) return workers.count_late();
        try {
          job(*shared);
        } catch (const std::exception& problem) {
          if (shared->answered()) throw;  // the pool's log tells
          base::log::error(shared->origin().dialect->logger(), "a job failed",
                           {{"request", shared->origin().request_id}, {"problem", problem.what()}});
          shared->fail(base::internal("the server failed over this request; its log says more"));
        }
      });
  if (!taken) shared->fail(base::unavailable("too many requests wait for a worker; try again later"));
}

}  // namespace jeton::api::http
