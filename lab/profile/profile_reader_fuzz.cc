// Any bytes as a profile: an error that says why, or a profile whose views hold. Never a crash, and
// no more memory than the input is worth.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "lab/profile/profile.h"

namespace {

std::size_t sum = 0;  // so that every byte of a view is read

void Touch(std::string_view text) {
  for (const char c : text) sum += static_cast<unsigned char>(c);
}

void Touch(const golab::lab::ProfileFrame& frame) {
  Touch(frame.function);
  Touch(frame.file);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using golab::lab::ProfileForm;
  const auto profile =
      golab::lab::ReadProfile(std::string(reinterpret_cast<const char*>(data), size), "input");
  if (!profile) {
    if (profile.error().why.empty()) std::abort();
    return 0;
  }
  if (profile->types.empty()) std::abort();
  (void)profile->Total();
  for (const auto& stack : profile->stacks) {
    if (stack.values.size() != profile->types.size()) std::abort();
    if (profile->form == ProfileForm::kDump && stack.Count() != 1) std::abort();
    for (const auto& frame : stack.frames) Touch(frame);
    Touch(stack.created_at);
    Touch(stack.state);
    for (const auto& [key, value] : stack.labels) {
      Touch(key);
      Touch(value);
    }
  }
  return 0;
}
