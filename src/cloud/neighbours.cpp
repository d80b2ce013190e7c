#include "cloud/neighbours.hpp"

namespace jeton::cloud {

base::Result<std::string> Neighbours::ask(const Question& question) {
  const auto place = discovery_.find(question.service, question.provider, question.stop);
  if (!place) return base::failure(place.error());
  const auto operation = (*place)->operation(question.operation);
  if (!operation) return base::failure(operation.error());
  auto body = exchange_.send({.neighbour = question.neighbour,
                              .method = operation->method,
                              .url = (*place)->url(*operation, question.arguments, question.query),
                              .body = question.body,
                              .repeatable = question.repeatable,
                              .time_max = question.time_max,
                              .stop = question.stop});
  if (!body && body.error().code == base::ErrorCode::kExternal) discovery_.doubt(question.service, *place);
  return body;
}

}  // namespace jeton::cloud
