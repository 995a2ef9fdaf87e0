#include "lab/explain/diagnostics.h"

#include <algorithm>

#include "lab/report/text.h"

namespace golab::lab {
namespace {

constexpr std::size_t kMostLine = 4000, kMostMessages = 2000;

// Quotes of every locale and of both linkers as '.
std::string Plain(std::string_view line) {
  std::string text;
  line = line.substr(0, kMostLine);
  while (!line.empty()) {
    const std::string_view front = line.substr(0, 3);
    const bool curly = front == "\xe2\x80\x98" || front == "\xe2\x80\x99";
    text.push_back(curly || line[0] == '`' ? '\'' : line[0]);
    line.remove_prefix(curly ? 3 : 1);
  }
  return text;
}

int Number(std::string_view* text) {
  int value = 0;
  std::size_t i = 0;
  for (; i < text->size() && (*text)[i] >= '0' && (*text)[i] <= '9' && i < 8; ++i) {
    value = value * 10 + ((*text)[i] - '0');
  }
  text->remove_prefix(i);
  return value;
}

// Takes "file:line:column:" or "file:line:" from the front; false if the line does not begin so.
bool TakePlace(std::string_view* rest, CompilerMessage* message) {
  for (std::size_t at = rest->find(':'); at != std::string_view::npos;
       at = rest->find(':', at + 1)) {
    std::string_view after = rest->substr(at + 1);
    if (after.empty() || after[0] < '0' || after[0] > '9') continue;
    const int line = Number(&after);
    if (after.empty() || after[0] != ':') continue;
    after.remove_prefix(1);
    message->file = std::string(rest->substr(0, at));
    message->line = line;
    std::string_view column_text = after;
    if (!after.empty() && after[0] >= '0' && after[0] <= '9') {
      const int column = Number(&column_text);
      if (!column_text.empty() && column_text[0] == ':') {
        message->column = column;
        after = column_text.substr(1);
      }
    }
    *rest = after;
    return message->file.find(' ') == std::string::npos;
  }
  return false;
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

bool TakeFront(std::string_view* text, std::string_view front) {
  if (text->substr(0, front.size()) != front) return false;
  text->remove_prefix(front.size());
  return true;
}

bool IsOwn(const std::string& file) {
  return !file.empty() && file[0] != '/' && file[0] != '<' && file.rfind("golab/", 0) != 0 &&
         file != "cc1plus" && file != "collect2";
}

// "   12 |   go([] { wg.Done(); });": the line that the message before it is about.
bool TakeSource(std::string_view line, CompilerMessage* message) {
  const auto bar = line.find(" | ");
  if (bar == std::string_view::npos || !message->source.empty()) return false;
  std::string_view number = Trim(line.substr(0, bar));
  if (number.empty() || number[0] < '0' || number[0] > '9') return false;
  if (Number(&number) != message->line || !number.empty()) return false;
  message->source = std::string(line.substr(bar + 3).substr(0, kMostLine));
  while (!message->source.empty() && message->source.back() == '\r') message->source.pop_back();
  return true;
}

// What the linkers say without the word "error" or with a place inside an object.
bool IsLinkError(std::string_view text) {
  return text.find("undefined reference to ") != std::string_view::npos ||
         text.find("multiple definition of ") != std::string_view::npos;
}

bool ReadMessage(std::string_view raw, CompilerMessage* message) {
  const std::string line = Plain(raw);
  std::string_view rest = line;
  const bool placed = TakePlace(&rest, message);
  if (!placed) {
    *message = CompilerMessage{};
    rest = line;
  }
  rest = Trim(rest);
  using Kind = CompilerMessage::Kind;
  if (TakeFront(&rest, "error: ") || TakeFront(&rest, "fatal error: ")) {
    message->kind = Kind::kError;
  } else if (TakeFront(&rest, "warning: ")) {
    message->kind = Kind::kWarning;
  } else if (TakeFront(&rest, "note: ")) {
    message->kind = Kind::kNote;
  } else if (placed && (rest == "required from here" || rest.rfind("required from here", 0) == 0)) {
    message->kind = Kind::kRequired;
  } else if (IsLinkError(rest)) {
    // gold writes "FILE:LINE: error: undefined ..." (above), ".../crt1.o:function _start: error:
    // ..." or "ld.gold: error: FILE: multiple definition of 'x'"; ld "FILE:LINE: undefined ...".
    message->kind = Kind::kError;
    const auto at =
        std::min(rest.find("undefined reference to "), rest.find("multiple definition of "));
    rest = rest.substr(at);
  } else if (!placed && rest.find(": error: ") != std::string_view::npos) {
    message->kind = Kind::kError;
    rest = rest.substr(rest.find(": error: ") + 9);
  } else {
    return false;
  }
  std::string_view text = Trim(rest);
  for (const std::string_view suffix : {" [-fpermissive]"}) {
    if (text.size() > suffix.size() && text.substr(text.size() - suffix.size()) == suffix) {
      text.remove_suffix(suffix.size());
    }
  }
  message->text = CleanUtf8(text);
  message->own = IsOwn(message->file);
  return true;
}

}  // namespace

std::vector<CompilerMessage> ReadCompilerOutput(std::string_view output) {
  std::vector<CompilerMessage> messages;
  bool fresh = false;  // the line may quote the source of the last message
  while (!output.empty() && messages.size() < kMostMessages) {
    const auto end = std::min(output.find('\n'), output.size());
    const std::string_view line = output.substr(0, end);
    output.remove_prefix(std::min(end + 1, output.size()));
    if (fresh && TakeSource(line, &messages.back())) {
      fresh = false;
      continue;
    }
    CompilerMessage message;
    if (ReadMessage(line, &message)) {
      if (message.text == "ld returned 1 exit status") continue;
      messages.push_back(std::move(message));
      fresh = true;
    }
  }
  return messages;
}

}  // namespace golab::lab
