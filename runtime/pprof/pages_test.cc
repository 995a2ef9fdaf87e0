// The pages below /debug/pprof/, over the virtual network and over the real one.

#include <cstdint>
#include <cstdio>
#include <regex>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "golab/golab.h"
#include "golab/http_pprof.h"

#include "runtime/tests/on_goroutine.h"

using namespace golab;

namespace {

struct Page {
  int status = 0;
  std::string type;
  std::string disposition;
  std::string pprof;
  std::string body;
};

/// A server with the pages, for the life of the object.
class Site {
 public:
  explicit Site(const http::ServeMux& mux = http::DefaultServeMux()) {
    auto [listener, err] = net::Listen("tcp", "127.0.0.1:0");
    EXPECT_FALSE(err);
    address_ = std::string(listener.Addr().String());
    server_.Handler = mux;
    go([this, listener = listener] { server_.Serve(listener); });
  }

  ~Site() {
    http::DefaultTransport().CloseIdleConnections();
    server_.Close();
  }

  Page Get(const std::string& path) const {
    auto [resp, err] = http::Get(String("http://" + address_ + "/debug/pprof/" + path));
    EXPECT_FALSE(err) << std::string(err ? err.Text() : "");
    if (err) return {};
    auto [text, read_err] = io::ReadAll(resp.Body);
    EXPECT_FALSE(read_err);
    resp.Body.Close();
    return {resp.StatusCode, resp.Header.Get("Content-Type"),
            resp.Header.Get("Content-Disposition"), resp.Header.Get("X-Go-Pprof"), text};
  }

  const std::string& address() const { return address_; }

 private:
  http::Server server_;
  std::string address_;
};

// go/pprof-index.html, with N for counts.
constexpr const char* kGosIndex = R"(<html>
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
<tr><td>N</td><td><a href='allocs?debug=1'>allocs</a></td></tr>
<tr><td>N</td><td><a href='block?debug=1'>block</a></td></tr>
<tr><td>N</td><td><a href='cmdline?debug=1'>cmdline</a></td></tr>
<tr><td>N</td><td><a href='goroutine?debug=1'>goroutine</a></td></tr>
<tr><td>N</td><td><a href='heap?debug=1'>heap</a></td></tr>
<tr><td>N</td><td><a href='mutex?debug=1'>mutex</a></td></tr>
<tr><td>N</td><td><a href='profile?debug=1'>profile</a></td></tr>
<tr><td>N</td><td><a href='symbol?debug=1'>symbol</a></td></tr>
<tr><td>N</td><td><a href='threadcreate?debug=1'>threadcreate</a></td></tr>
<tr><td>N</td><td><a href='trace?debug=1'>trace</a></td></tr>
</table>
<a href="goroutine?debug=2">full goroutine stack dump</a>
<br>
<p>
Profile Descriptions:
<ul>
<li><div class=profile-name>allocs: </div> A sampling of all past memory allocations</li>
<li><div class=profile-name>block: </div> Stack traces that led to blocking on synchronization primitives</li>
<li><div class=profile-name>cmdline: </div> The command line invocation of the current program</li>
<li><div class=profile-name>goroutine: </div> Stack traces of all current goroutines. Use debug=2 as a query parameter to export in the same format as an unrecovered panic.</li>
<li><div class=profile-name>heap: </div> A sampling of memory allocations of live objects. You can specify the gc GET parameter to run GC before taking the heap sample.</li>
<li><div class=profile-name>mutex: </div> Stack traces of holders of contended mutexes</li>
<li><div class=profile-name>profile: </div> CPU profile. You can specify the duration in the seconds GET parameter. After you get the profile file, use the go tool pprof command to investigate the profile.</li>
<li><div class=profile-name>symbol: </div> Maps given program counters to function names. Counters can be specified in a GET raw query or POST body, multiple counters are separated by &#39;+&#39;.</li>
<li><div class=profile-name>threadcreate: </div> Stack traces that led to the creation of new OS threads</li>
<li><div class=profile-name>trace: </div> A trace of execution of the current program. You can specify the duration in the seconds GET parameter. After you get the trace file, use the go tool trace command to investigate the trace.</li>
</ul>
</p>
</body>
</html>)";

