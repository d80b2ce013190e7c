#include "app/config/document.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <optional>
#include <set>
#include <sstream>

#include "base/strings.hpp"

namespace jeton::config {
namespace {

constexpr std::size_t kFindingsMax = 100;

std::size_t line_of(const YAML::Mark& mark) {
  return mark.line < 0 ? 1 : static_cast<std::size_t>(mark.line) + 1;
}

// Stops the parser from inside a callback, in the parser's own way, with a message of ours.
struct Stop final : YAML::ParserException {
  using YAML::ParserException::ParserException;
};
[[noreturn]] void stop(const YAML::Mark& mark, const std::string& message) {
  throw Stop(mark, message);
}

// Builds the tree from the parser's callbacks.
class Builder final : public YAML::EventHandler {
 public:
  explicit Builder(Document& document) : document_(document) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) stop(mark, "begins a second document; one file holds one document");
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    check(mark, "?", anchor);
    put(mark, Node{.kind = NodeKind::kNull, .line = line_of(mark)});
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { refuse_anchor(mark); }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    check(mark, tag, anchor);
    put(mark, Node{.kind = NodeKind::kScalar, .line = line_of(mark), .text = value});
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    check(mark, tag, anchor);
    open(mark, NodeKind::kList);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    check(mark, tag, anchor);
    open(mark, NodeKind::kMap);
  }
  void OnMapEnd() override { close(); }

 private:
  // A list or map that is being filled.
  struct Open {
    Node node;
    std::optional<Member> member;     // the key read last, while its value is awaited
    std::set<std::string> seen = {};  // keys of the map so far
  };

  [[noreturn]] static void refuse_anchor(const YAML::Mark& mark) {
    stop(mark,
         "anchors and aliases (`&`, `*`) are not read here; write the value out, in quotes if it begins with one of "
         "them");
  }

  void check(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (anchor != 0) refuse_anchor(mark);
    // "?" is a plain value, "!" a quoted one.
    if (!tag.empty() && tag != "?" && tag != "!") {
      stop(mark, "tags (`!`) are not read here; put the value in quotes if it begins with an exclamation mark");
    }
    if (++nodes_ > kNodesMax) stop(mark, fmt::format("has more than {} keys and values", kNodesMax));
  }

  void open(const YAML::Mark& mark, NodeKind kind) {
    if (stack_.size() >= kDepthMax) stop(mark, fmt::format("is nested deeper than {} levels", kDepthMax));
    if (awaits_key()) stop(mark, "a list or a section stands where a key belongs");
    stack_.push_back({.node = Node{.kind = kind, .line = line_of(mark)}, .member = std::nullopt});
  }

  void close() {
    Node node = std::move(stack_.back().node);
    stack_.pop_back();
    put_value(std::move(node));
  }

  bool awaits_key() const {
    return !stack_.empty() && stack_.back().node.kind == NodeKind::kMap && !stack_.back().member;
  }

  void put(const YAML::Mark& mark, Node node) {
    if (!awaits_key()) return put_value(std::move(node));
    if (node.kind == NodeKind::kNull) stop(mark, "a key is missing before the colon");
    stack_.back().member = Member{.key = std::move(node.text), .line = node.line, .value = {}};
  }

  void put_value(Node node) {
    if (stack_.empty()) {
      document_.root = std::move(node);
      return;
    }
    Open& parent = stack_.back();
    if (parent.node.kind == NodeKind::kList) {
      parent.node.items.push_back(std::move(node));
      return;
    }
    Member member = std::move(*parent.member);
    parent.member.reset();
    if (!parent.seen.insert(member.key).second) return report_twice(member);
    member.value = std::move(node);
    parent.node.members.push_back(std::move(member));
  }

  void report_twice(const Member& member) {
    if (document_.findings.size() >= kFindingsMax) return;
    std::string path;
    for (const Open& level : stack_) {
      if (level.member) path += level.member->key + '.';
    }
    document_.findings.push_back({member.line, path + member.key, "is given twice in this section; keep one"});
  }

  Document& document_;
  std::vector<Open> stack_;
  std::size_t nodes_ = 0;
  std::size_t documents_ = 0;
};

// What YAML would let through, or would report as something else.
std::optional<Finding> check_bytes(std::string_view text) {
  if (text.size() > kFileBytesMax) {
    return Finding{1, "", fmt::format("the file has more than {} bytes, the most that is read", kFileBytesMax)};
  }
  std::size_t line = 1;
  for (const std::string_view content : base::split(text, '\n')) {
    const std::size_t indent = content.find_first_not_of(" \t");
    if (!base::is_utf8(content)) return Finding{line, "", "is not UTF-8; save the file in that encoding"};
    if (indent != std::string_view::npos && content.substr(0, indent).find('\t') != std::string_view::npos) {
      return Finding{line, "", "is indented with a tab; use spaces"};
    }
    for (const char c : content) {
      const auto byte = static_cast<unsigned char>(c);
      if ((byte < 0x20 && c != '\t' && c != '\r') || byte == 0x7f) {
        return Finding{line, "", fmt::format("holds the control character 0x{:02x}; a text file is expected", byte)};
      }
    }
    ++line;
  }
  return std::nullopt;
}

// The parser's message up to the part in which it may quote the file.
std::string without_quotes_of_the_file(const YAML::Exception& problem) {
  const std::string& message = problem.msg;
  if (message.starts_with("the referenced anchor is not defined")) {
    return "an alias (`*`) names nothing; put the value in quotes if it begins with an asterisk";
  }
  return "is not valid YAML: " + message.substr(0, message.find(": "));
}

}  // namespace

Document read_document(std::string_view text) {
  Document document;
  if (auto finding = check_bytes(text)) {
    document.findings.push_back(std::move(*finding));
    return document;
  }
  // Without the last line break, as the parser takes one at the very end for the end of an open quotation.
  text = text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
  Builder builder(document);
  std::istringstream input{std::string(text)};
  try {
    YAML::Parser parser(input);
    while (parser.HandleNextDocument(builder)) {
    }
    if (document.root.kind != NodeKind::kNull && document.root.kind != NodeKind::kMap) {
      document.findings.push_back(
          {document.root.line, "", "the file must hold keys and values, such as `data: ./jeton-data`"});
      document.root = {};
    }
  } catch (const Stop& problem) {
    document.findings.push_back({line_of(problem.mark), "", problem.msg});
    document.root = {};
  } catch (const YAML::Exception& problem) {
    document.findings.push_back({line_of(problem.mark), "", without_quotes_of_the_file(problem)});
    document.root = {};
  }
  return document;
}

}  // namespace jeton::config
