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
    for (const Member& member : section.members) {
      const std::string path = section_path.empty() ? member.key : fmt::format("{}.{}", section_path, member.key);
      // A key that holds dots itself is not the key that its text spells.
      const bool dotted = member.key.find('.') != std::string::npos;
      const Row* row = dotted ? nullptr : find_row(path);
      if (const Later* section_to_come = find_later(path)) {
        warn_later(at(member.line), *section_to_come, reading_);
      } else if (row != nullptr) {
        read_value(*row, member);
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

  void read_subsection(const Member& member, const std::string& path) {
    // A section whose keys are all commented out is null.
    if (member.value.kind == NodeKind::kNull) return;
    if (member.value.kind == NodeKind::kMap) return read_section(member.value, path);
    report(member.line, path, "is a section; expected its keys, indented below it");
  }

  void read_value(const Row& row, const Member& member) {
    base::Status status;
    switch (member.value.kind) {
      case NodeKind::kNull:
        if (has_no_text_for_unset(row.field)) break;
        status = base::failure(base::invalid(
            fmt::format("has no value; expected {}, or no such line for the default", expected(row.field))));
        break;
      case NodeKind::kMap:
        if (std::holds_alternative<HiddenMap>(row.field)) {
          status = read_map(row, member.value);
          break;
        }
        status = base::failure(base::invalid(fmt::format("is not a section; expected {}", expected(row.field))));
        break;
      case NodeKind::kScalar:
        status = read_scalar(row, member.value);
        break;
      case NodeKind::kList:
        status = read_list(row, member.value);
        break;
    }
    if (!status) return report(member.line, row.path, status.error().message);
    reading_.set(row.path, at(member.line));
  }

  base::Status read_scalar(const Row& row, const Node& value) {
    if (std::holds_alternative<TextList>(row.field) || std::holds_alternative<HiddenMap>(row.field)) {
      return base::failure(base::invalid(fmt::format("is a single value; expected {}", expected(row.field))));
    }
    return assign(row.field, value.text, reading_.loaded.config);
  }

  base::Status read_list(const Row& row, const Node& value) {
    std::vector<std::string> items;
    for (const Node& item : value.items) {
      if (item.kind != NodeKind::kScalar) {
        return base::failure(
            base::invalid(fmt::format("has an item that is no text; expected {}", expected(row.field))));
      }
      items.push_back(item.text);
    }
    return assign_list(row.field, items, reading_.loaded.config);
  }

  base::Status read_map(const Row& row, const Node& value) {
    std::vector<std::pair<std::string, std::string>> members;
    for (const Member& member : value.members) {
      if (member.value.kind != NodeKind::kScalar) {
        return base::failure(base::invalid(
            fmt::format("its member {} has no text; expected {}", members.size() + 1, expected(row.field))));
      }
      members.emplace_back(member.key, member.value.text);
    }
    return assign_map(row.field, members, reading_.loaded.config);
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
      Reading::line(source, "", fmt::format("`{}` is not part of this release and has no effect", section.path)));
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
