#include "app/config/load.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "app/config/document.hpp"
#include "app/config/reading.hpp"
#include "app/config/suggest.hpp"
#include "app/config/table.hpp"
#include "app/config/values.hpp"

namespace jeton::config {
namespace {

// Walks the tree of one file along the table.
class FileReader {
 public:
  FileReader(std::string_view name, Reading& reading) : name_(name), reading_(reading) {}

  void read_section(const Node& section, std::string_view section_path) {
    const bool is_collection = find_collection(section_path) != nullptr;
    for (const Member& member : section.members) {
      const std::string path = section_path.empty() ? member.key : fmt::format("{}.{}", section_path, member.key);
      if (is_collection) {
        read_named(member, path);
        continue;
      }
      // A key that holds dots itself is not the key that its text spells.
      const bool dotted = member.key.find('.') != std::string::npos;
      const Row* row = dotted ? nullptr : find_row(path);
      if (const Later* section_to_come = find_later(path)) {
        warn_later(at(member.line), *section_to_come, reading_);
      } else if (row != nullptr) {
        read_value(*row, path, member);
      } else if (!dotted && is_section(path)) {
        read_subsection(member, path);
      } else {
        report(member.line, path, fmt::format("is not a key; {}", suggest_key(path)));
      }
    }
  }

  void report(std::size_t line, std::string_view path, std::string_view what) {
    reading_.problem(at(line), path.empty() ? std::string() : shown_key(path), what);
  }

 private:
  std::string at(std::size_t line) const { return fmt::format("{}:{}", name_, line); }

  // A member of a collection is there also with no keys.
  void read_named(const Member& member, const std::string& path) {
    if (const auto status = check_member_name(member.key); !status) {
      return report(member.line, path, status.error().message);
    }
    const bool is_readable = member.value.kind == NodeKind::kMap || member.value.kind == NodeKind::kNull;
    if (!is_readable || enter(path, at(member.line), reading_)) read_subsection(member, path);
  }

  void read_subsection(const Member& member, const std::string& path) {
    // A section whose keys are all commented out is null.
    if (member.value.kind == NodeKind::kNull) return;
    if (member.value.kind == NodeKind::kMap) return read_section(member.value, path);
    report(member.line, path, "is a section; expected its keys, indented below it");
  }

  void read_value(const Row& row, const std::string& path, const Member& member) {
    const auto members = enter(path, at(member.line), reading_);
    if (!members) return;
    base::Status status;
    switch (member.value.kind) {
      case NodeKind::kNull:
        if (has_no_text_for_unset(row.field)) break;
        status = base::failure(base::invalid(
            fmt::format("has no value; expected {}, or no such line for the default", expected(row.field))));
        break;
      case NodeKind::kMap:
        if (is_map(row.field)) {
          status = read_map(row, member.value, *members);
          break;
        }
        status = base::failure(base::invalid(fmt::format("is not a section; expected {}", expected(row.field))));
        break;
      case NodeKind::kScalar:
        status = read_scalar(row, member.value, *members);
        break;
      case NodeKind::kList:
        status = read_list(row, member.value, *members);
        break;
    }
    if (!status) return report(member.line, path, status.error().message);
    reading_.set(path, at(member.line));
  }

  static bool is_map(const Field& field) {
    return std::holds_alternative<HiddenMap>(field) || std::holds_alternative<TextMap>(field);
  }

  base::Status read_scalar(const Row& row, const Node& value, Members members) {
    if (std::holds_alternative<TextList>(row.field) || is_map(row.field)) {
      return base::failure(base::invalid(fmt::format("is a single value; expected {}", expected(row.field))));
    }
    return assign(row.field, value.text, reading_.loaded.config, members);
  }

  base::Status read_list(const Row& row, const Node& value, Members members) {
    std::vector<std::string> items;
    for (const Node& item : value.items) {
      if (item.kind != NodeKind::kScalar) {
        return base::failure(
            base::invalid(fmt::format("has an item that is no text; expected {}", expected(row.field))));
      }
      items.push_back(item.text);
    }
    return assign_list(row.field, items, reading_.loaded.config, members);
  }

