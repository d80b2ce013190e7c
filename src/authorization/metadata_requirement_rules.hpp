// What a SYS_METADATA policy asks of a consumer's metadata (arrowhead-authorization 7). Pure; compiled once, evaluated
// often, by any number of threads.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "authorization/metadata_expression.hpp"
#include "authorization/metadata_path.hpp"
#include "base/json/types.hpp"
#include "base/result.hpp"

namespace jeton::authorization {

/// The positive operators (7.4). A condition may negate each but the regular expression and the numeric ones.
enum class Operator : std::uint8_t {
  kEquals,
  kEqualsIgnoreCase,
  kIncludes,
  kIncludesIgnoreCase,
  kStartsWith,
  kStartsWithIgnoreCase,
  kEndsWith,
  kEndsWithIgnoreCase,
  kRegexp,
  kLessThan,
  kLessThanOrEqualsTo,
  kGreaterThan,
  kGreaterThanOrEqualsTo,
  kSizeEquals,
  kContains,
  kContainsAny,
  kIn,
};

class MetadataRequirement {
 public:
  /// kInvalid when the text is no JSON object. What is wrong with an operator or an expression is kept for admits(): a
  /// grant may hold it, and a consumer without metadata never meets it.
  static base::Result<MetadataRequirement> compile(std::string_view json_text);

  /// Whether all conditions hold. `metadata` that is no object or an empty one counts as none and satisfies only the
  /// empty requirement. Past that, kInvalid when any condition, also one behind a failing one, has an operator that is
  /// unknown or null, or an expression that cannot be used (MetadataExpression).
  base::Result<bool> admits(const base::json::Value& metadata) const;

  /// The same for a consumer without metadata.
  bool admits_without_metadata() const { return conditions_.empty() && !problem_; }

 private:
  struct Condition {
    MetadataPath path;
    Operator op = Operator::kEquals;
    bool negated = false;
    base::json::Value operand;
    std::string folded;  ///< the operand without regard to case, when the operator asks for it
    std::optional<MetadataExpression> expression;
  };
  void add(std::string_view path, const base::json::Value& wanted);
  base::Status add_operation(Condition& condition, const base::json::Value& op, const base::json::Value& operand);
  static bool holds(const Condition& condition, const base::json::Value& metadata);
  static bool compare(const Condition& condition, const base::json::Value& left);
  static bool compare_texts(const Condition& condition, std::string_view left, std::string_view right);

  std::vector<Condition> conditions_;
  std::optional<base::Error> problem_;  ///< the first condition that cannot be evaluated
};

}  // namespace jeton::authorization
