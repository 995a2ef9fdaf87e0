// Go: net/url/url.go.

#include "golab/url.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "golab/net.h"

#include "runtime/http/field_text.h"
#include "runtime/http/url_escape.h"
#include "runtime/lang/quote.h"

namespace golab::url {
namespace {

using rt::UrlPart;
using rt::View;

golab::Error Fault(const std::string& text) {
  return errors::New(text);
}

struct Split {
  std::string_view before;
  std::string_view after;
  bool found;
};

Split Cut(std::string_view text, char at) {
  const std::size_t place = text.find(at);
  if (place == std::string_view::npos) return {text, {}, false};
  return {text.substr(0, place), text.substr(place + 1), true};
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return lower;
}

bool HasControl(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

// "scheme:rest". No scheme: "" and the whole text.
golab::Error TakeScheme(std::string_view text, std::string_view* scheme, std::string_view* rest) {
  *scheme = {};
  *rest = text;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) continue;
    if ((c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.') {
      if (i == 0) return nullptr;
    } else if (c == ':') {
      if (i == 0) return Fault("missing protocol scheme");
      *scheme = text.substr(0, i);
      *rest = text.substr(i + 1);
      return nullptr;
    } else {
      return nullptr;  // something that no scheme can hold
    }
  }
  return nullptr;
}

bool IsUserinfo(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const bool alphanumeric =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return alphanumeric || std::string_view("-._:~!$&'()*+,;=%@").find(c) != std::string_view::npos;
  });
}

bool IsOptionalPort(std::string_view port) {
  if (port.empty()) return true;
  return port.front() == ':' &&
         std::all_of(port.begin() + 1, port.end(), [](char c) { return c >= '0' && c <= '9'; });
}

golab::Error InvalidPort(std::string_view port) {
  return Fault("invalid port " + rt::Quote(port) + " after host");
}

// Of "[::1%25en0]:80" or "host:80", without escapes.
golab::Error TakeHost(std::string_view text, std::string* host) {
  if (!text.empty() && text.front() == '[') {
    const std::size_t close = text.rfind(']');
    if (close == std::string_view::npos) return Fault("missing ']' in host");
    const std::string_view port = text.substr(close + 1);
    if (!IsOptionalPort(port)) return InvalidPort(port);
    const std::size_t zone = text.substr(0, close).find("%25");
    if (zone != std::string_view::npos) {
      if (auto err = rt::UnescapeUrl(text.substr(0, zone), UrlPart::kHost, host)) return err;
      if (auto err = rt::UnescapeUrl(text.substr(zone, close - zone), UrlPart::kZone, host))
        return err;
      return rt::UnescapeUrl(text.substr(close), UrlPart::kHost, host);
    }
  } else if (const std::size_t colon = text.rfind(':'); colon != std::string_view::npos) {
    const std::string_view port = text.substr(colon);
    if (!IsOptionalPort(port)) return InvalidPort(port);
  }
  return rt::UnescapeUrl(text, UrlPart::kHost, host);
}

golab::Error TakeAuthority(std::string_view text, URL* url) {
  const std::size_t at = text.rfind('@');
  std::string host;
  if (auto err = TakeHost(at == std::string_view::npos ? text : text.substr(at + 1), &host))
    return err;
  url->Host = host;
  if (at == std::string_view::npos) return nullptr;
  const std::string_view user = text.substr(0, at);
  if (!IsUserinfo(user)) return Fault("net/url: invalid userinfo");
  const auto [name, password, has_password] = Cut(user, ':');
  std::string plain_name;
  std::string plain_password;
  if (auto err = rt::UnescapeUrl(name, UrlPart::kUserPassword, &plain_name)) return err;
  if (auto err = rt::UnescapeUrl(password, UrlPart::kUserPassword, &plain_password)) return err;
  url->User = {plain_name, plain_password, has_password, true};
  return nullptr;
}

golab::Error SetPath(std::string_view text, URL* url) {
  std::string path;
  if (auto err = rt::UnescapeUrl(text, UrlPart::kPath, &path)) return err;
  url->Path = path;
  // As written only where the plain way to write the path differs.
  const bool plain = rt::EscapeUrl(path, UrlPart::kPath) == text;
  url->RawPath = plain ? golab::String() : golab::String(text);
  return nullptr;
}

