#include "app/terminal/log.h"

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "lab/log/log.h"

namespace golab::app {

void StartLog() {
  const char* level = std::getenv("GOLAB_LOG");
  if (level == nullptr || std::string_view(level).empty() || std::string_view(level) == "off")
    return;
  if (std::string_view(level) != "debug") {
    std::fprintf(stderr, "golab: GOLAB_LOG is '%s'; it can be debug or off\n", level);
    return;
  }
  const auto logger =
      std::make_shared<spdlog::logger>("golab", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_pattern("[%H:%M:%S.%e] %v");
  logger->set_level(spdlog::level::debug);
  spdlog::set_default_logger(logger);
  lab::SetLogSink([](std::string_view line) { spdlog::debug("{}", line); });
}

}  // namespace golab::app
