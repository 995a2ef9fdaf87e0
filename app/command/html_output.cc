#include "app/command/html_output.h"

#include <cstdio>
#include <filesystem>
#include <utility>

#include "lab/judge/timeline_page.h"
#include "lab/page/page.h"
#include "lab/program/files.h"

namespace golab::app {

const Option kHtmlOption{"html", "FILE", "a timeline page of the run there, for a browser"};

namespace {

void SayPlain() {
  const lab::page::Application& application = lab::page::BuiltInApplication();
  if (application.IsThere()) return;
  std::fprintf(stderr, "golab: the page has no timeline: %.*s\n",
               static_cast<int>(application.missing.size()), application.missing.data());
}

}  // namespace

HtmlOutput::HtmlOutput(const Arguments& arguments, bool several) : file_(arguments.Get("html")) {
  std::error_code error;
  is_folder_ = several || std::filesystem::is_directory(file_, error);
}

std::function<void(lab::page::Timeline)> HtmlOutput::Taker(
    std::optional<lab::page::Timeline>* taken) const {
  if (file_.empty()) return nullptr;
  return [taken](lab::page::Timeline timeline) { *taken = std::move(timeline); };
}

lab::Result<void> HtmlOutput::Write(std::optional<lab::page::Timeline> taken,
                                    lab::TaskReport* report) {
  if (!taken) return {};
  std::string path = file_;
  if (is_folder_) {
    if (auto made = lab::MakeFolders(file_); !made) return made;
    path = lab::Below(file_, report->id + ".html");
  }
  const std::string page = lab::page::WritePage(std::move(*taken));
  if (auto written = lab::WriteOutput(path, page); !written) return written;
  report->page = lab::PageLink(path, *report);
  if (!std::exchange(said_plain_, true)) SayPlain();
  return {};
}

lab::Result<void> WriteHtml(const std::string& file, lab::page::Timeline timeline) {
  auto written = lab::WriteOutput(file, lab::page::WritePage(std::move(timeline)));
  if (written) SayPlain();
  return written;
}

}  // namespace golab::app
