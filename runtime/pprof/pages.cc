// The pages below /debug/pprof/. Go: net/http/pprof.

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "golab/http_pprof_pages.h"
#include "golab/os.h"
#include "golab/pprof.h"
#include "golab/select.h"
#include "golab/time.h"
#include "golab/trace.h"

#include "runtime/http/default_mux.h"
#include "runtime/http/html_text.h"
#include "runtime/pprof/chunked_writer.h"
#include "runtime/pprof/names.h"
#include "runtime/pprof/profile.h"
#include "runtime/traceback/self_symbolizer.h"
#include "runtime/world/world.h"

namespace golab {
namespace rt {
namespace {

constexpr std::string_view kPrefix = "/debug/pprof/";
constexpr std::int64_t kDefaultSeconds = 30;
constexpr double kDefaultTraceSeconds = 1;

struct Page {
  std::string name;
  std::string_view description;
  int count = 0;
};

std::string_view DescriptionOf(std::string_view profile) {
  struct Known {
    std::string_view name;
    std::string_view description;
  };

  static constexpr Known kKnown[] = {
      {"allocs", "A sampling of all past memory allocations"},
      {"block", "Stack traces that led to blocking on synchronization primitives"},
      {"cmdline", "The command line invocation of the current program"},
      {"goroutine",
       "Stack traces of all current goroutines. Use debug=2 as a query parameter to export in the "
       "same format as an unrecovered panic."},
      {"heap",
       "A sampling of memory allocations of live objects. You can specify the gc GET parameter to "
       "run GC before taking the heap sample."},
      {"mutex", "Stack traces of holders of contended mutexes"},
      {"profile",
       "CPU profile. You can specify the duration in the seconds GET parameter. After you get the "
       "profile file, use the go tool pprof command to investigate the profile."},
      {"symbol",
       "Maps given program counters to function names. Counters can be specified in a GET raw "
       "query or POST body, multiple counters are separated by '+'."},
      {"threadcreate", "Stack traces that led to the creation of new OS threads"},
      {"trace",
       "A trace of execution of the current program. You can specify the duration in the seconds "
       "GET parameter. After you get the trace file, use the go tool trace command to investigate "
       "the trace."},
  };
  for (const Known& known : kKnown) {
    if (known.name == profile) return known.description;
  }
  return "";
}

std::vector<Page> AllPages() {
  std::vector<Page> pages;
  for (const golab::pprof::Profile& profile : golab::pprof::Profiles()) {
    std::string name = profile.Name();
    const std::string_view description = DescriptionOf(name);
    pages.push_back({std::move(name), description, profile.Count()});
  }
  for (const char* name : {"cmdline", "profile", "symbol", "trace"})
    pages.push_back({name, DescriptionOf(name), 0});
  std::sort(pages.begin(), pages.end(),
            [](const Page& a, const Page& b) { return a.name < b.name; });
  return pages;
}

/// A name as a path that stands alone: `%` and what ends a path or an attribute is encoded.
std::string AsPath(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > ' ' && byte < 0x7f &&
        std::string_view("%?#'\"<>&").find(c) == std::string_view::npos) {
      out += c;
    } else {
      out += '%';
      out += "0123456789ABCDEF"[byte >> 4];
      out += "0123456789ABCDEF"[byte & 15];
    }
  }
  return out;
}

void WriteIndex(ChunkedWriter& out) {
  const std::vector<Page> pages = AllPages();
  out << R"(<html>
<head>
<title>/debug/pprof/</title>
<style>
.profile-name{
	display:inline-block;
	width:6rem;
}
</style>
</head>
<body>
/debug/pprof/
<br>
<p>Set debug=1 as a query parameter to export in legacy text format</p>
<br>
Types of profiles available:
<table>
<thead><td>Count</td><td>Profile</td></thead>
)";
  for (const Page& page : pages) {
    (out << "<tr><td>").Decimal(static_cast<std::uint64_t>(page.count))
        << "</td><td><a href='" << AsPath(page.name) << "?debug=1'>" << EscapeHtml(page.name)
        << "</a></td></tr>\n";
  }
  out << R"(</table>
<a href="goroutine?debug=2">full goroutine stack dump</a>
<br>
<p>
Profile Descriptions:
<ul>
)";
  for (const Page& page : pages) {
    out << "<li><div class=profile-name>" << EscapeHtml(page.name) << ": </div> "
        << EscapeHtml(page.description) << "</li>\n";
  }
  out << "</ul>\n</p>\n</body>\n</html>";
}