golab::Error SetFragment(std::string_view text, URL* url) {
  std::string fragment;
  if (auto err = rt::UnescapeUrl(text, UrlPart::kFragment, &fragment)) return err;
  url->Fragment = fragment;
  url->RawFragment =
      rt::EscapeUrl(fragment, UrlPart::kFragment) == text ? golab::String() : golab::String(text);
  return nullptr;
}

golab::Error ParseInto(std::string_view text, bool via_request, URL* url) {
  if (HasControl(text)) return Fault("net/url: invalid control character in URL");
  if (text.empty() && via_request) return Fault("empty url");
  if (text == "*") {
    url->Path = "*";
    return nullptr;
  }
  std::string_view scheme;
  std::string_view rest;
  if (auto err = TakeScheme(text, &scheme, &rest)) return err;
  url->Scheme = Lower(scheme);
  if (rest.ends_with('?') && std::count(rest.begin(), rest.end(), '?') == 1) {
    url->ForceQuery = true;
    rest.remove_suffix(1);
  } else {
    const auto [before, query, found] = Cut(rest, '?');
    rest = before;
    url->RawQuery = golab::String(query.data(), query.size());
  }
  if (!rest.starts_with('/')) {
    if (!url->Scheme.empty()) {
      url->Opaque = rest;
      return nullptr;
    }
    if (via_request) return Fault("invalid URI for request");
    // A colon in the first segment would make what stands before it a scheme.
    if (Cut(rest, '/').before.find(':') != std::string_view::npos) {
      return Fault("first path segment in URL cannot contain colon");
    }
  }
  if ((!url->Scheme.empty() || (!via_request && !rest.starts_with("///"))) &&
      rest.starts_with("//")) {
    std::string_view authority = rest.substr(2);
    const std::size_t slash = authority.find('/');
    rest = slash == std::string_view::npos ? std::string_view() : authority.substr(slash);
    authority = authority.substr(0, slash);
    if (auto err = TakeAuthority(authority, url)) return err;
  } else if (!url->Scheme.empty() && rest.starts_with('/')) {
    url->OmitHost = true;
  }
  return SetPath(rest, url);
}

// Takes "." and ".." out of a path. Go: resolvePath.
std::string ResolvePath(std::string_view base, std::string_view ref) {
  std::string full;
  if (ref.empty()) {
    full = base;
  } else if (ref.front() != '/') {
    full = std::string(base.substr(0, base.rfind('/') + 1)) + std::string(ref);
  } else {
    full = ref;
  }
  if (full.empty()) return "";
  std::string out = "/";
  std::string_view rest = full;
  bool first = true;
  std::string_view element;
  for (bool found = true; found;) {
    const Split split = Cut(rest, '/');
    element = split.before;
    rest = split.after;
    found = split.found;
    if (element == ".") {
      first = false;
      continue;
    }
    if (element == "..") {
      const std::string inner = out.substr(1);
      const std::size_t slash = inner.rfind('/');
      out = "/" + (slash == std::string::npos ? std::string() : inner.substr(0, slash));
      first = slash == std::string::npos;
    } else {
      if (!first) out += '/';
      out += element;
      first = false;
    }
  }
  if (element == "." || element == "..") out += '/';
  if (out.size() > 1 && out[1] == '/') out.erase(0, 1);
  return out;
}

std::string UserText(const Userinfo& user) {
  std::string text = rt::EscapeUrl(View(user.Username), UrlPart::kUserPassword);
  if (user.HasPassword) text += ":" + rt::EscapeUrl(View(user.Password), UrlPart::kUserPassword);
  return text;
}

}  // namespace

golab::String Error::Text() const {
  const std::string quoted = rt::Quote(View(URL));
  return Op + " " + quoted + ": " + Err.Text();
}

bool Error::Timeout() const {
  const net::Error late(Err);
  return late && late.Timeout();
}

bool Error::Temporary() const {
  const auto* const op = errors::As<net::OpError>(Err);
  return op != nullptr && op->Temporary();
}

golab::String Userinfo::String() const {
  return UserText(*this);
}

