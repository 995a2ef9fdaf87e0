#include "runtime/http/raw_cases.h"

#include <charconv>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace golab::tests {
namespace {

/// Not by strtoul: errno is the thread's, and to TSan goroutines are threads.
std::size_t NumberOf(const std::string& text, int base) {
  std::size_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number, base);
  return number;
}

std::string Decode(const std::string& text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\') {
      const char kind = text[++i];
      if (kind == 'x') {
        bytes += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
        i += 2;
      } else {
        bytes += kind == 'r' ? '\r' : kind == 'n' ? '\n' : '\t';
      }
    } else if (text.compare(i, 2, "\xC2\xA7") == 0) {  // the sign of a paragraph
      bytes += " HTTP/1.1\r\nHost: a\r\n";
      ++i;
    } else if ((c == '@' || c == '#') && i + 1 < text.size() && std::isdigit(text[i + 1]) != 0) {
      std::size_t used = 0;
      const int n = std::stoi(text.substr(i + 1), &used);
      i += used;
      if (c == '@') {
        bytes += std::string(static_cast<std::size_t>(n), 'a');
      } else {
        for (int k = 0; k < n; ++k) bytes += "X" + std::to_string(k) + ": 1\r\n";
      }
    } else {
      bytes += c;
    }
  }
  return bytes;
}

std::string FieldOf(const std::string& head, const std::string& name) {
  const std::size_t at = head.find("\r\n" + name + ": ");
  if (at == std::string::npos) return "";
  const std::size_t begin = at + name.size() + 4;
  return head.substr(begin, head.find("\r\n", begin) - begin);
}

// Takes a chunked body off `text`.
std::string TakeChunks(std::string* text) {
  std::string body;
  while (true) {
    const std::size_t size = NumberOf(*text, 16);
    text->erase(0, text->find("\r\n") + 2);
    body += text->substr(0, size);
    text->erase(0, size);
    if (size == 0) {
      text->erase(0, text->find("\r\n") + 2);
      return body;
    }
    text->erase(0, 2);
  }
}

// The short form of an answer that says no more than its status.
std::string ShortError(const std::string& head, const std::string& body) {
  const std::string kHeaders =
      "\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n";
  const std::size_t line_end = head.find("\r\n");
  const std::string status = head.substr(9, line_end - 9);
  if (head.substr(line_end) != kHeaders) return "";
  if (status == "501 Not Implemented" && body == "Unsupported transfer encoding") return "E501";
  if (body != status) return "";
  const std::size_t colon = status.find(": ");
  const std::string code = "E" + status.substr(0, 3);
  return colon == std::string::npos ? code : code + "(" + status.substr(colon + 2) + ")";
}

}  // namespace

std::vector<RawCase> ReadRawCases(const char* path) {
  std::vector<RawCase> cases;
  std::ifstream file(path);
  std::string line;
  while (std::getline(file, line)) {
    if (line.empty() || line[0] == '#') continue;
    std::stringstream fields(line);
    RawCase one;
    std::string raw;
    std::string fate;
    std::getline(fields, one.name, '\t');
    std::getline(fields, raw, '\t');
    std::getline(fields, fate, '\t');
    std::getline(fields, one.answers, '\t');
    std::getline(fields, one.body, '\t');
    one.fate = fate[0];
    if (!raw.empty() && raw.back() == '^') {
      one.half_close = true;
      raw.pop_back();
    }
    const std::size_t wait = raw.find('~');
    one.waits = wait != std::string::npos;
    one.bytes = Decode(raw.substr(0, wait));
    if (one.waits) one.later = Decode(raw.substr(wait + 1));
    if (one.body.find('<') != std::string::npos) one.body = Decode(one.body);
    cases.push_back(one);
  }
  return cases;
}

Summary Summarize(const std::string& text, bool head_request) {
  Summary summary;
  std::string rest = text;
  while (!rest.empty()) {
    const std::size_t end = rest.find("\r\n\r\n");
    if (end == std::string::npos) {
      summary.answers += " broken:" + rest;
      break;
    }
    const std::string head = rest.substr(0, end + 2);
    rest.erase(0, end + 4);
    const std::string code = head.substr(9, 3);
    const std::string length = FieldOf(head, "Content-Length");
    std::string body;
    std::string one;
    if (FieldOf(head, "Transfer-Encoding") == "chunked") {
      body = TakeChunks(&rest);
    } else if (!length.empty() && !head_request) {
      body = rest.substr(0, NumberOf(length, 10));
      rest.erase(0, body.size());
    } else if (code[0] != '1' && !head_request) {
      body = rest;
      rest.clear();
      one = ShortError(head, body);
    }
    if (one.empty()) {
      if (head.starts_with("HTTP/1.0")) one += "1.0:";
      one += code;
      if (length == "0") one += "+len0";
      if (FieldOf(head, "Connection") == "close") one += "+close";
      if (FieldOf(head, "Connection") == "keep-alive") one += "+keep";
      if (const std::string to = FieldOf(head, "Location"); !to.empty()) one += "+to:" + to;
      if (code[0] != '1' && FieldOf(head, "Date").empty()) one += "+undated";
      summary.body = body;
    }
    summary.answers += (summary.answers.empty() ? "" : " ") + one;
  }
  if (summary.answers.empty()) summary.answers = "nothing";
  return summary;
}

}  // namespace golab::tests
