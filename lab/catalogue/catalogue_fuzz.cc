// Any bytes as a catalogue: an error or a catalogue that answers questions, never a crash.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "lab/catalogue/catalogue.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto catalogue =
      golab::lab::ParseCatalogue({reinterpret_cast<const char*>(data), size}, "labs.toml");
  if (!catalogue) {
    if (catalogue.error().Text().rfind("labs.toml:", 0) != 0) std::abort();
    return 0;
  }
  for (const auto& task : catalogue->tasks) {
    if (catalogue->Find(task.id) != &task || task.hints.size() != 3 || task.cases.empty())
      std::abort();
    for (const auto& parameter : task.parameters) {
      if (!parameter.Complaint(parameter.default_value).empty()) std::abort();
    }
  }
  return 0;
}