ParsedURL Parse(const golab::String& text) {
  const auto [before, fragment, found] = Cut(View(text), '#');
  ParsedURL parsed;
  parsed.err = ParseInto(before, false, &parsed.url);
  if (parsed.err == nullptr && found) parsed.err = SetFragment(fragment, &parsed.url);
  if (parsed.err != nullptr) return {{}, Error{"parse", text, parsed.err}};
  return parsed;
}

ParsedURL ParseRequestURI(const golab::String& text) {
  ParsedURL parsed;
  parsed.err = ParseInto(View(text), true, &parsed.url);
  if (parsed.err != nullptr) return {{}, Error{"parse", text, parsed.err}};
  return parsed;
}

golab::String URL::EscapedPath() const {
  if (!RawPath.empty() && rt::IsValidEncoded(View(RawPath), UrlPart::kPath)) {
    std::string plain;
    if (rt::UnescapeUrl(View(RawPath), UrlPart::kPath, &plain) == nullptr && Path == plain)
      return RawPath;
  }
  if (Path == "*") return "*";
  return rt::EscapeUrl(View(Path), UrlPart::kPath);
}

golab::String URL::EscapedFragment() const {
  if (!RawFragment.empty() && rt::IsValidEncoded(View(RawFragment), UrlPart::kFragment)) {
    std::string plain;
    const auto err = rt::UnescapeUrl(View(RawFragment), UrlPart::kFragment, &plain);
    if (err == nullptr && Fragment == plain) return RawFragment;
  }
  return rt::EscapeUrl(View(Fragment), UrlPart::kFragment);
}

golab::String URL::String() const {
  std::string text;
  if (!Scheme.empty()) text += std::string(View(Scheme)) + ":";
  if (!Opaque.empty()) {
    text += View(Opaque);
  } else {
    if (!Scheme.empty() || !Host.empty() || User.Set) {
      if (!(OmitHost && Host.empty() && !User.Set)) {
        if (!Host.empty() || !Path.empty() || User.Set) text += "//";
        if (User.Set) text += UserText(User) + "@";
        text += rt::EscapeUrl(View(Host), UrlPart::kHost);
      }
    }
    const golab::String path = EscapedPath();
    if (!path.empty() && path[0] != '/' && !Host.empty()) text += '/';
    if (text.empty() && Cut(View(path), '/').before.find(':') != std::string_view::npos)
      text += "./";
    text += View(path);
  }
  if (ForceQuery || !RawQuery.empty()) text += "?" + std::string(View(RawQuery));
  if (!Fragment.empty()) text += "#" + std::string(View(EscapedFragment()));
  return text;
}

golab::String URL::Redacted() const {
  if (!User.HasPassword) return String();
  URL hidden = *this;
  hidden.User.Password = "xxxxx";
  return hidden.String();
}

golab::String URL::RequestURI() const {
  std::string text(View(Opaque.empty() ? EscapedPath() : Opaque));
  if (text.empty()) text = "/";
  if (!Opaque.empty() && text.starts_with("//")) text = std::string(View(Scheme)) + ":" + text;
  if (ForceQuery || !RawQuery.empty()) text += "?" + std::string(View(RawQuery));
  return text;
}

namespace {

// Without a port that is one.
std::string_view WithoutPort(std::string_view host, std::string_view* port) {
  const std::size_t colon = host.rfind(':');
  *port = {};
  if (colon == std::string_view::npos || !IsOptionalPort(host.substr(colon))) return host;
  *port = host.substr(colon + 1);
  return host.substr(0, colon);
}

}  // namespace

golab::String URL::Hostname() const {
  std::string_view port;
  std::string_view host = WithoutPort(View(Host), &port);
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']')
    host = host.substr(1, host.size() - 2);
  return host;
}

golab::String URL::Port() const {
  std::string_view port;
  WithoutPort(View(Host), &port);
  return port;
}

