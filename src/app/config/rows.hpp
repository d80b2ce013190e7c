// How rows are written: integer<&Config::http, &Http::threads>(0, 1024), and for a key of a collection's members
// text<&Config::leases, &Leases::providers, kEach, &leases::ProviderSettings::user>(Blank::kAllowed).
#pragma once
#include <algorithm>
#include <array>
#include <type_traits>

#include "app/config/table.hpp"
#include "base/enum_text.hpp"

namespace jeton::config {

/// Stands in the path to a value for one member of the collection before it.
struct Each {};
inline constexpr Each kEach;

template <auto First, auto... Rest>
constexpr auto& follow(auto& object, Members members) {
  if constexpr (std::is_same_v<std::remove_cvref_t<decltype(First)>, Each>) {
    return follow<Rest...>(object[members.front()].second, members.subspan(1));
  } else if constexpr (sizeof...(Rest) == 0) {
    return object.*First;
  } else {
    return follow<Rest...>(object.*First, members);
  }
}

template <auto... Path>
using TypeAt = std::remove_cvref_t<decltype(follow<Path...>(std::declval<Config&>(), Members{}))>;

template <auto... Path>
constexpr auto place() {
  using T = TypeAt<Path...>;
  return Place<T>{
      .find = [](Config& config, Members members) -> T& { return follow<Path...>(config, members); },
      .find_const = [](const Config& config, Members members) -> const T& { return follow<Path...>(config, members); }};
}

template <auto... Path>
constexpr Boolean boolean() {
  return {place<Path...>()};
}
template <auto... Path>
constexpr Integer integer(std::uint64_t minimum, std::uint64_t maximum) {
  return {place<Path...>(), minimum, maximum};
}
template <auto... Path>
constexpr Span span(base::Duration minimum, base::Duration maximum) {
  return {place<Path...>(), minimum, maximum};
}
template <auto... Path>
constexpr Size size(std::uint64_t minimum, std::uint64_t maximum) {
  return {place<Path...>(), minimum, maximum};
}
template <auto... Path>
constexpr Text text(Blank blank) {
  return {place<Path...>(), blank};
}
template <auto... Path>
constexpr Url url() {
  return {place<Path...>()};
}
template <auto... Path>
constexpr HiddenUrl hidden_url() {
  return {place<Path...>()};
}
template <auto... Path>
constexpr Hidden hidden(Blank blank = Blank::kAllowed) {
  return {place<Path...>(), blank};
}
template <auto... Path>
constexpr HiddenList hidden_list() {
  return {place<Path...>()};
}
template <auto... Path>
constexpr HiddenMap hidden_map() {
  return {place<Path...>()};
}
template <auto... Path>
constexpr TextList list(Blank blank, Lines lines = Lines::kOne) {
  return {place<Path...>(), blank, lines};
}
template <auto... Path>
constexpr TextMap text_map() {
  return {place<Path...>()};
}
/// Of an enumeration, whose enumerators stand in the order of `names`.
template <auto... Path>
constexpr Choice choice(std::span<const std::string_view> names) {
  using E = TypeAt<Path...>;
  return {
      names,
      [](Config& config, Members members, std::size_t index) {
        follow<Path...>(config, members) = static_cast<E>(index);
      },
      [](const Config& config, Members members) { return static_cast<std::size_t>(follow<Path...>(config, members)); }};
}
/// Of a text that is always one of `kNames`.
template <const auto& kNames, auto... Path>
constexpr Choice word() {
  return {
      kNames,
      [](Config& config, Members members, std::size_t index) { follow<Path...>(config, members) = kNames[index]; },
      [](const Config& config, Members members) {
        return static_cast<std::size_t>(std::ranges::find(kNames, follow<Path...>(config, members)) - kNames.begin());
      }};
}

template <auto... Path>
constexpr Collection collection(std::string_view path, std::string_view documentation) {
  return {.path = path,
          .documentation = documentation,
          .size = [](const Config& config, Members outer) { return follow<Path...>(config, outer).size(); },
          .name = [](const Config& config, Members outer, std::size_t index) -> const std::string& {
            return follow<Path...>(config, outer)[index].first;
          },
          .add =
              [](Config& config, Members outer, std::string name) {
                auto& members = follow<Path...>(config, outer);
                members.emplace_back();
                members.back().first = std::move(name);
              }};
}

/// For enumerations that other modules own: their texts, in the order of the enumerators.
template <class E>
constexpr auto names_of() {
  std::array<std::string_view, base::EnumText<E>::kRows.size()> names{};
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = base::EnumText<E>::kRows[i].second;
  return names;
}

// lease_rows.cpp
std::span<const Row> lease_rows();
std::span<const Collection> lease_collections();

}  // namespace jeton::config
