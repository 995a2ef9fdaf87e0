#include "lab/program/content_hash.h"

#include <xxhash.h>

#include <cstdint>
#include <cstdio>

namespace golab::lab {

struct ContentHash::State {
  XXH3_state_t* xxh = XXH3_createState();

  State() { XXH3_128bits_reset(xxh); }

  ~State() { XXH3_freeState(xxh); }

  State(const State&) = delete;
  State& operator=(const State&) = delete;
};

ContentHash::ContentHash() : state_(std::make_unique<State>()) {}

ContentHash::~ContentHash() = default;

ContentHash& ContentHash::Add(std::string_view part) {
  const std::uint64_t size = part.size();
  XXH3_128bits_update(state_->xxh, &size, sizeof size);
  XXH3_128bits_update(state_->xxh, part.data(), part.size());
  return *this;
}

std::string ContentHash::Hex() const {
  const XXH128_hash_t hash = XXH3_128bits_digest(state_->xxh);
  char text[33];
  std::snprintf(text, sizeof text, "%016llx%016llx", static_cast<unsigned long long>(hash.high64),
                static_cast<unsigned long long>(hash.low64));
  return text;
}

}  // namespace golab::lab