URL URL::ResolveReference(const URL& ref) const {
  URL url = ref;
  if (ref.Scheme.empty()) url.Scheme = Scheme;
  if (!ref.Scheme.empty() || !ref.Host.empty() || ref.User.Set) {
    SetPath(ResolvePath(View(ref.EscapedPath()), ""), &url);
    return url;
  }
  if (!ref.Opaque.empty()) {
    url.User = {};
    url.Host = {};
    url.Path = {};
    return url;
  }
  if (ref.Path.empty() && !ref.ForceQuery && ref.RawQuery.empty()) {
    url.RawQuery = RawQuery;
    if (ref.Fragment.empty()) {
      url.Fragment = Fragment;
      url.RawFragment = RawFragment;
    }
  }
  if (ref.Path.empty() && !Opaque.empty()) {
    url.Opaque = Opaque;
    url.User = {};
    url.Host = {};
    url.Path = {};
    return url;
  }
  url.Host = Host;
  url.User = User;
  SetPath(ResolvePath(View(EscapedPath()), View(ref.EscapedPath())), &url);
  return url;
}

ParsedURL URL::Parse(const golab::String& ref) const {
  ParsedURL parsed = url::Parse(ref);
  if (parsed.err == nullptr) parsed.url = ResolveReference(parsed.url);
  return parsed;
}

URL URL::JoinPath(const golab::String& element) const {
  URL url = *this;
  std::string path = std::string(View(EscapedPath())) + "/" + std::string(View(element));
  if (path.front() != '/') path.insert(0, "/");
  std::string clean = ResolvePath("", path);
  while (clean.find("//") != std::string::npos) clean.erase(clean.find("//"), 1);
  SetPath(clean, &url);
  return url;
}

Values URL::Query() const {
  return ParseQuery(RawQuery).values;
}

ParsedQuery ParseQuery(const golab::String& query) {
  std::vector<rt::TableField> fields;
  ParsedQuery parsed;
  std::string_view rest = View(query);
  while (!rest.empty()) {
    const auto [pair, after, found] = Cut(rest, '&');
    rest = after;
    if (pair.empty()) continue;
    golab::Error err;
    if (pair.find(';') != std::string_view::npos) {
      err = Fault("invalid semicolon separator in query");
    } else {
      const auto [name, value, has_value] = Cut(pair, '=');
      std::string plain_name;
      std::string plain_value;
      err = rt::UnescapeUrl(name, UrlPart::kQuery, &plain_name);
      if (err == nullptr) err = rt::UnescapeUrl(value, UrlPart::kQuery, &plain_value);
      if (err == nullptr) fields.push_back({plain_name, {golab::String(plain_value)}});
    }
    if (err != nullptr && parsed.err == nullptr) parsed.err = err;
  }
  static_cast<rt::Table&>(parsed.values) = rt::Table::OfFields(fields.data(), fields.size());
  return parsed;
}

golab::String QueryEscape(const golab::String& text) {
  return rt::EscapeUrl(View(text), UrlPart::kQuery);
}

golab::String PathEscape(const golab::String& text) {
  return rt::EscapeUrl(View(text), UrlPart::kPathSegment);
}

Unescaped QueryUnescape(const golab::String& text) {
  std::string plain;
  if (auto err = rt::UnescapeUrl(View(text), UrlPart::kQuery, &plain)) return {"", err};
  return {plain, nullptr};
}

Unescaped PathUnescape(const golab::String& text) {
  std::string plain;
  if (auto err = rt::UnescapeUrl(View(text), UrlPart::kPathSegment, &plain)) return {"", err};
  return {plain, nullptr};
}

golab::String Values::Get(const golab::String& key) const {
  const Slice<golab::String> values = (*this)[key];
  return values.empty() ? golab::String() : values[0];
}

void Values::Set(const golab::String& key, const golab::String& value) {
  SetField(key, {value});
}

void Values::Add(const golab::String& key, const golab::String& value) {
  AddField(key, value);
}

void Values::Del(const golab::String& key) {
  RemoveField(key);
}

golab::String Values::Encode() const {
  std::string text;
  for (const auto& [key, values] : *this) {
    for (const golab::String& value : values) {
      if (!text.empty()) text += '&';
      text += rt::EscapeUrl(View(key), UrlPart::kQuery) + "=" +
              rt::EscapeUrl(View(value), UrlPart::kQuery);
    }
  }
  return text;
}

}  // namespace golab::url
