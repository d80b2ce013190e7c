// The part of JSON reading that does not depend on the target type: errors with the place where they are, bounds, and
// values that are only checked or carried. Used by reader.hpp; others include that. The parser itself stays in
// scanner.cpp, because its header alone takes seconds to compile.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/json/types.hpp"
#include "base/limits.hpp"

namespace jeton::base::json {

enum class Kind : std::uint8_t { kNull, kBoolean, kNumber, kText, kArray, kObject };

/// One value of the document in hand. Each is consumed once, in order of appearance.
class Element;

/// What is called for each value: a reference to a callable, for the time of a call (C++26 has std::function_ref).
template <class... Arguments>
class Visit {
 public:
  template <class Callable>
    requires(!std::is_same_v<std::remove_cvref_t<Callable>, Visit> &&
             std::is_invocable_r_v<bool, Callable&, Arguments...>)
  explicit(false) Visit(Callable&& callable)
      : callable_(std::addressof(callable)), call_([](void* called, Arguments... arguments) -> bool {
          return (*static_cast<std::remove_reference_t<Callable>*>(called))(arguments...);
        }) {}
  bool operator()(Arguments... arguments) const { return call_(callable_, arguments...); }

 private:
  void* callable_;
  bool (*call_)(void*, Arguments...);
};

/// What went wrong, and where. Filled by the innermost reader, completed with member names on the way out.
class Problem {
 public:
  bool say(std::string message);
  bool expected(std::string_view wanted, Kind found);
  bool too_deep();
  void within(std::string_view member);
  void within(std::size_t index);
  Error error() const;

 private:
  std::string message_;
  std::string path_;
};

struct Scan {
  Problem problem;
  std::size_t depth = 0;
};

/// Does not consume the element. nullopt: what is there begins no value, which the problem says.
std::optional<Kind> kind_of(Element& element, Scan& scan);
/// Does not consume the element.
bool is_null(Element& element);

/// Walks an array and hands each item to `visit(element)`, which answers false on a problem.
bool each_item(Element& element, Scan& scan, Visit<Element&> visit);
/// Walks an object and hands each member to `visit(name, element)`. The name lives until the next name or text is read.
bool each_member(Element& element, Scan& scan, Visit<std::string_view, Element&> visit);

/// Each consumes the element and answers whether it was well-formed.
bool read_value(Element& element, Value& out, Scan& scan);
bool read_raw(Element& element, std::string& out, Scan& scan);
bool skip(Element& element, Scan& scan);

/// A text; a number or boolean counts as its text (the leniency of the systems we replace). The view lives until this
/// thread reads the next document.
bool read_text(Element& element, std::string_view& out, Scan& scan);
/// A whole number, or a text that is one; a number with a fraction loses it.
bool read_integer(Element& element, std::int64_t& out, Scan& scan);
/// true or false, or a text that is one.
bool read_boolean(Element& element, bool& out, Scan& scan);

/// Asks `read(root)` to consume the root of the document, an object or an array, then makes sure that nothing is behind
/// it. `text` needs limits::kJsonPaddingBytes readable bytes behind it.
Status read_document(std::string_view text, Visit<Element&, Scan&> read);
/// The same for a document that must be an object.
Status read_object(std::string_view text, Visit<Element&, Scan&> read);

}  // namespace jeton::base::json
