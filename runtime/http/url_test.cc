// url::, http::Header, cookies, content types.

#include <string>
#include <utility>
#include <vector>

#include "golab/golab.h"
#include "golab/http.h"

namespace golab {

GOLAB_TEST(UrlsSurviveTheRoundTrip, t) {
  for (const char* const text :
       {"http://a", "http://a/", "http://u:p@a:80/x?y=1#z", "http://[::1]:80/", "/a%2Fb",
        "mailto:x@y", "//h/p", "a/b", "?q", "#f", "http://a?", "http://a/%41%20b", "*"}) {
    const auto [u, err] = url::Parse(text);
    if (err || u.String() != text) t.Errorf("%q: %q %v", text, u.String(), err);
  }
}

GOLAB_TEST(PartsOfUrls, t) {
  const auto [u, err] = url::Parse("HTTP://user:p%20w@h.com:8080/a%2Fb/c?x=1&y=2#f%20g");
  if (err) t.Fatal(err);
  const std::vector<std::pair<String, const char*>> parts = {
      {u.Scheme, "http"},
      {u.User.Username, "user"},
      {u.User.Password, "p w"},
      {u.Host, "h.com:8080"},
      {u.Hostname(), "h.com"},
      {u.Port(), "8080"},
      {u.Path, "/a/b/c"},
      {u.RawPath, "/a%2Fb/c"},
      {u.RawQuery, "x=1&y=2"},
      {u.Fragment, "f g"},
      {u.EscapedPath(), "/a%2Fb/c"},
      {u.RequestURI(), "/a%2Fb/c?x=1&y=2"},
      {u.Query().Get("y"), "2"},
      {u.Redacted(), "http://user:xxxxx@h.com:8080/a%2Fb/c?x=1&y=2#f%20g"},
  };
  for (const auto& [got, want] : parts) {
    if (got != want) t.Errorf("got %q, want %q", got, want);
  }
}

GOLAB_TEST(UrlsThatAreNone, t) {
  for (const auto& [text, want] : std::vector<std::pair<const char*, const char*>>{
           {"http://a:bad", "parse \"http://a:bad\": invalid port \":bad\" after host"},
           {"/%zz", "parse \"/%zz\": invalid URL escape \"%zz\""},
           {":x", "parse \":x\": missing protocol scheme"},
           {"http://[::1", "parse \"http://[::1\": missing ']' in host"},
           {"http://a b/", "parse \"http://a b/\": invalid character \" \" in host name"},
           {"a:b/c:d\x01", "parse \"a:b/c:d\\x01\": net/url: invalid control character in URL"},
           {"1a:b", "parse \"1a:b\": first path segment in URL cannot contain colon"},
       }) {
    const auto err = url::Parse(text).err;
    if (!err || err.Text() != want) t.Errorf("%q: %v, want %s", text, err, want);
  }
}

GOLAB_TEST(References, t) {
  const auto base = url::Parse("http://h/a/b?q").url;
  for (const auto& [ref, want] :
       std::vector<std::pair<const char*, const char*>>{{"c", "http://h/a/c"},
                                                        {"/c", "http://h/c"},
                                                        {"../c", "http://h/c"},
                                                        {"../../../c", "http://h/c"},
                                                        {"?x", "http://h/a/b?x"},
                                                        {"#f", "http://h/a/b?q#f"},
                                                        {"//i/c", "http://i/c"},
                                                        {"https://i", "https://i"},
                                                        {"./", "http://h/a/"},
                                                        {"", "http://h/a/b?q"}}) {
    if (const String got = base.Parse(ref).url.String(); got != want)
      t.Errorf("%q: %q, want %q", ref, got, want);
  }
}

GOLAB_TEST(Queries, t) {
  const auto [values, err] = url::ParseQuery("b=2&a=1+2&a=%41&c;d&=x&e");
  if (!err || err.Text() != "invalid semicolon separator in query") t.Errorf("%v", err);
  if (const String text = values.Encode(); text != "=x&a=1+2&a=A&b=2&e=") t.Errorf("%q", text);
  if (url::QueryEscape("a b/\xC3\xA4") != "a+b%2F%C3%A4" || url::PathEscape("a b/c") != "a%20b%2Fc")
    t.Error("escape");
  if (url::PathUnescape("a+b%2F").text != "a+b/" || !url::QueryUnescape("%4").err)
    t.Error("unescape");
}

GOLAB_TEST(Headers, t) {
  http::Header h;
  h.Set("content-TYPE", "a");
  h.Add("x-a", "1");
  h.Add("X-A", "2");
  h.Set("bad name", "kept as it is");
  if (h.Get("Content-type") != "a" || h.Values("x-a").Len() != 2 || h.Len() != 3)
    t.Error("canonical names");
  http::Header copy = h.Clone();
  copy.Del("X-a");
  const http::Header same = h;
  if (h.Values("X-A").Len() != 2 || !same.Has("X-A") || copy.Has("X-A")) t.Error("copies");
  String text;
  h.Write([&](const char* data, std::size_t size) { text += String(data, size); });
  if (text != "Content-Type: a\r\nX-A: 1\r\nX-A: 2\r\n") t.Errorf("%q", text);
}

GOLAB_TEST(Cookies, t) {
  http::Cookie c;
  c.Name = "n";
  c.Value = "a b";
  c.Path = "/";
  c.MaxAge = 5;
  c.HttpOnly = true;
  c.SameSite = http::SameSiteLaxMode;
  if (const String text = c.String();
      text != "n=\"a b\"; Path=/; Max-Age=5; HttpOnly; SameSite=Lax")
    t.Errorf("%s", text);
  http::Response resp;
  resp.Header.Add("Set-Cookie", c.String());
  const auto cookies = resp.Cookies();
  if (cookies.Len() != 1 || cookies[0].Value != "a b" || cookies[0].MaxAge != 5 ||
      !cookies[0].HttpOnly)
    t.Error("parsed");
  http::Request r;
  r.AddCookie(c);
  c.Name = "m";
  c.Value = "1";
  r.AddCookie(c);
  if (r.Header.Get("Cookie") != "n=\"a b\"; m=1" || r.Cookie("m").cookie.Value != "1")
    t.Error(r.Header.Get("Cookie"));
  if (r.Cookie("no").err != http::ErrNoCookie.AsError()) t.Error("found");
}

GOLAB_TEST(ContentTypes, t) {
  for (const auto& [data, want] : std::vector<std::pair<String, const char*>>{
           {"", "text/plain; charset=utf-8"},
           {"hello", "text/plain; charset=utf-8"},
           {" \n<html>", "text/html; charset=utf-8"},
           {"<!doctype html>", "text/html; charset=utf-8"},
           {"<?xml ", "text/xml; charset=utf-8"},
           {"%PDF-1", "application/pdf"},
           {"GIF89a", "image/gif"},
           {"\x89PNG\r\n\x1a\n", "image/png"},
           {String("\0\x01", 2), "application/octet-stream"},
           {"\x1f\x8b\x08", "application/x-gzip"},
       }) {
    if (const String got = http::DetectContentType(data.data(), data.size()); got != want)
      t.Errorf("%q: %s", data, got);
  }
}

GOLAB_TEST(Forms, t) {
  http::Request r;
  r.Method = "POST";
  r.URL = url::Parse("/x?a=q&b=2").url;
  r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
  r.Body = strings::NewReader("a=body&c=3");
  if (r.FormValue("a") != "body" || r.FormValue("b") != "2" || r.PostFormValue("c") != "3" ||
      r.Form["a"].Len() != 2) {
    t.Error(r.Form.Encode());
  }
  r.SetBasicAuth("u", "p:w");
  const auto [user, password, ok] = r.BasicAuth();
  if (!ok || user != "u" || password != "p:w") t.Errorf("%s %s", user, password);
}

}  // namespace golab
