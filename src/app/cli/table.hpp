// Aligned columns for people.
#pragma once
#include <string>
#include <vector>

namespace jeton::cli {

struct Table {
  std::vector<std::string> headers;
  std::vector<std::vector<std::string>> rows;  ///< each as long as headers
};

/// Lines with their ends. Columns that are empty in every row are left out; the last column is not padded. With
/// `colour` the headers are bold.
std::string render(const Table& table, bool colour);

}  // namespace jeton::cli
