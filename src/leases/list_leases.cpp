#include "leases/list_leases.hpp"

#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "base/limits.hpp"
#include "base/strings.hpp"
#include "store/transaction.hpp"

namespace jeton::leases {
namespace {

using model::LeaseState;

base::Result<model::LeaseId> read_cursor(const std::string& text) {
  model::LeaseId id;
  if (text.empty()) return id;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), id.value);
  if (problem == std::errc{} && end == text.data() + text.size() && id.value > 0) return id;
  return base::failure(base::invalid(
      fmt::format("cursor {} is none; expected the `cursor` of the page before, or none for the first page",
                  base::shown(text)),
      "cursor"));
}

store::LeaseQuery query_of(const Who& who, const LeaseFilter& filter, base::Instant now) {
  store::LeaseQuery query;
  query.count_max = filter.limit + 1;  // one more tells whether there is a next page
  if (!who.operates) {
    query.owner = who.name;
  } else if (filter.owner) {
    query.owner = *filter.owner;
  }
  if (filter.provider) query.provider = *filter.provider;
  if (filter.prefix && !filter.prefix->empty()) query.prefix = *filter.prefix;
  if (filter.due_only) {
    query.due_at = now;
  } else if (filter.state) {
    query.states = {*filter.state};
    if (*filter.state == LeaseState::kActive) query.living_at = now;
  } else if (who.operates) {
    query.states = {LeaseState::kIntent, LeaseState::kUnknown, LeaseState::kActive, LeaseState::kRevoking,
                    LeaseState::kIrrevocable};
  } else {
    query.states = {LeaseState::kActive};
    query.living_at = now;
  }
  return query;
}

}  // namespace

base::Result<LeasePage> ListLeases::operator()(const Who& who, const LeaseFilter& filter, base::Instant now) const {
  if (filter.limit < 1 || filter.limit > kLeasesPerPageMax) {
    return base::failure(base::invalid(
        fmt::format("limit {} is out of range; expected 1 to {}", filter.limit, kLeasesPerPageMax), "limit"));
  }
  store::LeaseQuery query = query_of(who, filter, now);
  if (query.by_name()) {
    query.after_name = filter.cursor;
  } else {
    const auto after = read_cursor(filter.cursor);
    if (!after) return base::failure(after.error());
    query.after = *after;
  }
  LeasePage page;
  const auto read = store_.read([&](const store::Snapshot& snapshot) -> base::Status {
    auto leases = snapshot.leases().list(query);
    if (!leases) return base::failure(leases.error());
    page.leases = *std::move(leases);
    return {};
  });
  if (!read) return base::failure(read.error());
  if (page.leases.size() > static_cast<std::size_t>(filter.limit)) {
    page.leases.pop_back();
    page.next = query.by_name() ? page.leases.back().name : fmt::to_string(page.leases.back().id.value);
  }
  return page;
}

base::Result<std::vector<store::LeaseCount>> ListLeases::counts() const {
  std::vector<store::LeaseCount> counts;
  const auto read = store_.read([&](const store::Snapshot& snapshot) -> base::Status {
    auto found = snapshot.leases().counts(static_cast<std::int64_t>(base::limits::kLeaseCountsMax));
    if (!found) return base::failure(found.error());
    counts = *std::move(found);
    return {};
  });
  if (!read) return base::failure(read.error());
  return counts;
}

base::Result<std::int64_t> ListLeases::unfinished(std::string_view prefix) const {
  std::int64_t count = 0;
  const auto read = store_.read([&](const store::Snapshot& snapshot) -> base::Status {
    store::LeaseQuery query;
    if (!prefix.empty()) query.prefix = prefix;
    query.states = {LeaseState::kUnknown, LeaseState::kRevoking, LeaseState::kIrrevocable};
    const auto found = snapshot.leases().count_of(query);
    if (!found) return base::failure(found.error());
    count = *found;
    return {};
  });
  if (!read) return base::failure(read.error());
  return count;
}

}  // namespace jeton::leases
