// http::ServeMux: which pattern matches, and which conflict. Go 1.22.

#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "golab/golab.h"
#include "golab/http.h"

#include "runtime/http/serving.h"

namespace golab {
namespace {

http::Request RequestOf(const String& method, const String& host, const String& path) {
  http::Request r;
  r.Method = method;
  r.Host = host;
  r.URL = url::ParseRequestURI(path).url;
  r.RequestURI = path;
  return r;
}

// A ResponseWriter that keeps what it gets.
class Recorder final : public http::ResponseWriter {
 public:
  http::Header Header() override { return header; }

  io::Transfer Write(const char* data, std::size_t size) override {
    body.append(data, size);
    return {static_cast<int>(size), nullptr};
  }

  void WriteHeader(int code) override { status = code; }

  const http::Header header = http::MakeHeader();
  std::string body;
  int status = 200;
};

String PanicOf(const std::vector<const char*>& patterns) {
  String text;
  WithDefers([&](Defers& defer) {
    defer([&] {
      if (auto p = recover()) text = p.Text();
    });
    http::ServeMux mux;
    for (const char* const pattern : patterns)
      mux.HandleFunc(pattern, [](http::ResponseWriter&, http::Request&) {});
  });
  return text;
}

}  // namespace

GOLAB_TEST(ThePatternThatMatchesBest, t) {
  http::ServeMux mux;
  for (const char* const pattern : {"/", "/a", "/a/", "GET /a/b", "/a/{x}", "/g/{x}/c",
                                    "/a/b/{rest...}", "POST /a/{x}", "h.com/a", "/d/{$}", "HEAD /e",
                                    "GET /e", "/f%2Fg", "/u/{id}/p/{post}", "/files/{path...}"}) {
    mux.HandleFunc(pattern, [](http::ResponseWriter&, http::Request&) {});
  }

  struct Case {
    const char* method;
    const char* host;
    const char* path;
    const char* pattern;
  };

  for (const Case& c : {
           Case{"GET", "x", "/", "/"},
           Case{"GET", "x", "/zzz", "/"},
           Case{"GET", "x", "/a", "/a"},
           Case{"GET", "h.com", "/a", "h.com/a"},
           Case{"GET", "h.com:80", "/a", "h.com/a"},
           Case{"GET", "x", "/a/b", "GET /a/b"},
           Case{"HEAD", "x", "/a/b", "GET /a/b"},
           Case{"PUT", "x", "/a/b", "/a/{x}"},
           Case{"POST", "x", "/a/b", "POST /a/{x}"},
           Case{"GET", "x", "/a/z", "/a/{x}"},
           Case{"GET", "x", "/g/z/c", "/g/{x}/c"},
           Case{"GET", "x", "/a/b/c", "/a/b/{rest...}"},
           Case{"GET", "x", "/a/b/c/d", "/a/b/{rest...}"},
           Case{"GET", "x", "/a/z/d", "/a/"},
           Case{"GET", "x", "/d/", "/d/{$}"},
           Case{"GET", "x", "/d/e", "/"},
           Case{"HEAD", "x", "/e", "HEAD /e"},
           Case{"GET", "x", "/f%2Fg", "/f%2Fg"},
           Case{"GET", "x", "/f/g", "/"},
       }) {
    const auto [handler, pattern] = mux.Handler(RequestOf(c.method, c.host, c.path));
    if (pattern != c.pattern)
      t.Errorf("%s %s%s: %q, want %q", c.method, c.host, c.path, pattern, c.pattern);
  }
}

GOLAB_TEST(WildcardsHaveValues, t) {
  http::ServeMux mux;
  std::string seen;
  mux.HandleFunc("GET /u/{id}/{rest...}", [&](http::ResponseWriter&, http::Request& r) {
    seen = std::string(r.Pattern + "|" + r.PathValue("id") + "|" + r.PathValue("rest") + "|" +
                       r.PathValue("no"));
  });
  Recorder w;
  http::Request r = RequestOf("GET", "x", "/u/a%2Fb/c/d%20e");
  mux.ServeHTTP(w, r);
  if (seen != "GET /u/{id}/{rest...}|a/b|c/d e|") t.Errorf("%s", seen);
}

GOLAB_TEST(OtherAnswersOfTheMux, t) {
  http::ServeMux mux;
  const auto handler = [](http::ResponseWriter&, http::Request&) {};
  mux.HandleFunc("GET /a", handler);
  mux.HandleFunc("PUT /a", handler);
  mux.HandleFunc("/tree/", handler);

  struct Case {
    const char* method;
    const char* path;
    int status;
    const char* location;
    const char* allow;
  };

  for (const Case& c : {
           Case{"POST", "/a", 405, "", "GET, HEAD, PUT"},
           Case{"GET", "/b", 404, "", ""},
           Case{"GET", "/tree", 301, "/tree/", ""},
           Case{"GET", "/tree?x=1", 301, "/tree/?x=1", ""},
           Case{"GET", "/x/../a", 301, "/a", ""},
           Case{"GET", "//a", 301, "/a", ""},
           Case{"GET", "/tree/./b/", 301, "/tree/b/", ""},
           Case{"GET", "*", 400, "", ""},
       }) {
    Recorder w;
    http::Request r = RequestOf(c.method, "x", c.path);
    mux.ServeHTTP(w, r);
    if (w.status != c.status || w.header.Get("Location") != c.location ||
        w.header.Get("Allow") != c.allow) {
      t.Errorf("%s %s: %d %q %q", c.method, c.path, w.status, w.header.Get("Location"),
               w.header.Get("Allow"));
    }
  }
}

GOLAB_TEST(PatternsThatAreWrong, t) {
  for (const auto& [pattern, want] : std::vector<std::pair<const char*, const char*>>{
           {"", "http: invalid pattern"},
           {"a", "parsing \"a\": at offset 0: host/path missing /"},
           {"GET a", "parsing \"GET a\": at offset 4: host/path missing /"},
           {"G@T /", "parsing \"G@T /\": at offset 0: invalid method \"G@T\""},
           {"/{x", "parsing \"/{x\": at offset 1: bad wildcard segment (must end with '}')"},
           {"/a{x}", "parsing \"/a{x}\": at offset 1: bad wildcard segment (must start with '{')"},
           {"/{}", "parsing \"/{}\": at offset 1: empty wildcard"},
           {"/{1x}", "parsing \"/{1x}\": at offset 1: bad wildcard name \"1x\""},
           {"/{x}/{x}", "parsing \"/{x}/{x}\": at offset 5: duplicate wildcard name \"x\""},
           {"/{x...}/a", "parsing \"/{x...}/a\": at offset 1: {...} wildcard not at end"},
           {"/{$}/a", "parsing \"/{$}/a\": at offset 1: {$} not at end"},
           {"{x}/a", "parsing \"{x}/a\": at offset 0: host contains '{' (missing initial '/'?)"},
           {"GET /a//b",
            "parsing \"GET /a//b\": at offset 4: non-CONNECT pattern with unclean path can never "
            "match"},
       }) {
    if (const String text = PanicOf({pattern}); text != want)
      t.Errorf("%q:\n got %s\nwant %s", pattern, text, want);
  }
}

GOLAB_TEST(PatternsThatConflict, t) {
  for (const auto& [a, b, want] : std::vector<std::tuple<const char*, const char*, const char*>>{
           {"/a", "/a", "/a matches the same requests as /a"},
           {"/{x}", "/{y}", "/{y} matches the same requests as /{x}"},
           {"/{x}/b", "/a/{y}",
            "/a/{y} and /{x}/b both match some paths, like \"/a/b\".\n"
            "But neither is more specific than the other.\n"
            "/a/{y} matches \"/a/y\", but /{x}/b doesn't.\n"
            "/{x}/b matches \"/x/b\", but /a/{y} doesn't."},
           {"GET /", "/a",
            "/a matches more methods than GET /, but has a more specific path pattern"},
           {"/a", "GET /",
            "GET / matches fewer methods than /a, but has a more general path pattern"},
       }) {
    const String text = PanicOf({a, b});
    const std::string got(text);
    const bool right = got.starts_with("pattern \"" + std::string(b) + "\" (registered at ") &&
                       got.find(") conflicts with pattern \"" + std::string(a) +
                                "\" (registered at ") != std::string::npos &&
                       got.ends_with("):\n" + std::string(want));
    if (!right) t.Errorf("%s, %s:\n got %s\nwant %s", a, b, text, want);
  }
  for (const auto& [a, b] : std::vector<std::pair<const char*, const char*>>{{"/a", "/a/"},
                                                                             {"/{x}", "/a"},
                                                                             {"GET /a", "POST /a"},
                                                                             {"h/a", "/a"},
                                                                             {"/{x}", "/{$}"},
                                                                             {"GET /a", "HEAD /a"},
                                                                             {"/a/", "/a/{$}"},
                                                                             {"/b/{x...}", "/"}}) {
    if (const String text = PanicOf({a, b}); !text.empty()) t.Errorf("%s, %s: %s", a, b, text);
  }
}

}  // namespace golab
