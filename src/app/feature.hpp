// One feature of the server: what it keeps in memory, its use-cases, its routes, its figures. The composition root has
// a list of them and calls each step for all before the next, in the order of the members here.
#pragma once
#include <cstddef>
#include <string_view>

#include "api/http/router.hpp"
#include "base/result.hpp"
#include "store/store.hpp"

namespace jeton::app {

class FiguresPage;
class TaskRunner;

class Feature {
 public:
  virtual ~Feature() = default;

  /// Fills memory with what is stored. All features see the same snapshot; nothing is written meanwhile.
  virtual base::Status load(const store::Snapshot& snapshot) = 0;
  /// Has memory follow the log from here on.
  virtual void follow(store::Store& store) = 0;
  virtual void add_routes(api::http::Router& router) = 0;
  /// Background work of its own beside the expiry engine's.
  virtual void add_tasks(TaskRunner& /*tasks*/) {}
  /// The server is going down: answers those who wait for something to happen.
  virtual void drain() {}
  /// Requests and tasks have ended: ends its own threads. The store still takes writes.
  virtual void stop() {}
  /// At every scrape, from any thread.
  virtual void add_figures(FiguresPage& page) const = 0;

  /// What it keeps most of, for the line that tells of the start. `what` has static storage.
  struct Held {
    std::string_view what;
    std::size_t count = 0;
  };
  virtual Held held() const = 0;
};

}  // namespace jeton::app
