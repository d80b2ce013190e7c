// What `jeton` alone says.
#pragma once
#include <string>

namespace jeton::cli {

struct Verb;

/// One screen: what it is, what to type first, the verbs.
std::string welcome_text(const Verb& root);

}  // namespace jeton::cli
