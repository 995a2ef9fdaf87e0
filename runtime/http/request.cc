// Go: net/http/request.go, but for reading and writing requests.

#include <string>
#include <string_view>

#include "golab/defer.h"
#include "golab/http_message.h"
#include "golab/references.h"

#include "runtime/base/spin_lock.h"
#include "runtime/http/base64.h"
#include "runtime/http/field_text.h"
#include "runtime/http/request_inside.h"

namespace golab {
namespace rt {
namespace {

constexpr std::int64_t kMaxForm = 10 << 20;

// At most `limit` bytes; one more is an error.
Error ReadForm(const io::Reader& body, std::string* text) {
  char piece[512];
  while (true) {
    const auto [n, err] = body.Read(piece, sizeof piece);
    text->append(piece, static_cast<std::size_t>(n));
    if (static_cast<std::int64_t>(text->size()) > kMaxForm)
      return errors::New("http: POST too large");
    if (err) return err == io::Eof.AsError() ? Error() : err;
  }
}

void AddAll(url::Values* to, const url::Values& from) {
  for (const auto& [key, values] : from) {
    for (const String& value : values) to->Add(key, value);
  }
}

Error ParseBody(const http::Request& r, url::Values* into) {
  if (!r.Body) return errors::New("missing form body");
  const std::string_view type = FirstValue(r.Header, "Content-Type");
  const std::string_view media = TrimBlanks(type.substr(0, type.find(';')));
  if (!EqualFold(media, "application/x-www-form-urlencoded")) return nullptr;
  std::string text;
  if (Error err = ReadForm(r.Body, &text)) return err;
  auto [values, err] = url::ParseQuery(text);
  *into = values;
  return err;
}

}  // namespace

void RetainRequest(RequestInside* inside) noexcept {
  // Relaxed: a new reference is made from one that keeps it alive.
  __atomic_fetch_add(&inside->references, 1, __ATOMIC_RELAXED);
}

void ReleaseRequest(RequestInside* inside) noexcept {
  if (DropReference(&inside->references)) delete inside;
}

context::Context RequestInside::Context() {
  LockWord(&lock);
  context::Context found = context;
  UnlockWord(&lock);
  if (found) return found;
  // Made without the lock: others may run meanwhile, and one of them may be faster.
  auto [made, cancel_made] = context::WithCancel(parent ? parent : context::Background());
  LockWord(&lock);
  const bool first = !context;
  if (first) {
    context = made;
    cancel = cancel_made;
  }
  found = context;
  const bool over = ended;
  UnlockWord(&lock);
  if (!first || over) cancel_made();
  return found;
}

void RequestInside::End() {
  LockWord(&lock);
  ended = true;
  const context::CancelFunc ends = cancel;
  UnlockWord(&lock);
  if (ends) ends();
}

}  // namespace rt

namespace http {

namespace {

rt::RequestInside& Inside(Request& r) {
  if (r.inside.get() == nullptr) r.inside = rt::RequestInsideRef(new rt::RequestInside);
  return *r.inside.get();
}

}  // namespace

context::Context Request::Context() const {
  return inside.get() == nullptr ? context::Background() : inside.get()->Context();
}

Request Request::WithContext(const context::Context& ctx) const {
  if (!ctx) panic("nil context");
  Request copy = *this;
  copy.inside = rt::RequestInsideRef(new rt::RequestInside);
  copy.inside.get()->context = ctx;
  if (inside.get() != nullptr) copy.inside.get()->path_values = inside.get()->path_values;
  return copy;
}

Request Request::Clone(const context::Context& ctx) const {
  Request copy = WithContext(ctx);
  copy.Header = Header.Clone();
  copy.Trailer = Trailer.Clone();
  static_cast<rt::Table&>(copy.Form) = Form.CopyFields();
  static_cast<rt::Table&>(copy.PostForm) = PostForm.CopyFields();
  return copy;
}

String Request::PathValue(const String& name) const {
  if (inside.get() == nullptr) return "";
  for (const auto& [known, value] : inside.get()->path_values) {
    if (known == name) return value;
  }
  return "";
}

void Request::SetPathValue(const String& name, const String& value) {
  auto& values = Inside(*this).path_values;
  for (auto& [known, held] : values) {
    if (known == name) {
      held = value;
      return;
    }
  }
  values.emplace_back(name, value);
}

golab::Error Request::ParseForm() {
  golab::Error err;
  if (!PostForm) {
    if (Method == MethodPost || Method == MethodPut || Method == MethodPatch) {
      err = rt::ParseBody(*this, &PostForm);
    }
    if (!PostForm) static_cast<rt::Table&>(PostForm) = rt::Table::OfFields(nullptr, 0);
  }
  if (!Form) {
    // What the body says comes first.
    static_cast<rt::Table&>(Form) = rt::Table::OfFields(nullptr, 0);
    rt::AddAll(&Form, PostForm);
    const auto [values, query_err] = url::ParseQuery(URL.RawQuery);
    rt::AddAll(&Form, values);
    if (!err) err = query_err;
  }
  return err;
}

String Request::FormValue(const String& key) {
  (void)ParseForm();
  return Form.Get(key);
}

String Request::PostFormValue(const String& key) {
  (void)ParseForm();
  return PostForm.Get(key);
}

Credentials Request::BasicAuth() const {
  constexpr std::string_view kPrefix = "Basic ";
  const std::string_view text = rt::FirstValue(Header, "Authorization");
  if (!rt::StartsWithFold(text, kPrefix)) return {};
  std::string plain;
  if (!rt::DecodeBase64(text.substr(kPrefix.size()), &plain)) return {};
  const std::size_t colon = plain.find(':');
  if (colon == std::string::npos) return {};
  return {plain.substr(0, colon), plain.substr(colon + 1), true};
}

void Request::SetBasicAuth(const String& username, const String& password) {
  const String plain = username + ":" + password;
  Header.Set("Authorization", "Basic " + rt::EncodeBase64(rt::View(plain)));
}

}  // namespace http
}  // namespace golab
