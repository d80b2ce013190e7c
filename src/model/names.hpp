// Names as the Arrowhead contract spells them: normalizing what clients send, and saying what is wrong with what cannot
// be used (arrowhead-authorization 2.1 to 2.4). Pure and thread-safe.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/enum_text.hpp"
#include "base/result.hpp"
#include "model/policy.hpp"

namespace jeton::model {

/// kSimple trims only; kExtended also brings a name into the convention of its kind.
enum class NormalizationMode : std::uint8_t { kSimple, kExtended };

enum class NameKind : std::uint8_t { kSystem, kServiceDefinition, kEventType, kScope, kOperation, kCloud };

/// Brings names into their stored form. Never fails: what cannot be made right comes out wrong and is refused by
/// validate(). A blank name becomes the empty text, which means "no value".
///
/// White space inside a name is what Java's regular expressions call \s with UNICODE_CHARACTER_CLASS, the Unicode
/// property White_Space: U+0009..000D, 0020, 0085, 00A0, 1680, 2000..200A, 2028, 2029, 202F, 205F, 3000. A trimmed name
/// is blank when all of it is Java's Character.isWhitespace: these without 0085 and the non-breaking 00A0, 2007, 202F.
/// Letters outside ASCII keep their case: no valid name contains one. (Java would make ASCII letters of U+017F, U+0131
/// and U+212A; here such look-alikes are refused.)
class Normalizer {
 public:
  explicit Normalizer(NormalizationMode mode) : mode_(mode) {}

  NormalizationMode mode() const { return mode_; }

  /// The normalized name: a view into `text` when trimming is all it needs (as for valid names), else into `buffer`,
  /// whose content is replaced. Does not allocate in the first case. `text` must not lie in `buffer`.
  std::string_view normalize(NameKind kind, std::string_view text, std::string& buffer) const;

  std::string system(std::string_view text) const { return copy(NameKind::kSystem, text); }
  std::string service_definition(std::string_view text) const { return copy(NameKind::kServiceDefinition, text); }
  std::string event_type(std::string_view text) const { return copy(NameKind::kEventType, text); }
  std::string target(TargetType type, std::string_view text) const;
  std::string scope(std::string_view text) const { return copy(NameKind::kScope, text); }
  std::string operation(std::string_view text) const { return copy(NameKind::kOperation, text); }
  /// "LOCAL" in any case becomes kLocalCloud; the halves of a foreign cloud are normalized as system names.
  std::string cloud(std::string_view text) const { return copy(NameKind::kCloud, text); }
  /// The same, and kLocalCloud for a blank one (2.4).
  std::string cloud_or_local(std::string_view text) const;

 private:
  std::string copy(NameKind kind, std::string_view text) const;

  NormalizationMode mode_;
};

/// The kind of name a target of this type has.
constexpr NameKind name_kind(TargetType type) {
  return type == TargetType::kServiceDefinition ? NameKind::kServiceDefinition : NameKind::kEventType;
}

/// Whether a normalized name is right (2.3, 2.4). The whole text must match; lengths are at most
/// limits::kNameCharactersMax.
bool is_valid(NameKind kind, std::string_view name);
inline bool is_valid_system(std::string_view name) {
  return is_valid(NameKind::kSystem, name);
}
inline bool is_valid_service_definition(std::string_view name) {
  return is_valid(NameKind::kServiceDefinition, name);
}
inline bool is_valid_event_type(std::string_view name) {
  return is_valid(NameKind::kEventType, name);
}
inline bool is_valid_scope(std::string_view name) {
  return is_valid(NameKind::kScope, name);
}
inline bool is_valid_cloud(std::string_view name) {
  return is_valid(NameKind::kCloud, name);
}

/// kInvalid unless is_valid(): names the kind, the value and what would be right. `where` becomes Error::where.
base::Status validate(NameKind kind, std::string_view name, std::string_view where = {});
inline base::Status validate_system(std::string_view name, std::string_view where = {}) {
  return validate(NameKind::kSystem, name, where);
}
inline base::Status validate_service_definition(std::string_view name, std::string_view where = {}) {
  return validate(NameKind::kServiceDefinition, name, where);
}
inline base::Status validate_event_type(std::string_view name, std::string_view where = {}) {
  return validate(NameKind::kEventType, name, where);
}
inline base::Status validate_target(TargetType type, std::string_view name, std::string_view where = {}) {
  return validate(name_kind(type), name, where);
}
inline base::Status validate_scope(std::string_view name, std::string_view where = {}) {
  return validate(NameKind::kScope, name, where);
}
inline base::Status validate_operation(std::string_view name, std::string_view where = {}) {
  return validate(NameKind::kOperation, name, where);
}
inline base::Status validate_cloud(std::string_view name, std::string_view where = {}) {
  return validate(NameKind::kCloud, name, where);
}

}  // namespace jeton::model

namespace jeton::base {
template <>
struct EnumText<model::NormalizationMode> {
  static constexpr auto kRows = enum_rows<model::NormalizationMode>(
      {{model::NormalizationMode::kSimple, "simple"}, {model::NormalizationMode::kExtended, "extended"}});
};
}  // namespace jeton::base
