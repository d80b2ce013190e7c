#include "api/http/lease_operations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "api/http/waiting.hpp"
#include "api/leases/answers.hpp"
#include "api/leases/dialect.hpp"

namespace jeton::api::http {
namespace {

namespace core = jeton::leases;
namespace wire = api::leases;

void on_pool(base::WorkerPool& pool, const base::Clock& clock, const SharedLeaseAnswer& answer,
             std::move_only_function<void()> job) {
  const bool taken =
      pool.submit([answer, wanted = still_wanted(answer->origin(), clock), job = std::move(job)]() mutable {
        if (!answer->failed(wanted())) job();
      });
  if (!taken) answer->fail(base::unavailable("too many requests wait here; try again later"));
}

std::int64_t milliseconds(base::Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

// Owners learn how full a provider is, and how many leases they have.
bool may_see(const core::Who& who, const store::LeaseCount& count) {
  return who.operates || count.kind == store::LeaseCountKind::kProvider ||
         (count.kind == store::LeaseCountKind::kOwner && count.name == who.name);
}

void add_figures(const std::vector<core::LeaseFigures::OfProvider>& figures, std::vector<wire::ProviderBody>& bodies) {
  for (const auto& of : figures) {
    const auto body = std::ranges::find(bodies, of.name, &wire::ProviderBody::name);
    if (body == bodies.end()) continue;
    body->live = of.living();
    body->waiting = of.revoking;
    body->irrevocable = of.irrevocable;
  }
}

}  // namespace

std::string LeaseOperations::owner_named(std::string_view name) const {
  return name == parts_.anonymous_owner ? std::string(name) : parts_.names.system(name);
}

void LeaseOperations::on_asker(const SharedLeaseAnswer& answer, Job job) const {
  on_pool(parts_.askers, parts_.clock, answer, std::move(job));
}

void LeaseOperations::on_worker(const SharedLeaseAnswer& answer, Job job) const {
  on_pool(parts_.workers, parts_.clock, answer, std::move(job));
}

// Whoever cannot be found to be an operator now is none: an owner is not held up by what concerns operators alone.
void LeaseOperations::as_who(const SharedLeaseAnswer& answer, const Caller& caller, std::string_view operation,
                             std::move_only_function<void(Who)> next) const {
  if (wire::is_anonymous(caller)) return next({.name = caller.name, .operates = false});
  Who who{.name = parts_.names.system(caller.name), .operates = false};
  if (const auto admitted = parts_.management.admit_now(caller, wire::kService, operation)) {
    who.operates = admitted->has_value();
    return next(std::move(who));
  }
  on_asker(answer, [&management = parts_.management, caller, operation, who = std::move(who),
                    next = std::move(next)]() mutable {
    who.operates = management.admit(caller, wire::kService, operation).has_value();
    next(std::move(who));
  });
}

void LeaseOperations::as_operator(const SharedLeaseAnswer& answer, const Caller& caller, std::string_view operation,
                                  std::move_only_function<void(Who)> next) const {
  as_who(answer, caller, operation, [answer, operation, next = std::move(next)](Who who) mutable {
    if (who.operates) return next(std::move(who));
    answer->fail(base::forbidden(fmt::format("only an operator may {} leases", operation)));
  });
}

void LeaseOperations::run(const SharedLeaseAnswer& answer, const Caller& caller, leases::CreateRequest request) const {
  const auto instance = parts_.instances.find(request.provider);
  if (answer->failed(instance)) return;
  const auto& settings = (*instance)->settings();
  core::LeaseWish wish{.owner = {},
                       .provider = settings.name,
                       .role = std::move(request.role),
                       .ttl = request.ttl.value_or(settings.ttl.by_default),
                       .options = std::move(request.options),
                       .idempotency_key = std::move(request.idempotency_key),
                       .exempt = false};
  as_who(answer, caller, kCreate, [this, answer, wish = std::move(wish)](Who who) mutable {
    if (!who.operates && !parts_.create_rate(who.name, parts_.clock.monotonic())) {
      return answer->fail(
          {base::ErrorCode::kTooManyRequests,
           fmt::format("{} creates leases faster than leases.quotas.create-rate allows; slow down", who.name),
           {}});
    }
    wish.owner = std::move(who.name);
    wish.exempt = who.operates;
    Question question{wish.owner, wish.provider, wish.role};
    if_allowed(answer, std::move(question),
               [this, answer, wish = std::move(wish)]() mutable { create(answer, std::move(wish)); });
  });
}

void LeaseOperations::if_allowed(const SharedLeaseAnswer& answer, Question question, Job next) const {
  if (const auto allowed = parts_.access.check_now(question.owner, question.provider, question.role)) {
    if (!answer->failed(*allowed)) next();
    return;
  }
  on_asker(answer, [this, answer, question = std::move(question), next = std::move(next)]() mutable {
    if (!answer->failed(parts_.access.check(question.owner, question.provider, question.role))) next();
  });
}

void LeaseOperations::create(const SharedLeaseAnswer& answer, core::LeaseWish wish) const {
  parts_.create(std::move(wish), still_wanted(answer->origin(), parts_.clock),
                [answer](const base::Result<core::CreateLease::Created>& created) {
                  if (!answer->failed(created)) answer->lease(created->repeated ? 200 : 201, created->lease);
                });
}

void LeaseOperations::run(const SharedLeaseAnswer& answer, const Caller& caller, leases::GetRequest request) const {
  as_who(answer, caller, kGet, [this, answer, which = std::move(request.which)](Who who) mutable {
    on_worker(answer, [this, answer, which = std::move(which), who = std::move(who)] {
      const auto lease = parts_.get(who, which, parts_.time.now());
      if (!answer->failed(lease)) answer->lease(200, *lease);
    });
  });
}

void LeaseOperations::run(const SharedLeaseAnswer& answer, const Caller& caller, leases::RevokeRequest request) const {
  as_who(answer, caller, kRevoke, [this, answer, which = std::move(request.which)](Who who) mutable {
    parts_.revoke(std::move(who), which, still_wanted(answer->origin(), parts_.clock),
                  [answer, which](const base::Result<core::RevokeLease::Outcome>& outcome) {
                    if (!answer->failed(outcome)) answer->revoked(*outcome, which);
                  });
  });
}

void LeaseOperations::run(const SharedLeaseAnswer& answer, const Caller& caller, leases::RenewRequest request) const {
  as_who(answer, caller, kRenew, [this, answer, request = std::move(request)](Who who) mutable {
    if (who.operates) return renew(answer, std::move(who), std::move(request));
    // Who may not lease any more may not keep what he has any longer either.
    on_worker(answer, [this, answer, request = std::move(request), who = std::move(who)]() mutable {
      const auto found = parts_.get(who, request.which, parts_.time.now());
      if (answer->failed(found)) return;
      const model::Lease& lease = found->lease;
      if_allowed(answer, {lease.owner(), lease.provider(), lease.role()},
                 [this, answer, request = std::move(request), who = std::move(who)]() mutable {
                   renew(answer, std::move(who), std::move(request));
                 });
    });
  });
}

void LeaseOperations::renew(const SharedLeaseAnswer& answer, Who who, leases::RenewRequest request) const {
  std::string name = who.name;
  parts_.renew(std::move(who), std::move(request.which), request.increment,
               still_wanted(answer->origin(), parts_.clock),
               [answer, name = std::move(name)](base::Result<core::OwnedLease> renewed) {
                 if (answer->failed(renewed)) return;
                 if (renewed->lease.owner() != name) renewed->value = {};  // an operator sees no secret
                 answer->lease(200, *renewed);
               });
}

void LeaseOperations::run(const SharedLeaseAnswer& answer, const Caller& caller, leases::ListRequest request) const {
  if (request.filter.owner) request.filter.owner = owner_named(*request.filter.owner);
  as_who(answer, caller, kList, [this, answer, filter = std::move(request.filter)](Who who) mutable {
    on_worker(answer, [this, answer, filter = std::move(filter), who = std::move(who)] {
      const auto page = parts_.list(who, filter, parts_.time.now());
      if (!answer->failed(page)) answer->page(*page);
    });
  });
}

void LeaseOperations::run(const SharedLeaseAnswer& answer, const Caller& caller,
                          leases::RevokeManyRequest request) const {
  if (request.selection.owner) request.selection.owner = owner_named(*request.selection.owner);
  as_who(answer, caller, kRevokeMany, [this, answer, selection = std::move(request.selection)](const Who& who) mutable {
    if (!who.operates && selection.owner && *selection.owner != who.name)
      return answer->fail(base::forbidden("only an operator may revoke leases of others"));
    parts_.revoke_many(who, std::move(selection), [answer](const base::Result<std::int64_t>& count) {
      if (!answer->failed(count)) answer->count(*count);
    });
  });
}

void LeaseOperations::run(const SharedLeaseAnswer& answer, const Caller& caller, leases::AbandonRequest request) const {
  as_operator(answer, caller, kAbandon, [this, answer, request = std::move(request)](Who who) mutable {
    parts_.abandon(std::move(who.name), std::move(request.which), std::move(request.reason),
                   [answer](base::Result<model::Lease> lease) {
                     if (!answer->failed(lease)) answer->lease(200, {*std::move(lease), {}});
                   });
  });
}

void LeaseOperations::run(const SharedLeaseAnswer& answer, const Caller& caller, leases::ReleaseRequest request) const {
  if (request.selection.owner) request.selection.owner = owner_named(*request.selection.owner);
  as_operator(answer, caller, kRelease, [this, answer, request = std::move(request)](Who who) mutable {
    auto done = [answer](const base::Result<std::int64_t>& count) {
      if (!answer->failed(count)) answer->count(*count);
    };
    const base::Instant now = parts_.time.now();
    if (request.which)
      parts_.release.one(who.name, *std::move(request.which), now, std::move(done));
    else
      parts_.release(std::move(who.name), std::move(request.selection), now, std::move(done));
  });
}

void LeaseOperations::counts(const SharedLeaseAnswer& answer, const Caller& caller, std::string prefix) const {
  as_who(answer, caller, kCounts, [this, answer, prefix = std::move(prefix)](Who who) mutable {
    on_worker(answer, [this, answer, prefix = std::move(prefix), who = std::move(who)] {
      const auto counts = parts_.list.counts();
      if (answer->failed(counts)) return;
      std::vector<wire::CountBody> shown;
      for (const store::LeaseCount& count : *counts) {
        if (may_see(who, count)) shown.push_back({count.kind, count.name, count.count});
      }
      std::optional<std::int64_t> remaining;
      if (!prefix.empty() && who.operates) {
        const auto unfinished = parts_.list.unfinished(prefix);
        if (answer->failed(unfinished)) return;
        remaining = *unfinished;
      }
      std::string& out = answer_buffer();
      wire::append_counts_answer(out, shown, remaining);
      answer->json(200, out);
    });
  });
}

void LeaseOperations::providers(const SharedLeaseAnswer& answer, const Caller& caller) const {
  as_who(answer, caller, kProviders, [this, answer](const Who& who) {
    const auto by_default = parts_.instances.find({});
    std::vector<wire::ProviderBody> bodies;
    for (const auto& instance : parts_.instances.all()) {
      const auto& settings = instance->settings();
      auto figures = instance->figures();
      bodies.push_back({.name = settings.name,
                        .type = settings.type,
                        .is_default = by_default && *by_default == instance.get(),
                        .available = figures.state == base::Breaker::State::kClosed,
                        .trouble = std::nullopt,
                        .ttl = milliseconds(settings.ttl.by_default),
                        .max_ttl = milliseconds(settings.ttl.maximum),
                        .policy_target = core::policy_target(settings.name)});
      if (who.operates && !figures.trouble.empty()) bodies.back().trouble = std::move(figures.trouble);
    }
    if (who.operates) add_figures(parts_.figures.providers(), bodies);
    std::string& out = answer_buffer();
    wire::append_providers_answer(out, bodies);
    answer->json(200, out);
  });
}

}  // namespace jeton::api::http
