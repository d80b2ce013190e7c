// Stands in for the fuzzer where there is none: the corpus as it is, then mutations of it from a fixed seed.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "base/clock.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::uint32_t kSeed = 20'240'117;
constexpr std::size_t kMutationsMax = 20'000;
constexpr std::size_t kInputBytesMax = 16 * 1024;
constexpr std::chrono::seconds kRunSecondsMax{2};
// What decoders take for a border: grown into inputs beside random bytes.
constexpr std::array<std::uint8_t, 20> kBorders = {0,   1,   '\t', '\n', '\r', ' ', '"', '%',  ',',  '-',
                                                   '.', '/', ':',  '[',  '\\', ']', '{', 0x7f, 0x80, 0xff};

std::vector<Bytes> read_corpus(const std::filesystem::path& folder) {
  std::vector<Bytes> corpus = {{}};
  if (!std::filesystem::is_directory(folder)) return corpus;
  std::vector<std::filesystem::path> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.is_regular_file()) names.push_back(entry.path());
  }
  std::sort(names.begin(), names.end());  // the order of a folder is the machine's; the run must not depend on it
  for (const auto& name : names) {
    std::ifstream file(name, std::ios::binary);
    corpus.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return corpus;
}

class Mutator {
 public:
  explicit Mutator(const std::vector<Bytes>& corpus) : corpus_(corpus) {}

  Bytes next() {
    Bytes input = corpus_[below(corpus_.size())];
    for (std::size_t steps = 1 + below(4); steps > 0; --steps) mutate(input);
    if (input.size() > kInputBytesMax) input.resize(kInputBytesMax);
    return input;
  }

 private:
  std::size_t below(std::size_t bound) { return std::uniform_int_distribution<std::size_t>(0, bound - 1)(engine_); }

  std::ptrdiff_t place(const Bytes& input) { return static_cast<std::ptrdiff_t>(below(input.size() + 1)); }

  void mutate(Bytes& input) {
    const std::ptrdiff_t at = place(input);
    const std::ptrdiff_t left = std::ssize(input) - at;
    switch (below(6)) {
      case 0:
        input.insert(input.begin() + at, kBorders[below(kBorders.size())]);
        break;
      case 1:
        input.insert(input.begin() + at, static_cast<std::uint8_t>(below(256)));
        break;
      case 2:
        if (left > 0) input[static_cast<std::size_t>(at)] ^= static_cast<std::uint8_t>(1U << below(8));
        break;
      case 3:
        if (left > 0)
          input.erase(input.begin() + at,
                      input.begin() + at + 1 + static_cast<std::ptrdiff_t>(below(static_cast<std::size_t>(left))));
        break;
      case 4: {  // repeat a piece: nesting and long runs
        const Bytes piece(input.begin() + at, input.begin() + at + std::min<std::ptrdiff_t>(left, 64));
        for (std::size_t times = below(32); times > 0; --times)
          input.insert(input.begin() + at, piece.begin(), piece.end());
        break;
      }
      default: {
        const Bytes& other = corpus_[below(corpus_.size())];
        input.insert(input.begin() + at, other.begin(), other.begin() + place(other));
      }
    }
  }

  const std::vector<Bytes>& corpus_;
  std::mt19937 engine_{kSeed};
};

}  // namespace

int main(int argc, char** argv) {
  const std::vector<Bytes> corpus = read_corpus(argc > 1 ? argv[1] : "");
  for (const Bytes& input : corpus) LLVMFuzzerTestOneInput(input.data(), input.size());

  const jeton::base::SystemClock clock;
  const jeton::base::Tick end = clock.monotonic() + kRunSecondsMax;
  Mutator mutator(corpus);
  for (std::size_t i = 0; i < kMutationsMax && clock.monotonic() < end; ++i) {
    const Bytes input = mutator.next();
    LLVMFuzzerTestOneInput(input.data(), input.size());
  }
  return 0;
}
