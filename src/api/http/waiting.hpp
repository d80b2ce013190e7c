// What handlers need when their answer has to wait: for a commit, or for a worker.
#pragma once
#include <functional>

#include "api/http/call.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/worker_pool.hpp"

namespace jeton::api::http {

/// Asked where the work of a request begins after a wait: kUnavailable once its deadline passed, the work is then left
/// undone. `clock` outlives it.
std::move_only_function<base::Status()> still_wanted(const Origin& origin, const base::Clock& clock);

/// Runs `job` on a worker, unless it waited past the request's deadline. The client gets kUnavailable then, and when
/// too many jobs wait; kInternal when the job throws before it answered.
void on_worker(base::WorkerPool& workers, const base::Clock& clock, Later later,
               std::move_only_function<void(Later&)> job);

}  // namespace jeton::api::http
