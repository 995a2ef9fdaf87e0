#include "lab/page/application.h"

#include <cstddef>

extern "C" {
extern const char kGolabPageScript[], kGolabPageScriptEnd[];
extern const char kGolabPageScriptHash[], kGolabPageScriptHashEnd[];
extern const char kGolabPageStyle[], kGolabPageStyleEnd[];
extern const char kGolabPageStyleHash[], kGolabPageStyleHashEnd[];
extern const char kGolabPageNotices[], kGolabPageNoticesEnd[];
extern const char kGolabPageMissing[], kGolabPageMissingEnd[];
}

namespace golab::lab::page {

const Application& BuiltInApplication() {
  const auto between = [](const char* begin, const char* end) {
    return std::string_view(begin, static_cast<std::size_t>(end - begin));
  };
  static const Application application = {between(kGolabPageScript, kGolabPageScriptEnd),
                                          between(kGolabPageScriptHash, kGolabPageScriptHashEnd),
                                          between(kGolabPageStyle, kGolabPageStyleEnd),
                                          between(kGolabPageStyleHash, kGolabPageStyleHashEnd),
                                          between(kGolabPageNotices, kGolabPageNoticesEnd),
                                          between(kGolabPageMissing, kGolabPageMissingEnd)};
  return application;
}

}  // namespace golab::lab::page