void SetType(http::ResponseWriter& w, const char* type) {
  w.Header().Set("Content-Type", type);
}

void BeginAnswer(http::ResponseWriter& w) {
  w.Header().Set("X-Content-Type-Options", "nosniff");
}

void BeginText(http::ResponseWriter& w) {
  SetType(w, "text/plain; charset=utf-8");
}

void BeginFile(http::ResponseWriter& w, const String& name) {
  SetType(w, "application/octet-stream");
  w.Header().Set("Content-Disposition", "attachment; filename=\"" + name + "\"");
}

void Refuse(http::ResponseWriter& w, int status, const String& why) {
  BeginText(w);
  w.Header().Set("X-Go-Pprof", "1");
  w.Header().Del("Content-Disposition");
  w.WriteHeader(status);
  w.Write(why + "\n");
}

/// A whole decimal number; false if `text` is none. Go: strconv.ParseInt.
bool ParseWhole(std::string_view text, std::int64_t* value) {
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *value);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

/// As Go's handlers take numbers: what is none counts as 0.
std::int64_t NumberOf(http::Request& r, const char* parameter) {
  std::int64_t value = 0;
  return ParseWhole(std::string(r.FormValue(parameter)), &value) ? value : 0;
}

constexpr std::int64_t kMostSeconds = 1'000'000'000;  // 31 years

time::Duration Seconds(std::int64_t n) {
  return std::min(n, kMostSeconds) * time::Second;
}

/// The length of a trace, which may be a fraction of a second; what is no number counts as none.
/// Go: strconv.ParseFloat.
time::Duration TraceLength(http::Request& r) {
  const std::string text(r.FormValue("seconds"));
  std::string_view number = text;
  if (number.starts_with('+')) number.remove_prefix(1);
  double seconds = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), seconds);
  const bool is_number = error == std::errc() && end == number.data() + number.size();
  if (!is_number || !(seconds > 0)) seconds = kDefaultTraceSeconds;
  const double ns = std::min(seconds, static_cast<double>(kMostSeconds)) *
                    static_cast<double>(time::Second.Nanoseconds());
  return time::Duration(static_cast<std::int64_t>(ns));
}

/// False: the client has left.
bool SleepFor(http::Request& r, time::Duration length) {
  return Select(Recv(time::After(length)), Recv(r.Context().Done())) == 0;
}

bool ServesDifference(const ProfileRep& rep) {
  return rep.collect != nullptr;
}

/// What the profile has more after some seconds than before.
void ServeDifference(http::ResponseWriter& w, http::Request& r, ProfileRep* rep,
                     const String& seconds) {
  std::int64_t n = 0;
  if (!ParseWhole(std::string(seconds), &n) || n <= 0) {
    return Refuse(w, http::StatusBadRequest,
                  "invalid value for \"seconds\" - must be a positive integer");
  }
  if (!ServesDifference(*rep)) {
    return Refuse(w, http::StatusBadRequest,
                  "\"seconds\" parameter is not supported for this profile type");
  }
  if (NumberOf(r, "debug") != 0)
    return Refuse(w, http::StatusBadRequest, "seconds and debug params are incompatible");
  const CollectedProfile before = rep->collect();
  const std::int64_t began = WallNow();
  if (!SleepFor(r, Seconds(n))) {
    const golab::Error err = r.Context().Err();
    const bool late = err == context::DeadlineExceeded;
    return Refuse(w, late ? http::StatusRequestTimeout : http::StatusInternalServerError,
                  err.Text());
  }
  CollectedProfile more = Difference(before, rep->collect());
  more.duration_ns = WallNow() - began;
  BeginFile(w, String(rep->name) + "-delta");
  (void)WriteCollected(w, more);  // to a client that has left
}

