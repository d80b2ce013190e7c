#include "app/config/import_settings.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "app/config/print.hpp"
#include "app/config/table.hpp"
#include "base/strings.hpp"

namespace jeton::config {
namespace {

constexpr std::size_t kNameBytesMax = 100;

bool is_text(std::string_view value) {
  return std::ranges::none_of(value, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

}  // namespace

std::string canonical(std::string_view name) {
  std::string out;
  for (const char c : base::to_lower(name)) {
    if (c != '.' && c != '-' && c != '_') out += c;
  }
  return out;
}

ImportSettings::ImportSettings(std::vector<Property> properties, std::span<const NamePair> former) {
  for (Property& property : properties) {
    std::string key = canonical(property.name);
    for (const auto& [before, now] : former) {
      if (key == canonical(before)) key = canonical(now);
    }
    settings_.insert_or_assign(std::move(key), std::move(property));
  }
}

std::optional<Property> ImportSettings::take(std::string_view name) {
  auto node = settings_.extract(canonical(name));
  if (node.empty()) return std::nullopt;
  Property property = std::move(node.mapped());
  if (base::is_blank(property.value)) {
    note(property, "not taken over: it has no value");
  } else if (property.value.find("${") != std::string::npos) {
    note(property, "not taken over: it refers to another setting with ${…}; write that one's value here");
  } else if (!is_text(property.value)) {
    note(property, "not taken over: it has a line break or another control character");
  } else {
    if (property.was_in_quotes) note(property, "the quotes around it were taken off");
    return property;
  }
  return std::nullopt;
}

std::optional<Property> ImportSettings::take_trimmed(std::string_view name) {
  auto property = take(name);
  if (property) property->value = std::string(base::trim(property->value));
  return property;
}

bool ImportSettings::take_blank(std::string_view name) {
  const auto found = settings_.find(canonical(name));
  if (found == settings_.end() || !found->second.has_value || !base::is_blank(found->second.value)) return false;
  settings_.erase(found);
  return true;
}

void ImportSettings::note(const Property& property, std::string_view what) {
  // What has no separator may be part of a secret that was broken over two lines.
  const bool is_name = property.has_value && is_text(property.name) && property.name.size() <= kNameBytesMax;
  add_note(property.line, is_name ? fmt::format("line {}: {}: {}", property.line, property.name, what)
                                  : fmt::format("line {}: {}", property.line, what));
}

void ImportSettings::note_beyond_ascii(const Property& property, std::string_view consequence) {
  if (std::ranges::none_of(property.value, [](unsigned char c) { return c >= 0x80; })) return;
  note(property, fmt::format("it has letters beyond ASCII, taken for UTF-8; the original reads properties files as ISO "
                             "8859-1, so {}",
                             consequence));
}

bool ImportSettings::put(std::string_view key, std::string_view text) {
  const Row* row = find_row(key);
  Config read;
  if (row == nullptr || !assign(row->field, text, read)) return false;
  put_yaml(key, to_yaml(row->field, read));
  return true;
}

bool ImportSettings::put_list(std::string_view key, std::span<const std::string> items) {
  const Row* row = find_row(key);
  Config read;
  if (row == nullptr || !assign_list(row->field, items, read)) return false;
  put_yaml(key, to_yaml(row->field, read));
  return true;
}

bool ImportSettings::put_secret(std::string_view key, std::string_view text) {
  const Row* row = find_row(key);
  Config read;
  if (row == nullptr || !assign(row->field, text, read)) return false;
  put_yaml(key, quoted(text));
  holds_secret_ = true;
  return true;
}

bool ImportSettings::put_secrets(std::string_view key, const TextByName& members) {
  const Row* row = find_row(key);
  Config read;
  if (row == nullptr || !assign_map(row->field, members, read)) return false;
  std::vector<std::string> written;
  for (const auto& [name, secret] : members) written.push_back(fmt::format("{}: {}", quoted(name), quoted(secret)));
  put_yaml(key, fmt::format("{{{}}}", fmt::join(written, ", ")));
  holds_secret_ = holds_secret_ || !members.empty();
  return true;
}

void ImportSettings::drop_rest(std::span<const NamePair> reasons, std::string_view system) {
  for (const auto& [key, property] : settings_) {
    const auto reason =
        std::ranges::find_if(reasons, [&](const NamePair& known) { return key.starts_with(canonical(known.first)); });
    if (!property.has_value) {
      note(property, "not taken over: it is no setting; expected NAME=VALUE");
    } else if (reason != reasons.end()) {
      note(property, fmt::format("not taken over: {}", reason->second));
    } else if (property.value.find_first_not_of("= ") == std::string::npos) {
      // The rest of a secret in base64 that was broken over two lines looks like a name with a separator.
      add_note(property.line, fmt::format("line {}: not taken over: it has no value", property.line));
    } else {
      note(property, fmt::format("not taken over: no setting of {} has this name", system));
    }
  }
  settings_.clear();
}

ImportedConfig ImportSettings::finish(std::string_view comment) && {
  if (holds_secret_) note("the output holds secrets; keep it in a file that only its owner can read");
  std::ranges::sort(notes_);
  SectionWriter sections;
  for (const Row& row : rows()) {
    if (const auto value = made_.find(row.path); value != made_.end()) sections.write(row.path, value->second);
  }
  ImportedConfig out{.yaml = fmt::format("# {}\n", comment) + std::move(sections).text(), .notes = {}};
  for (Note& note : notes_) {
    if (out.notes.size() < kImportNotesMax) out.notes.push_back(std::move(note.text));
  }
  if (notes_.size() > kImportNotesMax)
    out.notes.push_back(fmt::format("and {} notes more", notes_.size() - kImportNotesMax));
  return out;
}

}  // namespace jeton::config
