#include "cloud/neighbours.hpp"

namespace jeton::cloud {

std::expected<std::string, Trouble> Neighbours::put(const Question& question) {
  const auto place = discovery_.find(question.service, question.provider, question.patience);
  if (!place) return std::unexpected(Trouble{place.error()});
  const auto operation = (*place)->operation(question.operation);
  if (!operation) return std::unexpected(Trouble{operation.error()});
  auto body = exchange_.send({.neighbour = question.neighbour,
                              .method = operation->method,
                              .url = (*place)->url(*operation, question.arguments, question.query),
                              .body = question.body,
                              .repeatable = question.repeatable,
                              .patience = question.patience});
  if (body) return body;
  const base::ErrorCode code = body.error().error.code;
  const bool gave_up = code == base::ErrorCode::kUnavailable;
  if (code == base::ErrorCode::kExternal || (!body.error().own_word && !gave_up))
    discovery_.doubt(question.service, *place);
  return body;
}

base::Result<std::string> Neighbours::ask(const Question& question) {
  auto body = put(question);
  if (!body) return base::failure(std::move(body.error().error));
  return std::move(*body);
}

}  // namespace jeton::cloud
