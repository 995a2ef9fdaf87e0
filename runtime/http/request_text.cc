#include "runtime/http/request_text.h"

#include "golab/strings.h"

#include "runtime/http/field_text.h"

namespace golab::rt {

SentBody BodyToSend(const http::Request& r) {
  const bool none = !r.Body || r.Body.raw() == http::NoBody().raw();
  if (none) return {};
  if (r.ContentLength > 0) return {true, false, r.ContentLength};
  return {true, true, -1};
}

void AppendRequestHead(std::string* out, const http::Request& r, const SentBody& body, bool close) {
  const std::string_view method = r.Method.empty() ? "GET" : View(r.Method);
  const String target =
      method == http::MethodConnect && r.URL.Path.empty() ? r.URL.Host : r.URL.RequestURI();
  out->append(method).append(" ").append(View(target)).append(" HTTP/1.1\r\n");
  AppendField(out, "Host", View(r.Host.empty() ? r.URL.Host : r.Host));
  const bool own_agent = r.Header.Has("User-Agent");
  const std::string_view agent =
      own_agent ? FirstValue(r.Header, "User-Agent") : "Go-http-client/1.1";
  if (!agent.empty()) AppendField(out, "User-Agent", agent);
  if (close) AppendField(out, "Connection", "close");
  if (body.chunked) {
    AppendField(out, "Transfer-Encoding", "chunked");
  } else if (body.has_body) {
    AppendField(out, "Content-Length", std::to_string(body.length));
  } else if (method == http::MethodPost || method == http::MethodPut ||
             method == http::MethodPatch) {
    AppendField(out, "Content-Length", "0");
  }
  AppendFields(out, r.Header, [](std::string_view key) {
    return key == "Host" || key == "User-Agent" || key == "Content-Length" ||
           key == "Transfer-Encoding" || key == "Trailer";
  });
  out->append("\r\n");
}

}  // namespace golab::rt