void ServeProfile(const String& name, http::ResponseWriter& w, http::Request& r) {
  BeginAnswer(w);
  ProfileRep* rep = FindProfile(name);
  if (rep == nullptr) return Refuse(w, http::StatusNotFound, "Unknown profile");
  if (const String seconds = r.FormValue("seconds"); !seconds.empty())
    return ServeDifference(w, r, rep, seconds);
  const std::int64_t debug = NumberOf(r, "debug");
  if (debug != 0) {
    BeginText(w);
  } else {
    BeginFile(w, name);
  }
  (void)golab::pprof::Profile(rep).WriteTo(
      w, static_cast<int>(std::clamp<std::int64_t>(debug, -1, 2)));
}

/// "0x40e2 main.worker\n" for each address; what is none is passed over.
std::string SymbolLines(std::string_view words) {
  PrepareNamesAside();
  NameCache names;
  std::string text = "num_symbols: 1\n";
  while (!words.empty()) {
    const std::size_t end = std::min(words.find('+'), words.size());
    const std::string word(words.substr(0, end));
    words.remove_prefix(std::min(end + 1, words.size()));
    const std::uintptr_t pc = std::strtoull(word.c_str(), nullptr, 0);
    if (pc == 0) continue;
    const std::vector<Frame>& frames = names.Of(pc + 1).frames;
    if (!frames.empty()) text += HexText(pc) + " " + frames.back().function + "\n";
  }
  return text;
}

}  // namespace

void RegisterPprofPages() {
  default_mux_start = &http::pprof::Register;
}

}  // namespace rt

namespace http::pprof {

void Register(const ServeMux& mux) {
  mux.HandleFunc("GET /debug/pprof/", &Index);
  mux.HandleFunc("GET /debug/pprof/cmdline", &Cmdline);
  mux.HandleFunc("GET /debug/pprof/profile", &Profile);
  mux.HandleFunc("GET /debug/pprof/symbol", &Symbol);
  mux.HandleFunc("GET /debug/pprof/trace", &Trace);
}

void Index(ResponseWriter& w, Request& r) {
  const std::string path = r.URL.Path;
  if (path.starts_with(rt::kPrefix) && path.size() > rt::kPrefix.size())
    return rt::ServeProfile(String(path.substr(rt::kPrefix.size())), w, r);
  rt::BeginAnswer(w);
  rt::SetType(w, "text/html; charset=utf-8");
  const io::Writer to(w);
  rt::ChunkedWriter out(to);
  rt::WriteIndex(out);
  (void)out.Finish();  // to a client that has left
}

void Cmdline(ResponseWriter& w, Request& /*r*/) {
  rt::BeginAnswer(w);
  rt::BeginText(w);
  std::string line;
  bool is_first = true;
  for (const String& word : os::Args()) {
    if (!is_first) line += '\0';
    is_first = false;
    line += std::string(word);
  }
  w.Write(line.data(), line.size());
}

void Profile(ResponseWriter& w, Request& r) {
  rt::BeginAnswer(w);
  std::int64_t seconds = rt::NumberOf(r, "seconds");
  if (seconds <= 0) seconds = rt::kDefaultSeconds;
  rt::BeginFile(w, "profile");
  if (const golab::Error err = golab::pprof::StartCPUProfile(w)) {
    return rt::Refuse(w, StatusInternalServerError,
                      "Could not enable CPU profiling: " + err.Text());
  }
  (void)rt::SleepFor(r, rt::Seconds(seconds));
  golab::pprof::StopCPUProfile();
}

void Symbol(ResponseWriter& w, Request& r) {
  rt::BeginAnswer(w);
  rt::BeginText(w);
  if (r.Method != MethodPost) {
    w.Write(String(rt::SymbolLines(std::string(r.URL.RawQuery))));
    return;
  }
  auto [body, err] = io::ReadAll(r.Body);
  std::string text = rt::SymbolLines(std::string(body));
  if (err) text += "reading request: " + std::string(err.Text()) + "\n";
  w.Write(String(text));
}

void Trace(ResponseWriter& w, Request& r) {
  rt::BeginAnswer(w);
  const time::Duration length = rt::TraceLength(r);
  rt::BeginFile(w, "trace");
  if (const golab::Error err = trace::Start(w))
    return rt::Refuse(w, StatusInternalServerError, "Could not enable tracing: " + err.Text());
  (void)rt::SleepFor(r, length);
  trace::Stop();
}

http::Handler Handler(const String& name) {
  return [name](ResponseWriter& w, Request& r) { rt::ServeProfile(name, w, r); };
}

}  // namespace http::pprof
}  // namespace golab
