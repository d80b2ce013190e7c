// What the listing verbs share: the entries of a query as JSON or as a table.
#pragma once
#include <fmt/format.h>

#include <functional>
#include <string>
#include <vector>

#include "app/cli/api.hpp"
#include "app/cli/output.hpp"
#include "base/json/writer.hpp"

namespace jeton::cli {

inline Api::OnPage page_progress(Output& output, std::string_view noun) {
  return [&output, noun](std::size_t done, std::int64_t total) {
    if (std::cmp_less(done, total)) output.progress(fmt::format("{} of {} {}", done, total, noun));
  };
}

/// The entries as the server gave them, in one answer of its shape.
inline ExitCode print_json(std::vector<base::json::Raw> entries, Output& output) {
  const auto count = static_cast<std::int64_t>(entries.size());
  output.raw_line(base::json::write(wire::ListAnswer{std::move(entries), count}));
  return ExitCode::kDone;
}

template <class Entry>
ExitCode print_table(const std::vector<base::json::Raw>& entries, std::vector<std::string> headers,
                     const std::function<std::vector<std::string>(const Entry&)>& row_of, std::string_view when_empty,
                     Output& output) {
  if (entries.empty()) {
    output.note(when_empty);
    return ExitCode::kDone;
  }
  Table table{.headers = std::move(headers), .rows = {}};
  for (const base::json::Raw& raw : entries) {
    const auto entry = read_answer<Entry>(raw.text);
    if (!entry) return output.fail(entry.error());
    table.rows.push_back(row_of(*entry));
  }
  output.table(table);
  return ExitCode::kDone;
}

}  // namespace jeton::cli
