#include "lab/report/formats.h"

namespace golab::lab {

const std::vector<Format>& Formats() {
  static const std::vector<Format> formats = {
      {"json", "golab's own object, schema golab.report/1", WriteJson},
      {"junit", "JUnit XML: Jenkins, GitLab, most CI", WriteJunit},
      {"tap", "TAP version 14", WriteTap},
      {"tap13", "TAP version 13, for prove and other older harnesses", WriteTap13},
  };
  return formats;
}

const Format* FindFormat(std::string_view name) {
  for (const auto& format : Formats()) {
    if (name == format.name) return &format;
  }
  return nullptr;
}

}  // namespace golab::lab
