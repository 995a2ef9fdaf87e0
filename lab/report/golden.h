#pragma once
// Golden files for tests: what people see, as text under version control. `./dev test
// --update-golden` (GOLAB_UPDATE_GOLDEN=1) writes them anew; the difference is reviewed like code.

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

namespace golab::lab {

/// Compares `text` with the file `name`, relative to golab's sources.
inline void ExpectGolden(const std::string& text, const std::string& name) {
  const std::string path = std::string(GOLAB_SOURCE_DIR) + "/" + name;
  // NOLINTNEXTLINE(concurrency-mt-unsafe): tests set no variables
  if (std::getenv("GOLAB_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << text;
    return;
  }
  std::ifstream in(path, std::ios::binary);
  ASSERT_TRUE(in) << "no golden file " << name << " (./dev test --update-golden writes it)";
  const std::string want((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  EXPECT_EQ(text, want) << name << " differs";
}

}  // namespace golab::lab
