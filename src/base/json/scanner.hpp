// The part of JSON reading that does not depend on the target type: errors with the place where they are, bounds, and
// values that are only checked or carried. Used by reader.hpp; others include that.
#pragma once
#include <simdjson.h>

#include <string>
#include <string_view>

#include "base/json/types.hpp"
#include "base/limits.hpp"

namespace jeton::base::json {

using simdjson::ondemand::json_type;
using Element = simdjson::ondemand::value;

/// What went wrong, and where. Filled by the innermost reader, completed with member names on the way out.
class Problem {
 public:
  bool say(std::string message);
  bool expected(std::string_view wanted, json_type found);
  bool malformed(simdjson::error_code code);
  bool too_deep();
  void within(std::string_view member);
  void within(std::size_t index);
  Error error() const;

 private:
  std::string message_;
  std::string path_;
};

/// Counts nesting; false past limits::kJsonDepthMax.
class Nesting {
 public:
  explicit Nesting(std::size_t& depth) : depth_(depth) { ++depth_; }
  ~Nesting() { --depth_; }
  Nesting(const Nesting&) = delete;
  Nesting& operator=(const Nesting&) = delete;
  bool ok() const { return depth_ <= limits::kJsonDepthMax; }

 private:
  std::size_t& depth_;
};

struct Scan {
  Problem problem;
  std::size_t depth = 0;
};

/// Walks an array and hands each item to `visit(element)`, which answers false on a problem.
template <class Visit>
bool each_item(Element element, Scan& scan, Visit&& visit) {
  const Nesting nesting(scan.depth);
  if (!nesting.ok()) return scan.problem.too_deep();
  json_type type{};
  if (const auto code = element.type().get(type)) return scan.problem.malformed(code);
  if (type != json_type::array) return scan.problem.expected("a list", type);
  simdjson::ondemand::array array;
  if (const auto code = element.get_array().get(array)) return scan.problem.malformed(code);
  std::size_t index = 0;
  for (auto item : array) {
    Element child;
    if (const auto code = item.get(child)) return scan.problem.malformed(code);
    if (!visit(child)) {
      scan.problem.within(index);
      return false;
    }
    ++index;
  }
  return true;
}

/// Walks an object and hands each member to `visit(name, element)`. The name lives until the next name or text is read.
template <class Visit>
bool each_member(Element element, Scan& scan, Visit&& visit) {
  const Nesting nesting(scan.depth);
  if (!nesting.ok()) return scan.problem.too_deep();
  json_type type{};
  if (const auto code = element.type().get(type)) return scan.problem.malformed(code);
  if (type != json_type::object) return scan.problem.expected("an object", type);
  simdjson::ondemand::object object;
  if (const auto code = element.get_object().get(object)) return scan.problem.malformed(code);
  for (auto field : object) {
    std::string_view name;
    if (const auto code = field.unescaped_key().get(name)) return scan.problem.malformed(code);
    Element child;
    if (const auto code = field.value().get(child)) return scan.problem.malformed(code);
    if (!visit(name, child)) {
      scan.problem.within(name);
      return false;
    }
  }
  return true;
}

/// Each consumes the element and answers whether it was well-formed.
bool read_value(Element element, Value& out, Scan& scan);
bool read_raw(Element element, std::string& out, Scan& scan);
bool skip(Element element, Scan& scan);

/// A text; a number or boolean counts as its text (the leniency of the systems we replace). The view lives as long as
/// the parser.
bool read_text(Element element, std::string_view& out, Scan& scan);
/// A whole number, or a text that is one; a number with a fraction loses it.
bool read_integer(Element element, std::int64_t& out, Scan& scan);
/// true or false, or a text that is one.
bool read_boolean(Element element, bool& out, Scan& scan);

/// This thread's parser. Texts read as views live until its next use.
simdjson::ondemand::parser& thread_parser();

/// Asks `read(document)` to consume the document, then makes sure that nothing is behind it. `text` needs
/// limits::kJsonPaddingBytes readable bytes behind it.
template <class Read>
Status read_document(std::string_view text, Read&& read) {
  Scan scan;
  simdjson::ondemand::document document;
  const auto code =
      thread_parser().iterate(text.data(), text.size(), text.size() + limits::kJsonPaddingBytes).get(document);
  if (code != simdjson::SUCCESS) {
    scan.problem.malformed(code);
    return failure(scan.problem.error());
  }
  if (!read(document, scan)) return failure(scan.problem.error());
  // Out of bounds is how the parser says that it stands behind the last character.
  if (document.current_location().error() != simdjson::OUT_OF_BOUNDS) {
    scan.problem.say("there is something behind the end of the JSON document");
    return failure(scan.problem.error());
  }
  return {};
}

static_assert(limits::kJsonPaddingBytes >= simdjson::SIMDJSON_PADDING);

}  // namespace jeton::base::json
