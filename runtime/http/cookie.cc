// Go: net/http/cookie.go.

#include <string>
#include <vector>

#include "golab/http_message.h"

#include "runtime/http/field_text.h"

namespace golab::http {
namespace {

bool IsValueByte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x7f && c != '"' && c != ';' && c != '\\';
}

std::string CleanValue(std::string_view value) {
  std::string clean;
  for (const char c : value) {
    if (IsValueByte(c)) clean += c;
  }
  const bool quoted = clean.find_first_of(" ,") != std::string::npos;
  return quoted ? "\"" + clean + "\"" : clean;
}

std::string CleanPathValue(std::string_view value) {
  std::string clean;
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f && c != ';') clean += c;
  }
  return clean;
}

bool TakeValue(std::string_view value, String* out) {
  if (value.size() > 1 && value.front() == '"' && value.back() == '"')
    value = value.substr(1, value.size() - 2);
  for (const char c : value) {
    if (!IsValueByte(c)) return false;
  }
  *out = value;
  return true;
}

// "name=value; attribute=...": the pair alone. False: it is none.
bool TakePair(std::string_view text, Cookie* cookie) {
  const std::size_t equals = text.find('=');
  const std::string_view name = rt::TrimBlanks(text.substr(0, equals));
  if (!rt::IsToken(name)) return false;
  const std::string_view value =
      equals == std::string_view::npos ? std::string_view() : text.substr(equals + 1);
  if (!TakeValue(value, &cookie->Value)) return false;
  cookie->Name = name;
  return true;
}

void TakeAttribute(std::string_view text, Cookie* cookie) {
  const std::size_t equals = text.find('=');
  const std::string_view name = rt::TrimBlanks(text.substr(0, equals));
  const std::string_view value =
      equals == std::string_view::npos ? std::string_view() : text.substr(equals + 1);
  if (rt::EqualFold(name, "path")) cookie->Path = value;
  if (rt::EqualFold(name, "domain")) cookie->Domain = value;
  if (rt::EqualFold(name, "secure")) cookie->Secure = true;
  if (rt::EqualFold(name, "httponly")) cookie->HttpOnly = true;
  if (rt::EqualFold(name, "max-age")) {
    const bool negative = value.starts_with('-');
    const std::int64_t seconds = rt::ParseLength(negative ? value.substr(1) : value);
    if (seconds >= 0)
      cookie->MaxAge = negative || seconds == 0
                           ? -1
                           : static_cast<int>(std::min<std::int64_t>(seconds, INT32_MAX));
  }
  if (rt::EqualFold(name, "samesite")) {
    cookie->SameSite = rt::EqualFold(value, "lax")      ? SameSiteLaxMode
                       : rt::EqualFold(value, "strict") ? SameSiteStrictMode
                       : rt::EqualFold(value, "none")   ? SameSiteNoneMode
                                                        : SameSiteDefaultMode;
  }
}

template <class Visit>
void ForEachPart(std::string_view text, Visit&& visit) {
  while (!text.empty()) {
    const std::size_t semicolon = text.find(';');
    visit(rt::TrimBlanks(text.substr(0, semicolon)));
    text = semicolon == std::string_view::npos ? std::string_view() : text.substr(semicolon + 1);
  }
}

}  // namespace

golab::String Cookie::String() const {
  if (!rt::IsToken(rt::View(Name))) return "";
  std::string text(rt::View(Name));
  text += "=" + CleanValue(rt::View(Value));
  if (!Path.empty()) text += "; Path=" + CleanPathValue(rt::View(Path));
  if (!Domain.empty() && rt::IsHostValue(rt::View(Domain))) {
    std::string_view domain = rt::View(Domain);
    if (domain.starts_with('.')) domain.remove_prefix(1);
    text += "; Domain=" + std::string(domain);
  }
  if (!Expires.IsZero())
    text += "; Expires=" + std::string(rt::View(Expires.UTC().Format(TimeFormat)));
  if (MaxAge > 0) text += "; Max-Age=" + std::to_string(MaxAge);
  if (MaxAge < 0) text += "; Max-Age=0";
  if (HttpOnly) text += "; HttpOnly";
  if (Secure) text += "; Secure";
  switch (SameSite) {
    case SameSiteLaxMode:
      text += "; SameSite=Lax";
      break;
    case SameSiteStrictMode:
      text += "; SameSite=Strict";
      break;
    case SameSiteNoneMode:
      text += "; SameSite=None";
      break;
    case SameSiteDefaultMode:
      break;
  }
  return text;
}

Slice<Cookie> Request::Cookies() const {
  std::vector<http::Cookie> cookies;
  for (const String& line : Header["Cookie"]) {
    ForEachPart(rt::View(line), [&](std::string_view part) {
      http::Cookie cookie;
      if (!part.empty() && TakePair(part, &cookie)) cookies.push_back(std::move(cookie));
    });
  }
  return {cookies.data(), cookies.size()};
}

FoundCookie Request::Cookie(const String& name) const {
  for (const http::Cookie& cookie : Cookies()) {
    if (cookie.Name == name) return {cookie, nullptr};
  }
  return {{}, ErrNoCookie};
}

void Request::AddCookie(const http::Cookie& cookie) {
  const String pair = cookie.Name + "=" + CleanValue(rt::View(cookie.Value));
  const String before = Header.Get("Cookie");
  Header.Set("Cookie", before.empty() ? pair : before + "; " + pair);
}

Slice<Cookie> Response::Cookies() const {
  std::vector<Cookie> cookies;
  for (const String& line : Header["Set-Cookie"]) {
    Cookie cookie;
    bool first = true;
    bool good = true;
    ForEachPart(rt::View(line), [&](std::string_view part) {
      if (first) {
        good = TakePair(part, &cookie);
      } else {
        TakeAttribute(part, &cookie);
      }
      first = false;
    });
    if (good && !first) cookies.push_back(std::move(cookie));
  }
  return {cookies.data(), cookies.size()};
}

FoundLocation Response::Location() const {
  const String to = Header.Get("Location");
  if (to.empty()) return {{}, ErrNoLocation};
  return Request.URL.Parse(to);
}

}  // namespace golab::http