GO_TEST(Pages, IndexIsGos) {
  const Site site;
  const Page page = site.Get("");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.type, "text/html; charset=utf-8");
  EXPECT_EQ(std::regex_replace(page.body, std::regex("<td>[0-9]+</td>"), "<td>N</td>"), kGosIndex);
}

GO_TEST(Pages, IndexEscapesNames) {
  pprof::NewProfile("a'<b>&?%");
  const Site site;
  const std::string body = site.Get("").body;
  EXPECT_NE(body.find("<a href='a%27%3Cb%3E%26%3F%25?debug=1'>a&#39;&lt;b&gt;&amp;?%</a>"),
            std::string::npos)
      << body;
  EXPECT_EQ(site.Get("a%27%3Cb%3E%26%3F%25?debug=1").body, "a'<b>&?% profile: total 0\n");
}

/// Waits until `n` goroutines are in a receive.
void AwaitReceivers(int n) {
  const std::string_view state = " [chan receive]:";
  for (int found = 0; found < n;) {
    runtime::Gosched();
    const String dump = runtime::Stack(true);
    const std::string_view text(dump.data(), dump.size());
    found = 0;
    for (std::size_t at = text.find(state); at != text.npos; at = text.find(state, at + 1)) ++found;
  }
}

void CheckGoroutines() {
  const Site site;
  Chan<int> never = MakeChan<int>();
  for (int i = 0; i < 100; ++i) go([=] { never.Recv(); });
  AwaitReceivers(100);
  const Page text = site.Get("goroutine?debug=1");
  EXPECT_EQ(text.status, 200);
  EXPECT_EQ(text.type, "text/plain; charset=utf-8");
  EXPECT_EQ(text.disposition, "");
  EXPECT_TRUE(std::regex_search(text.body, std::regex("^goroutine profile: total 1[0-9]+\n100 @ ")))
      << text.body;
  const Page dump = site.Get("goroutine?debug=2");
  EXPECT_EQ(dump.type, "text/plain; charset=utf-8");
  EXPECT_TRUE(std::regex_search(
      dump.body,
      std::regex("^goroutine [0-9]+ \\[running\\]:\nruntime/pprof.\\(\\*Profile\\).WriteTo\\(")))
      << dump.body.substr(0, 400);
  const Page packed = site.Get("goroutine");
  EXPECT_EQ(packed.type, "application/octet-stream");
  EXPECT_EQ(packed.disposition, "attachment; filename=\"goroutine\"");
  EXPECT_EQ(packed.body.substr(0, 2), "\x1f\x8b");
  EXPECT_EQ(site.Get("goroutine?debug=x").type, "application/octet-stream");
}

GO_TEST(Pages, GoroutinesVirtual) {
  CheckGoroutines();
}

GO_TEST_REAL(Pages, GoroutinesReal) {
  CheckGoroutines();
}

GO_TEST(Pages, RefuseAsGosDo) {
  const Site site;
  pprof::NewProfile("own");

  struct Case {
    const char* path;
    int status;
    const char* body;
  };

  for (const Case& one : {
           Case{"nothing", 404, "Unknown profile\n"},
           {"goroutine?seconds=0", 400,
            "invalid value for \"seconds\" - must be a positive integer\n"},
           {"heap?seconds=1.5", 400,
            "invalid value for \"seconds\" - must be a positive integer\n"},
           {"goroutine?seconds=99999999999999999999", 400,
            "invalid value for \"seconds\" - must be a positive integer\n"},
           {"goroutine?seconds=1&debug=1", 400, "seconds and debug params are incompatible\n"},
           {"own?seconds=1", 400, "\"seconds\" parameter is not supported for this profile type\n"},
           {"profile?seconds=1", 500,
            "Could not enable CPU profiling: cpu profiling is not available in virtual time\n"},
       }) {
    const Page page = site.Get(one.path);
    EXPECT_EQ(page.status, one.status) << one.path;
    EXPECT_EQ(page.body, one.body) << one.path;
    EXPECT_EQ(page.type, "text/plain; charset=utf-8");
    EXPECT_EQ(page.pprof, "1");
    EXPECT_EQ(page.disposition, "");
  }
}