  base::Status read_map(const Row& row, const Node& value, Members members) {
    TextByName pairs;
    for (const Member& member : value.members) {
      if (member.value.kind != NodeKind::kScalar) {
        return base::failure(base::invalid(
            fmt::format("its member {} has no text; expected {}", pairs.size() + 1, expected(row.field))));
      }
      pairs.emplace_back(member.key, member.value.text);
    }
    return assign_map(row.field, pairs, reading_.loaded.config, members);
  }

  std::string_view name_;
  Reading& reading_;
};

void apply_file(const File& file, Reading& reading) {
  const Document document = read_document(file.text);
  FileReader reader(file.name, reading);
  for (const Finding& finding : document.findings) reader.report(finding.line, finding.key, finding.message);
  reader.read_section(document.root, "");
}

}  // namespace

void warn_later(std::string_view source, const Later& section, Reading& reading) {
  reading.warn(
      problem_line(source, "", fmt::format("`{}` is not part of this release and has no effect", section.path)));
}

std::optional<std::vector<std::size_t>> enter(std::string_view path, std::string_view source, Reading& reading) {
  Config& config = reading.loaded.config;
  std::vector<std::size_t> members;
  for (std::size_t dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.', dot + 1)) {
    const Collection* collection = find_collection(path.substr(0, dot));
    if (collection == nullptr) continue;
    const std::string_view member_path = path.substr(0, path.find('.', dot + 1));
    const std::string_view name = leaf_of(member_path);
    const std::size_t size = collection->size(config, members);
    std::size_t index = 0;
    while (index < size && collection->name(config, members, index) != name) ++index;
    if (index == size) {
      auto status = check_member_name(name);
      if (size >= kMembersMax) {
        status = base::failure(base::invalid(fmt::format("is one too many; expected {} at the most", kMembersMax)));
      }
      if (!status) {
        reading.problem(source, shown_key(member_path), status.error().message);
        return std::nullopt;
      }
      collection->add(config, members, std::string(name));
      reading.set(member_path, source);
    }
    members.push_back(index);
  }
  return members;
}

std::string_view origin_of(const Origins& origins, std::string_view key) {
  for (; !key.empty(); key = section_of(key)) {
    if (const auto found = origins.find(key); found != origins.end()) return found->second;
  }
  return {};
}

std::string problem_line(std::string_view source, std::string_view key, std::string_view what) {
  return fmt::format("{}{}{}{}{}", source, source.empty() ? "" : ": ", key, key.empty() ? "" : ": ", what);
}

std::expected<LoadedConfig, Problems> load(const Sources& sources) {
  Reading reading;
  if (sources.file) apply_file(*sources.file, reading);
  apply_environment(sources.environment, reading);
  apply_settings(sources.settings, reading);
  validate(sources.exposure, reading);
  if (reading.problems.empty()) return std::move(reading.loaded);
  if (reading.left_out != 0) reading.problems.push_back(fmt::format("and {} more", reading.left_out));
  return std::unexpected(std::move(reading.problems));
}

base::Result<File> read_config_file(const std::string& path) {
  std::error_code problem;
  const auto status = std::filesystem::status(path, problem);
  if (status.type() == std::filesystem::file_type::not_found) {
    return base::failure(base::not_found(fmt::format("there is no configuration file {}", path)));
  }
  std::ifstream input(path, std::ios::binary);
  if (std::filesystem::is_directory(status) || !input) {
    return base::failure(
        base::invalid(fmt::format("{} cannot be read; expected a YAML file that this user may read", path), path));
  }
  std::string text(kFileBytesMax + 1, '\0');
  input.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(input.gcount()));
  if (text.size() > kFileBytesMax) {
    return base::failure({base::ErrorCode::kTooLarge,
                          fmt::format("{} has more than {} bytes, the most that is read", path, kFileBytesMax), path});
  }
  return File{.name = path, .text = std::move(text)};
}

}  // namespace jeton::config
