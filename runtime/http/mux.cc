// Go: net/http.ServeMux, net/http/routing_tree.go.

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "golab/defer.h"
#include "golab/http_server.h"
#include "golab/references.h"
#include "golab/runtime.h"
#include "golab/sync.h"

#include "runtime/http/clean_path.h"
#include "runtime/http/default_mux.h"
#include "runtime/http/field_text.h"
#include "runtime/http/pattern.h"
#include "runtime/http/request_inside.h"
#include "runtime/http/url_escape.h"
#include "runtime/lang/quote.h"

namespace golab {
namespace rt {

constinit MuxStart default_mux_start = nullptr;

namespace {

struct Leaf {
  Pattern pattern;
  http::Handler handler;
};

struct Match {
  const Leaf* leaf = nullptr;
  std::vector<std::string> values;  // of the wildcards, in order
};

// The segments of all patterns of one host and method. Literals win over wildcards, those over what
// stands for all the rest; where one leads nowhere, the next is tried.
struct PathNode {
  std::map<std::string, std::unique_ptr<PathNode>, std::less<>> literals;
  std::unique_ptr<PathNode> wild;
  std::unique_ptr<Leaf> leaf;   // ends here
  std::unique_ptr<Leaf> multi;  // stands for what follows, too

  void Add(std::unique_ptr<Leaf> added) {
    PathNode* node = this;
    for (const Segment& segment : added->pattern.segments) {
      if (segment.multi) {
        node->multi = std::move(added);
        return;
      }
      std::unique_ptr<PathNode>& next = segment.wild ? node->wild : node->literals[segment.text];
      if (next == nullptr) next = std::make_unique<PathNode>();
      node = next.get();
    }
    node->leaf = std::move(added);
  }

  // `path`: escaped, begins with a slash or is empty.
  bool Find(std::string_view path, Match* match) const {
    if (path.empty()) {
      match->leaf = leaf.get();
      return leaf != nullptr;
    }
    std::string_view rest = path;
    const std::string segment = TakeSegment(&rest);
    if (const auto at = literals.find(segment);
        at != literals.end() && at->second->Find(rest, match))
      return true;
    if (wild != nullptr && segment != "/") {
      match->values.push_back(segment);
      if (wild->Find(rest, match)) return true;
      match->values.pop_back();
    }
    if (multi == nullptr) return false;
    match->leaf = multi.get();
    if (!multi->pattern.segments.back().text.empty())
      match->values.push_back(Plain(path.substr(1)));
    return true;
  }

 private:
  static std::string Plain(std::string_view text) {
    if (text.find('%') == std::string_view::npos) return std::string(text);
    std::string plain;
    return UnescapeUrl(text, UrlPart::kPathSegment, &plain) == nullptr ? plain : std::string(text);
  }

  // A slash at the very end is a segment of its own.
  static std::string TakeSegment(std::string_view* path) {
    if (*path == "/") {
      *path = {};
      return "/";
    }
    path->remove_prefix(1);
    const std::size_t slash = std::min(path->find('/'), path->size());
    const std::string_view segment = path->substr(0, slash);
    path->remove_prefix(slash);
    return Plain(segment);
  }
};

using Methods = std::map<std::string, PathNode, std::less<>>;

bool FindIn(const Methods& methods, std::string_view method, std::string_view path, Match* match) {
  const auto in = [&](std::string_view name) {
    const auto at = methods.find(name);
    return at != methods.end() && at->second.Find(path, match);
  };
  return in(method) || (method == http::MethodHead && in(http::MethodGet)) || in("");
}

// The whole path is what the pattern says; nothing is left to a multi at its end.
bool IsExact(const Leaf* leaf, std::string_view path) {
  if (leaf == nullptr) return false;
  if (!leaf->pattern.LastIsMulti()) return true;
  if (!path.ends_with('/')) return false;
  return static_cast<std::ptrdiff_t>(leaf->pattern.segments.size()) ==
         std::count(path.begin(), path.end(), '/');
}

std::string_view WithoutPort(std::string_view host) {
  const std::size_t colon = host.rfind(':');
  if (colon == std::string_view::npos || host.find(']', colon) != std::string_view::npos)
    return host;
  host = host.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return host;
}

std::string CallersPlace() {
  for (int skip = 1;; ++skip) {
    const auto [pc, file, line, ok, function] = runtime::Caller(skip);
    if (!ok) return "unknown location";
    const std::string_view name = View(function);
    if (name.starts_with("net/http.") || name.starts_with("golab")) continue;
    return std::string(View(file)) + ":" + std::to_string(line);
  }
}

}  // namespace

struct MuxRep {
  std::uint32_t references = 1;  // the last one destroys
  sync::RWMutex mutex;           // guards the rest
  std::map<std::string, Methods, std::less<>> hosts;
  std::vector<const Leaf*> leaves;

