#include "lab/profile/fetch.h"

#include <curl/curl.h>

#include <memory>

#include "lab/program/files.h"
#include "lab/report/text.h"

namespace golab::lab {
namespace {

constexpr long kMostSilence = 30;  // s
constexpr long kMostRedirects = 5;

struct Transfer {
  std::string body;
  bool too_large = false;
  const std::atomic<bool>* cancel = nullptr;
};

std::size_t TakeBody(const char* data, std::size_t one, std::size_t count, void* to) {
  auto* transfer = static_cast<Transfer*>(to);
  transfer->too_large = transfer->body.size() + one * count > kMostProfileBytes;
  if (transfer->too_large) return 0;  // ends the transfer
  transfer->body.append(data, one * count);
  return one * count;
}

int Progress(void* of, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  const auto* transfer = static_cast<const Transfer*>(of);
  return transfer->cancel != nullptr && transfer->cancel->load() ? 1 : 0;
}

tl::unexpected<struct Error> NotFetched(const std::string& url, std::string why,
                                        std::string what_to_do = "") {
  return Failure({.what = "cannot fetch it",
                  .where = OneLine(url),
                  .why = std::move(why),
                  .what_to_do = std::move(what_to_do),
                  .exit_class = ExitClass::kUsage});
}

}  // namespace

bool IsUrl(const std::string& text) {
  return text.starts_with("http://") || text.starts_with("https://");
}

std::string ProfileUrl(const std::string& url) {
  constexpr char kPage[] = "goroutine?debug=2", kFolder[] = "/debug/pprof/";
  const std::size_t path = url.find('/', url.find("//") + 2);
  if (path == url.npos) return url + kFolder + kPage;
  const std::string rest = url.substr(path);
  if (rest == "/") return url.substr(0, path) + kFolder + kPage;
  if (rest == "/debug/pprof") return url + "/" + kPage;
  return rest == kFolder ? url + kPage : url;
}

Result<std::string> FetchUrl(const std::string& url, const std::atomic<bool>* cancel) {
  static const bool ready = ::curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  const std::unique_ptr<CURL, void (*)(CURL*)> curl(ready ? ::curl_easy_init() : nullptr,
                                                    &::curl_easy_cleanup);
  if (curl == nullptr) return Failure({.what = "cannot set up libcurl"});
  Transfer transfer;
  transfer.cancel = cancel;
  char error[CURL_ERROR_SIZE] = "";
  CURL* const c = curl.get();
  ::curl_easy_setopt(c, CURLOPT_URL, url.c_str());
  ::curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
  ::curl_easy_setopt(c, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  ::curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 1L);
  ::curl_easy_setopt(c, CURLOPT_MAXREDIRS, kMostRedirects);
  ::curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
  ::curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, kMostSilence);
  ::curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, 1L);
  ::curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, kMostSilence);
  ::curl_easy_setopt(c, CURLOPT_USERAGENT, "golab");
  ::curl_easy_setopt(c, CURLOPT_ERRORBUFFER, error);
  ::curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, &TakeBody);
  ::curl_easy_setopt(c, CURLOPT_WRITEDATA, &transfer);
  ::curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
  ::curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, &Progress);
  ::curl_easy_setopt(c, CURLOPT_XFERINFODATA, &transfer);
  const CURLcode result = ::curl_easy_perform(c);
  if (transfer.too_large) return NotFetched(url, "it is larger than 64 MiB");
  if (result == CURLE_ABORTED_BY_CALLBACK) return NotFetched(url, "interrupted");
  if (result != CURLE_OK) {
    const std::string why = error[0] != '\0' ? error : ::curl_easy_strerror(result);
    return NotFetched(url, OneLine(why),
                      result == CURLE_COULDNT_CONNECT ? "does the program serve there?" : "");
  }
  long status = 0;
  ::curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
  if (status == 200) return std::move(transfer.body);
  const std::string first =
      transfer.body.substr(0, std::min<std::size_t>(transfer.body.find('\n'), 100));
  return NotFetched(
      url, "status " + std::to_string(status) + (first.empty() ? "" : ": " + OneLine(first)));
}

Result<Profile> LoadProfile(const std::string& file_or_url, const std::atomic<bool>* cancel) {
  if (!IsUrl(file_or_url)) {
    auto bytes = ReadFile(file_or_url, kMostProfileBytes);
    if (!bytes) return tl::unexpected(bytes.error());
    return ReadProfile(*std::move(bytes), OneLine(file_or_url));
  }
  const std::string url = ProfileUrl(file_or_url);
  auto body = FetchUrl(url, cancel);
  if (!body) return tl::unexpected(body.error());
  return ReadProfile(*std::move(body), OneLine(url));
}

}  // namespace golab::lab
