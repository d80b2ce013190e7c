#include "authorization/metadata_requirement_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "authorization/metadata_text.hpp"
#include "base/strings.hpp"

namespace jeton::authorization {
namespace {

using base::failure;
using base::Result;
using base::Status;
using base::json::Array;
using base::json::Object;
using base::json::Value;

struct OperatorRow {
  std::string_view literal;
  Operator op;
  bool negated;
};

constexpr std::array<OperatorRow, 29> kOperators = {{
    {"EQUALS", Operator::kEquals, false},
    {"NOT_EQUALS", Operator::kEquals, true},
    {"EQUALS_IGNORE_CASE", Operator::kEqualsIgnoreCase, false},
    {"NOT_EQUALS_IGNORE_CASE", Operator::kEqualsIgnoreCase, true},
    {"INCLUDES", Operator::kIncludes, false},
    {"NOT_INCLUDES", Operator::kIncludes, true},
    {"INCLUDES_IGNORE_CASE", Operator::kIncludesIgnoreCase, false},
    {"NOT_INCLUDES_IGNORE_CASE", Operator::kIncludesIgnoreCase, true},
    {"STARTS_WITH", Operator::kStartsWith, false},
    {"NOT_STARTS_WITH", Operator::kStartsWith, true},
    {"STARTS_WITH_IGNORE_CASE", Operator::kStartsWithIgnoreCase, false},
    {"NOT_STARTS_WITH_IGNORE_CASE", Operator::kStartsWithIgnoreCase, true},
    {"ENDS_WITH", Operator::kEndsWith, false},
    {"NOT_ENDS_WITH", Operator::kEndsWith, true},
    {"ENDS_WITH_IGNORE_CASE", Operator::kEndsWithIgnoreCase, false},
    {"NOT_ENDS_WITH_IGNORE_CASE", Operator::kEndsWithIgnoreCase, true},
    {"REGEXP", Operator::kRegexp, false},
    {"LESS_THAN", Operator::kLessThan, false},
    {"LESS_THAN_OR_EQUALS_TO", Operator::kLessThanOrEqualsTo, false},
    {"GREATER_THAN", Operator::kGreaterThan, false},
    {"GREATER_THAN_OR_EQUALS_TO", Operator::kGreaterThanOrEqualsTo, false},
    {"SIZE_EQUALS", Operator::kSizeEquals, false},
    {"SIZE_NOT_EQUALS", Operator::kSizeEquals, true},
    {"CONTAINS", Operator::kContains, false},
    {"NOT_CONTAINS", Operator::kContains, true},
    {"CONTAINS_ANY", Operator::kContainsAny, false},
    {"NOT_CONTAINS_ANY", Operator::kContainsAny, true},
    {"IN", Operator::kIn, false},
    {"NOT_IN", Operator::kIn, true},
}};

constexpr bool ignores_case(Operator op) {
  return op == Operator::kEqualsIgnoreCase || op == Operator::kIncludesIgnoreCase ||
         op == Operator::kStartsWithIgnoreCase || op == Operator::kEndsWithIgnoreCase;
}

// In double precision. A whole number past 64 bits keeps its magnitude, which Java would cut.
std::optional<double> number(const Value& value) {
  if (const auto* whole = value.as<std::int64_t>()) return static_cast<double>(*whole);
  if (const auto* floating = value.as<double>()) return *floating;
  const auto* big = value.as<base::json::BigInteger>();
  if (big == nullptr) return std::nullopt;
  double out = 0;
  const char* end = big->digits.data() + big->digits.size();
  if (std::from_chars(big->digits.data(), end, out).ec == std::errc{}) return out;
  return big->digits.starts_with('-') ? -HUGE_VAL : HUGE_VAL;
}

bool has(const Array& list, const Value& wanted) {
  return std::ranges::find(list, wanted) != list.end();
}

bool has_any(const Array& list, const Array& wanted) {
  return std::ranges::any_of(wanted, [&](const Value& value) { return has(list, value); });
}

bool size_equals(const Value& left, const Value& right) {
  const auto wanted = number(right);
  if (!wanted) return false;
  const auto* text = left.as<std::string>();
  const auto* list = left.as<Array>();
  if (text == nullptr && list == nullptr) return false;
  return static_cast<double>(text != nullptr ? utf16_length(*text) : list->size()) == std::trunc(*wanted);
}

bool compare_numbers(Operator op, double left, double right) {
  switch (op) {
    case Operator::kLessThan:
      return left < right;
    case Operator::kLessThanOrEqualsTo:
      return left <= right;
    case Operator::kGreaterThan:
      return left > right;
    default:
      return left >= right;
  }
}

// {"op": …, "value": …}, whatever else is in it (7.1).
bool is_operation(const Value& wanted) {
  return wanted.member("op") != nullptr && wanted.member("value") != nullptr;
}

}  // namespace

Result<MetadataRequirement> MetadataRequirement::compile(std::string_view json_text) {
  const auto parsed = base::json::parse(json_text);
  if (!parsed)
    return failure(base::invalid(fmt::format("a metadata requirement is malformed: {}", parsed.error().message)));
  const auto* members = parsed->as<Object>();
  if (members == nullptr) return failure(base::invalid("a metadata requirement must be a JSON object"));
  MetadataRequirement out;
  out.conditions_.reserve(members->size());
  for (const auto& [path, wanted] : *members) out.add(path, wanted);
  return out;
}

void MetadataRequirement::add(std::string_view path, const Value& wanted) {
  Condition condition{.path = MetadataPath::parse(path)};
  if (!is_operation(wanted)) {
    condition.operand = wanted;
  } else if (const auto ok = add_operation(condition, *wanted.member("op"), *wanted.member("value")); !ok) {
    if (!problem_) {
      problem_ = base::invalid(
          fmt::format("the metadata requirement on {} cannot be evaluated: {}", base::shown(path), ok.error().message));
    }
    return;
  }
  conditions_.push_back(std::move(condition));
}

Status MetadataRequirement::add_operation(Condition& condition, const Value& op, const Value& operand) {
  const auto* literal = op.as<std::string>();
  if (literal == nullptr) return failure(base::invalid("its op is not a text such as EQUALS"));
  const std::string wanted = base::to_upper(base::trim(*literal));
  const auto* row = std::ranges::find(kOperators, wanted, &OperatorRow::literal);
  if (row == kOperators.end()) {
    std::array<std::string_view, kOperators.size()> literals;
    std::ranges::transform(kOperators, literals.begin(), &OperatorRow::literal);
    const auto near = base::nearest(wanted, literals);
    return failure(
        base::invalid(fmt::format("there is no operator {}{}", base::shown(*literal),
                                  near ? fmt::format("; did you mean {}?", *near) : "; EQUALS or INCLUDES are some")));
  }
  condition.op = row->op;
  condition.negated = row->negated;
  condition.operand = operand;
  const auto* text = operand.as<std::string>();
  if (text != nullptr && ignores_case(row->op)) condition.folded = fold_case(*text);
  if (text != nullptr && row->op == Operator::kRegexp) {
    auto expression = MetadataExpression::compile(*text);
    if (!expression) return failure(expression.error());
    condition.expression = std::move(*expression);
  }
  return {};
}

Result<bool> MetadataRequirement::admits(const Value& metadata) const {
  const auto* members = metadata.as<Object>();
  if (members == nullptr || members->empty()) return admits_without_metadata();
  if (problem_) return failure(*problem_);
  return std::ranges::all_of(conditions_, [&](const Condition& condition) { return holds(condition, metadata); });
}

bool MetadataRequirement::holds(const Condition& condition, const Value& metadata) {
  const Value* left = condition.path.find(metadata);
  return left != nullptr && compare(condition, *left) != condition.negated;
}

// False on a mismatch of types; the negation is the caller's.
bool MetadataRequirement::compare(const Condition& condition, const Value& left) {
  const Value& right = condition.operand;
  const auto* left_list = left.as<Array>();
  const auto* right_list = right.as<Array>();
  switch (condition.op) {
    case Operator::kEquals:
      return left == right;
    case Operator::kLessThan:
    case Operator::kLessThanOrEqualsTo:
    case Operator::kGreaterThan:
    case Operator::kGreaterThanOrEqualsTo: {
      const auto a = number(left);
      const auto b = number(right);
      return a && b && compare_numbers(condition.op, *a, *b);
    }
    case Operator::kSizeEquals:
      return size_equals(left, right);
    case Operator::kContains:
      return left_list != nullptr && has(*left_list, right);
    case Operator::kContainsAny:
      return left_list != nullptr && right_list != nullptr && has_any(*left_list, *right_list);
    case Operator::kIn:
      return right_list != nullptr && has(*right_list, left);
    default:
      break;
  }
  const auto* left_text = left.as<std::string>();
  const auto* right_text = right.as<std::string>();
  if (left_text == nullptr || right_text == nullptr) return false;
  if (ignores_case(condition.op)) return compare_texts(condition, fold_case(*left_text), condition.folded);
  return compare_texts(condition, *left_text, *right_text);
}

bool MetadataRequirement::compare_texts(const Condition& condition, std::string_view left, std::string_view right) {
  switch (condition.op) {
    case Operator::kEqualsIgnoreCase:
      return left == right;
    case Operator::kIncludes:
    case Operator::kIncludesIgnoreCase:
      return left.contains(right);
    case Operator::kStartsWith:
    case Operator::kStartsWithIgnoreCase:
      return left.starts_with(right);
    case Operator::kEndsWith:
    case Operator::kEndsWithIgnoreCase:
      return left.ends_with(right);
    case Operator::kRegexp:
      return condition.expression && condition.expression->matches(left);
    default:
      return false;
  }
}

}  // namespace jeton::authorization
