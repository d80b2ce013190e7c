// Completion scripts for shells, written from the verbs.
#pragma once
#include <string>

#include "app/cli/options.hpp"
#include "app/cli/parse.hpp"

namespace jeton::cli {

/// For `source <(jeton completion bash)`, or for a file in the shell's completion folder.
std::string completion_script(Shell shell, const Verb& root);

}  // namespace jeton::cli
