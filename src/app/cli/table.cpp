#include "app/cli/table.hpp"

#include <algorithm>

#include "app/cli/display_width.hpp"

namespace jeton::cli {
namespace {

constexpr std::size_t kGap = 2;

void append_row(std::string& out, const std::vector<std::string>& cells, const std::vector<std::size_t>& widths) {
  std::size_t owed = 0;  // blanks before the next cell, so that no line ends in blanks
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (widths[i] == 0) continue;
    const std::string cell = printable(cells[i]);
    if (!cell.empty()) {
      out.append(owed, ' ');
      owed = 0;
      out += cell;
    }
    owed += widths[i] - display_width(cell) + kGap;
  }
}

}  // namespace

std::string render(const Table& table, bool colour) {
  std::vector<std::size_t> widths(table.headers.size(), 0);
  for (const auto& row : table.rows) {
    for (std::size_t i = 0; i < widths.size(); ++i) widths[i] = std::max(widths[i], display_width(printable(row[i])));
  }
  for (std::size_t i = 0; i < widths.size(); ++i) {
    if (widths[i] != 0) widths[i] = std::max(widths[i], display_width(table.headers[i]));
  }
  std::string out = colour ? "\x1b[1m" : "";
  append_row(out, table.headers, widths);
  out += colour ? "\x1b[0m\n" : "\n";
  for (const auto& row : table.rows) {
    append_row(out, row, widths);
    out += '\n';
  }
  return out;
}

}  // namespace jeton::cli
