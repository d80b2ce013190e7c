// Configurations as text: `jeton config print`, and what importers make.
#pragma once
#include <string>
#include <string_view>
#include <utility>

#include "app/config/load.hpp"

namespace jeton::config {

/// The effective values as YAML with every key; behind each that is no default, a comment with its origin. Secrets show
/// as "(set)". Without secrets it loads again to the same values; with them, loading it says which to fill in.
std::string print(const Config& config, const Origins& origins = {});

/// Keys under the headings of their sections, each heading once as long as the keys of a section stand together.
class SectionWriter {
 public:
  /// `path` outlives the writer. A value that begins with a line break stands below its key.
  void write(std::string_view path, std::string_view yaml);
  std::string text() && { return std::move(text_); }

 private:
  void open(std::string_view section);

  std::string text_;
  std::string_view section_;
};

}  // namespace jeton::config
