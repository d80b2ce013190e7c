#include "leases/providers/postgresql/statements.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/strings.hpp"
#include "base/time_text.hpp"

namespace jeton::leases::postgresql {
namespace {

constexpr std::string_view kName = "{name}";
constexpr std::string_view kGroup = "{role}";

std::string quoted(std::string_view text, char quote) {
  std::string out(1, quote);
  for (const char c : text) {
    if (c == quote) out += quote;
    out += c;
  }
  out += quote;
  return out;
}

std::string names_of(std::span<const std::string> names) {
  std::string out;
  for (const std::string& name : names) {
    if (!out.empty()) out += ", ";
    out += quoted_name(name);
  }
  return out;
}

// To the second, and never early.
std::string login_end(base::Instant expires_at) {
  return base::format_instant(std::chrono::ceil<std::chrono::seconds>(expires_at + kLoginSlack));
}

bool is_placeholder_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

// The first word in braces at or behind `at`, with its braces; empty when there is none. What else stands in braces is
// none of ours: '{1,2}' is an array.
std::string_view next_placeholder(std::string_view statement, std::size_t at) {
  for (at = statement.find('{', at); at != std::string_view::npos; at = statement.find('{', at + 1)) {
    const auto begin = statement.begin() + static_cast<std::ptrdiff_t>(at);
    const auto end = std::find_if_not(begin + 1, statement.end(), is_placeholder_letter);
    if (end != statement.end() && *end == '}' && end != begin + 1) return {begin, end + 1};
  }
  return {};
}

}  // namespace

std::string quoted_name(std::string_view name) {
  return quoted(name, '"');
}

// Backslashes mean themselves in one form only, whatever standard_conforming_strings says.
std::string quoted_text(std::string_view text) {
  if (text.find('\\') == std::string_view::npos) return quoted(text, '\'');
  std::string doubled;
  for (const char c : text) doubled += c == '\\' ? std::string("\\\\") : std::string(1, c);
  return " E" + quoted(doubled, '\'');
}

std::string create_role(const NewRole& role) {
  const std::string name = quoted_name(role.name);
  std::string out = fmt::format("CREATE ROLE {} LOGIN PASSWORD {} VALID UNTIL {}", name, quoted_text(role.verifier),
                                quoted_text(login_end(role.expires_at)));
  if (role.connections_max > 0) fmt::format_to(std::back_inserter(out), " CONNECTION LIMIT {}", role.connections_max);
  if (!role.groups.empty()) out += " IN ROLE " + names_of(role.groups);
  fmt::format_to(std::back_inserter(out), "; COMMENT ON ROLE {} IS {}", name, quoted_text(role.lease));
  return out;
}

std::string renew_role(std::string_view name, base::Instant expires_at) {
  return fmt::format("ALTER ROLE {} VALID UNTIL {}", quoted_name(name), quoted_text(login_end(expires_at)));
}

std::string lock_out(std::span<const std::string> names) {
  std::string out;
  for (const std::string& name : names)
    fmt::format_to(std::back_inserter(out), "{}ALTER ROLE {} NOLOGIN", out.empty() ? "" : "; ", quoted_name(name));
  return out;
}

std::string join(std::span<const std::string> names) {
  return fmt::format("GRANT {} TO CURRENT_USER", names_of(names));
}

std::string try_joining(const std::string& name) {
  return fmt::format("GRANT {0} TO CURRENT_USER; REVOKE {0} FROM CURRENT_USER", quoted_name(name));
}

std::string give_away(std::span<const std::string> names, std::string_view heir) {
  const std::string all = names_of(names);
  return fmt::format("REASSIGN OWNED BY {} TO {}; DROP OWNED BY {}", all,
                     heir.empty() ? "CURRENT_USER" : quoted_name(heir), all);
}

std::string drop_roles(std::span<const std::string> names) {
  return "DROP ROLE IF EXISTS " + names_of(names);
}

std::string array_of(std::span<const std::string> names) {
  std::string out;
  for (const std::string& name : names) {
    out += out.empty() ? "{\"" : ",\"";
    for (const char c : name) {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
    out += '"';
  }
  return out.empty() ? "{}" : out + "}";
}

base::Status check_template(std::string_view statement) {
  if (base::is_blank(statement) || statement.find('\0') != std::string_view::npos)
    return base::failure(base::invalid("expected a statement, found an empty text"));
  for (std::string_view word = next_placeholder(statement, 0); !word.empty();
       word = next_placeholder(statement, static_cast<std::size_t>(word.end() - statement.begin()))) {
    if (word != kName && word != kGroup)
      return base::failure(
          base::invalid(fmt::format("there is no {}; a statement has {} and {}", word, kName, kGroup)));
  }
  return {};
}

bool names_group(std::string_view statement) {
  return statement.find(kGroup) != std::string_view::npos;
}

std::string fill_template(std::string_view statement, std::string_view name, std::string_view group) {
  std::string out;
  std::size_t at = 0;
  for (std::string_view word = next_placeholder(statement, 0); !word.empty(); word = next_placeholder(statement, at)) {
    const auto begin = static_cast<std::size_t>(word.begin() - statement.begin());
    out += statement.substr(at, begin - at);
    out += word == kName ? quoted_name(name) : quoted_name(group);
    at = begin + word.size();
  }
  out += statement.substr(at);
  return out;
}

base::Result<std::vector<std::string>> read_groups(std::string_view text) {
  std::vector<std::string> out;
  for (const std::string_view part : base::split(text, ',')) {
    const std::string_view group = base::trim(part);
    if (group.empty() || group.size() > kNameBytesMax || group.find('\0') != std::string_view::npos) {
      return base::failure(base::invalid(fmt::format(
          "expected names of PostgreSQL roles with commas between them, each of 1 to {} bytes", kNameBytesMax)));
    }
    out.emplace_back(group);
  }
  return out;
}

}  // namespace jeton::leases::postgresql