  void Register(const String& pattern, http::Handler handler);
  bool Find(std::string_view host, std::string_view method, std::string_view path,
            Match* match) const;
  std::string AllowedMethods(std::string_view host, const std::string& path) const;

  /// What answers, by which pattern. `match`: of a leaf that does.
  http::ServeMux::Found Route(const http::Request& r, Match* match) const;
};

void MuxRep::Register(const String& text, http::Handler handler) {
  if (text.empty()) panic(errors::New("http: invalid pattern"));
  if (!handler) panic(errors::New("http: nil handler"));
  auto leaf = std::make_unique<Leaf>();
  leaf->handler = std::move(handler);
  Pattern& pattern = leaf->pattern;
  const std::string fault = ParsePattern(View(text), &pattern);
  if (!fault.empty()) panic(errors::New("parsing " + Quote(View(text)) + ": " + fault));
  pattern.place = CallersPlace();
  std::string conflict;
  mutex.Lock();
  for (const Leaf* other : leaves) {
    if (!Conflict(pattern, other->pattern)) continue;
    conflict = "pattern " + Quote(pattern.text) + " (registered at " + pattern.place +
               ") conflicts with pattern " + Quote(other->pattern.text) + " (registered at " +
               other->pattern.place + "):\n" + DescribeConflict(pattern, other->pattern);
    break;
  }
  if (conflict.empty()) {
    leaves.push_back(leaf.get());
    hosts[pattern.host][pattern.method].Add(std::move(leaf));
  }
  mutex.Unlock();
  if (!conflict.empty()) panic(errors::New(conflict));
}

bool MuxRep::Find(std::string_view host, std::string_view method, std::string_view path,
                  Match* match) const {
  const auto in = [&](std::string_view name) {
    const auto at = hosts.find(name);
    return at != hosts.end() && FindIn(at->second, method, path, match);
  };
  return (!host.empty() && in(host)) || in("");
}

std::string MuxRep::AllowedMethods(std::string_view host, const std::string& path) const {
  std::set<std::string> allowed;
  const auto collect = [&](std::string_view name, std::string_view wanted) {
    const auto at = hosts.find(name);
    if (at == hosts.end()) return;
    for (const auto& [method, root] : at->second) {
      Match match;
      if (method.empty() || !root.Find(wanted, &match)) continue;
      allowed.insert(method);
      if (method == http::MethodGet) allowed.insert(http::MethodHead);
    }
  };
  for (const std::string_view name : {host, std::string_view()}) {
    collect(name, path);
    if (!path.ends_with('/')) collect(name, path + "/");
    if (host.empty()) break;
  }
  std::string list;
  for (const std::string& method : allowed) list += (list.empty() ? "" : ", ") + method;
  return list;
}

http::ServeMux::Found MuxRep::Route(const http::Request& r, Match* match) const {
  const bool connect = r.Method == http::MethodConnect;
  const String escaped = r.URL.EscapedPath();
  const std::string path = connect ? std::string(View(escaped)) : CleanPath(View(escaped));
  const std::string_view host = connect ? View(r.URL.Host) : WithoutPort(View(r.Host));
  const auto redirect = [&](const std::string& to) {
    url::URL target;
    target.Path = to;
    target.RawQuery = r.URL.RawQuery;
    return http::RedirectHandler(target.String(), http::StatusMovedPermanently);
  };
  Find(host, View(r.Method), path, match);
  if (!IsExact(match->leaf, path) && !path.ends_with('/')) {
    Match with_slash;
    Find(host, View(r.Method), path + "/", &with_slash);
    if (IsExact(with_slash.leaf, path + "/")) {
      *match = {};
      return {redirect(CleanPath(View(r.URL.Path)) + "/"), with_slash.leaf->pattern.text};
    }
  }
  if (connect) {
    *match = {};
    Find(View(r.Host), View(r.Method), path, match);
  } else if (escaped != path) {
    const std::string text = match->leaf == nullptr ? "" : match->leaf->pattern.text;
    *match = {};
    std::string plain;
    return {redirect(UnescapeUrl(path, UrlPart::kPath, &plain) == nullptr ? plain : path), text};
  }
  if (match->leaf != nullptr) return {match->leaf->handler, match->leaf->pattern.text};
  const std::string allowed = AllowedMethods(host, path);
  if (allowed.empty()) return {http::NotFoundHandler(), ""};
  return {http::Handler([allowed](http::ResponseWriter& w, http::Request&) {
            w.Header().Set("Allow", allowed);
            http::Error(w, http::StatusText(http::StatusMethodNotAllowed),
                        http::StatusMethodNotAllowed);
          }),
          ""};
}

}  // namespace rt

namespace http {

ServeMux::ServeMux() : rep_(new rt::MuxRep) {}

ServeMux::ServeMux(const ServeMux& other) noexcept : rep_(other.rep_) {
  // Relaxed: a new reference is made from one that keeps the mux alive.
  __atomic_fetch_add(&rep_->references, 1, __ATOMIC_RELAXED);
}

ServeMux::ServeMux(ServeMux&& other) noexcept : rep_(std::exchange(other.rep_, nullptr)) {}

ServeMux& ServeMux::operator=(ServeMux other) noexcept {
  std::swap(rep_, other.rep_);
  return *this;
}

ServeMux::~ServeMux() {
  if (rep_ != nullptr && rt::DropReference(&rep_->references)) delete rep_;
}

void ServeMux::Handle(const String& pattern, http::Handler handler) const {
  rep_->Register(pattern, std::move(handler));
}

void ServeMux::HandleFunc(const String& pattern,
                          Func<void(ResponseWriter&, Request&)> handler) const {
  rep_->Register(pattern, handler ? http::Handler(std::move(handler)) : http::Handler());
}

ServeMux::Found ServeMux::Handler(const Request& r) const {
  rt::Match match;
  rep_->mutex.RLock();
  Found found = rep_->Route(r, &match);
  rep_->mutex.RUnlock();
  return found;
}

void ServeMux::ServeHTTP(ResponseWriter& w, Request& r) const {
  if (r.RequestURI == "*") {
    if (r.ProtoAtLeast(1, 1)) w.Header().Set("Connection", "close");
    w.WriteHeader(StatusBadRequest);
    return;
  }
  http::Handler handler;
  {
    rt::Match match;
    rep_->mutex.RLock();
    Found found = rep_->Route(r, &match);
    rep_->mutex.RUnlock();
    handler = std::move(found.handler);
    r.Pattern = found.pattern;
    if (match.leaf != nullptr) {
      std::size_t i = 0;
      for (const rt::Segment& segment : match.leaf->pattern.segments) {
        if (segment.wild && !segment.text.empty()) r.SetPathValue(segment.text, match.values[i++]);
      }
    }
  }
  handler.ServeHTTP(w, r);
}

ServeMux DefaultServeMux() {
  static const auto* const kMux = [] {
    auto* mux = new ServeMux;
    if (rt::default_mux_start != nullptr) rt::default_mux_start(*mux);
    return mux;
  }();
  return *kMux;
}

void Handle(const String& pattern, Handler handler) {
  DefaultServeMux().Handle(pattern, std::move(handler));
}

void HandleFunc(const String& pattern, Func<void(ResponseWriter&, Request&)> handler) {
  DefaultServeMux().HandleFunc(pattern, std::move(handler));
}

}  // namespace http
}  // namespace golab