GO_TEST(Pages, DifferenceTakesItsSeconds) {
  const Site site;
  const time::Time began = time::Now();
  const Page page = site.Get("goroutine?seconds=7");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.disposition, "attachment; filename=\"goroutine-delta\"");
  EXPECT_EQ(page.body.substr(0, 2), "\x1f\x8b");
  EXPECT_EQ(time::Since(began).Seconds(), 7);
}

GO_TEST(Pages, CommandLineAndSymbols) {
  const Site site;
  EXPECT_EQ(site.Get("cmdline").body, "test");
  const auto address = reinterpret_cast<std::uintptr_t>(&CheckGoroutines);
  char query[64];
  std::snprintf(query, sizeof query, "symbol?0x%zx+nothing+0x1", address);
  char want[64];
  std::snprintf(want, sizeof want, "num_symbols: 1\n0x%zx main.CheckGoroutines\n", address);
  EXPECT_EQ(site.Get(query).body, want);
  auto [resp, err] = http::Post(String("http://" + site.address() + "/debug/pprof/symbol"),
                                "text/plain", strings::NewReader("0x1"));
  ASSERT_FALSE(err);
  EXPECT_EQ(resp.StatusCode, 405);  // Go registers it for GET alone
  resp.Body.Close();
}

GO_TEST(Pages, StandOnAMuxOfTheProgramsToo) {
  http::ServeMux mux;
  http::pprof::Register(mux);
  const Site site(mux);
  EXPECT_EQ(site.Get("heap?debug=1").body.substr(0, 13), "heap profile:");
}

void CheckTrace(const Site& site, const std::string& path) {
  const Page page = site.Get(path);
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.type, "application/octet-stream");
  EXPECT_EQ(page.disposition, "attachment; filename=\"trace\"");
  EXPECT_EQ(page.body.substr(0, 16), std::string("go 1.23 trace\0\0\0", 16));
  // The log that a goroutine of the program writes meanwhile, and not only a header.
  EXPECT_NE(page.body.find("says the ticker"), std::string::npos);
}

void LogUntil(const Chan<int>& stop) {
  for (;;) {
    if (Select(Recv(stop), Recv(time::After(50 * time::Millisecond))) == 0) return;
    trace::Log(context::Background(), "test", "says the ticker");
  }
}

GO_TEST(Pages, TraceTakesItsSecondsVirtual) {
  const Site site;
  Chan<int> stop = MakeChan<int>();
  go([=] { LogUntil(stop); });

  struct Case {
    const char* path;
    double seconds;
  };

  for (const Case& one : {Case{"trace?seconds=3", 3},
                          {"trace?seconds=0.25", 0.25},
                          {"trace", 1},
                          {"trace?seconds=-1", 1},
                          {"trace?seconds=nan", 1},
                          {"trace?seconds=1e", 1}}) {
    const time::Time began = time::Now();
    CheckTrace(site, one.path);
    EXPECT_EQ(time::Since(began).Seconds(), one.seconds) << one.path;
  }
  stop.Close();
}

GO_TEST_REAL(Pages, TraceReal) {
  const Site site;
  Chan<int> stop = MakeChan<int>();
  go([=] { LogUntil(stop); });
  CheckTrace(site, "trace?seconds=0.2");
  CheckTrace(site, "trace?seconds=0.2");  // the one before is over
  stop.Close();
}

GO_TEST(Pages, OneTraceAtATime) {
  const Site site;
  ASSERT_FALSE(trace::Start(io::Discard()));
  const Page page = site.Get("trace?seconds=1");
  trace::Stop();
  EXPECT_EQ(page.status, 500);
  EXPECT_EQ(page.body, "Could not enable tracing: tracing is already enabled\n");
  EXPECT_EQ(page.type, "text/plain; charset=utf-8");
  EXPECT_EQ(page.disposition, "");
}

GO_TEST_REAL(Pages, CpuProfileOfASecond) {
  const Site site;
  const Page page = site.Get("profile?seconds=1");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.disposition, "attachment; filename=\"profile\"");
  EXPECT_EQ(page.body.substr(0, 2), "\x1f\x8b");
}

}  // namespace
