#include "lab/catalogue/catalogue.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <sstream>
#include <utility>

#include <toml++/toml.h>

#include "lab/catalogue/duration.h"
#include "lab/catalogue/suggest.h"

extern "C" const char kGolabLabsToml[];
extern "C" const char kGolabLabsTomlEnd[];

namespace golab::lab {
namespace {

using Strings = std::vector<std::string>;
using Type = Parameter::Type;

struct TypeName {
  const char* name;
  Type type;
};

constexpr TypeName kTypes[] = {{"int", Type::kInt},
                               {"duration", Type::kDuration},
                               {"bool", Type::kBool},
                               {"string", Type::kString}};

struct ExemptionName {
  const char* name;
  Exemption exemption;
};

constexpr ExemptionName kExemptions[] = {{"busy_allowed", Exemption::kBusyAllowed},
                                         {"leak_allowed", Exemption::kLeakAllowed},
                                         {"fail_allowed", Exemption::kFailAllowed},
                                         {"asleep_allowed", Exemption::kAsleepAllowed},
                                         {"serves", Exemption::kServes}};

std::string Join(const Strings& words) {
  std::string all;
  for (const auto& word : words) all += (all.empty() ? "" : ", ") + word;
  return all;
}

std::string Sentence(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const auto part : parts) text += part;
  return text;
}

std::string Quote(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text.substr(0, 60)) quoted += (c >= 0 && c < 0x20) || c == 0x7f ? '?' : c;
  return quoted + (text.size() > 60 ? "...'" : "'");
}

std::string Number(double value) {
  std::ostringstream out;
  out << value;
  return out.str();
}

// "all but letters, digits and hyphens": ids stand in file names, commands and machine formats.
bool IsId(std::string_view id) {
  return !id.empty() && id.size() <= 64 && id.front() != '-' && id.back() != '-' &&
         std::all_of(id.begin(), id.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

// A path inside a folder: relative, without "..", of the characters a compiler takes safely.
bool IsPath(std::string_view path) {
  if (path.empty() || path.size() > 200 || path.front() == '/' || path.back() == '/') return false;
  bool first = true;
  for (const char c : path) {
    const bool word =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    if (first && !word) return false;  // neither "..", nor "//", nor an option
    if (!word && c != '.' && c != '-' && c != '/') return false;
    first = c == '/';
  }
  return true;
}

std::string Shown(const toml::node& node) {
  if (const auto* s = node.as_string()) return Quote(s->get());
  if (const auto* i = node.as_integer()) return std::to_string(i->get());
  if (const auto* f = node.as_floating_point()) return Number(f->get());
  if (const auto* b = node.as_boolean()) return b->get() ? "true" : "false";
  if (node.is_array()) return "a list";
  if (node.is_table()) return "a table";
  return "a date or time";
}

std::optional<std::int64_t> ParseNumber(std::string_view text, Type type) {
  if (type == Type::kDuration) return ParseDuration(text);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string ShowNumber(std::int64_t value, Type type) {
  return type == Type::kDuration ? FormatDuration(value) : std::to_string(value);
}

struct Error FaultAt(std::string what, const std::string& file, const toml::source_region& at) {
  return {
      .what = std::move(what),
      .where = file + ":" + std::to_string(at.begin.line) + ":" + std::to_string(at.begin.column),
      .exit_class = ExitClass::kUsage};
}

// Walks the tree of one file. The first fault is kept; after it every question gives a default, so
// that callers need not ask each time.
class Reader {
 public:
  explicit Reader(std::string file) : file_(std::move(file)) {}

  Result<Catalogue> Read(const toml::table& root);

 private:
  bool ok() const { return !error_; }

  void Fault(const toml::source_region& at, const std::string& text);

  void Fault(const toml::node& at, const std::string& text) { Fault(at.source(), text); }

  void KnownKeys(const toml::table& table, const Strings& allowed, const std::string& what);
  const toml::node* Get(const toml::table& table, const char* key, bool required,
                        const std::string& what);
  std::string String(const toml::table& table, const char* key, bool required,
                     const std::string& what);
  bool Bool(const toml::table& table, const char* key, bool fallback);
  Strings List(const toml::table& table, const char* key);
  Strings Paths(const toml::table& table, const char* key, bool required, const std::string& what);
  std::string Id(const toml::table& table, const char* key, const std::string& what);
  std::optional<std::int64_t> Bound(const toml::node& node, Type type, const std::string& key);
  std::set<Exemption> Exemptions(const toml::table& table);
  std::vector<const toml::table*> Tables(const toml::table& table, const char* key);

  void ReadLimits(const toml::table& table, Limits* limits);
  Task ReadTask(const toml::table& table);
  void ReadPoints(const toml::table& table, Task* task);
  void ReadHints(const toml::table& table, Task* task);
  Parameter ReadParameter(const toml::table& table);
  bool ReadRange(const toml::table& table, const char* key, const Parameter& p, std::int64_t* lo,
                 std::int64_t* hi);
  Variation ReadVariation(const toml::table& table);
  Case ReadCase(const toml::table& table, const Task& task, bool* has_share);
  void ReadCases(const toml::table& table, Task* task);
  template <class T>
  void Unique(const std::vector<T>& known, const std::string& id, const toml::table& at,
              const char* what);

  std::string file_;
  std::string task_;  // "task 'task3': " while one is read
  std::optional<struct Error> error_;
  Limits limits_{10'000'000'000, 10'000'000'000, 256, 60'000'000'000, 1 << 20};
};

void Reader::Fault(const toml::source_region& at, const std::string& text) {
  if (error_) return;
  error_ = FaultAt(task_ + text, file_, at);
}

void Reader::KnownKeys(const toml::table& table, const Strings& allowed, const std::string& what) {
  for (const auto& [key, value] : table) {
    if (std::find(allowed.begin(), allowed.end(), key.str()) != allowed.end()) continue;
    Fault(key.source(), what + " has no key " + Quote(key.str()) + DidYouMean(key.str(), allowed) +
                            " (" + Join(allowed) + ")");
    return;
  }
}

const toml::node* Reader::Get(const toml::table& table, const char* key, bool required,
                              const std::string& what) {
  const toml::node* node = table.get(key);
  if (node == nullptr && required) Fault(table, what + " needs the key '" + key + "'");
  return node;
}

std::string Reader::String(const toml::table& table, const char* key, bool required,
                           const std::string& what) {
  const toml::node* node = Get(table, key, required, what);
  if (node == nullptr) return "";
  const auto* text = node->as_string();
  if (text == nullptr) {
    Fault(*node, Quote(key) + " must be a string, not " + Shown(*node));
    return "";
  }
  if (text->get().empty()) Fault(*node, Quote(key) + " must not be empty");
  return text->get();
}

bool Reader::Bool(const toml::table& table, const char* key, bool fallback) {
  const toml::node* node = table.get(key);
  if (node == nullptr) return fallback;
  if (const auto* value = node->as_boolean()) return value->get();
  Fault(*node, Quote(key) + " must be true or false, not " + Shown(*node));
  return fallback;
}

Strings Reader::List(const toml::table& table, const char* key) {
  Strings all;
  const toml::node* node = table.get(key);
  if (node == nullptr) return all;
  const auto* list = node->as_array();
  if (list == nullptr) {
    Fault(*node, Quote(key) + " must be a list of strings, not " + Shown(*node));
    return all;
  }
  for (const auto& element : *list) {
    if (const auto* text = element.as_string()) {
      all.push_back(text->get());
    } else {
      Fault(element, Quote(key) + " must be a list of strings; it has " + Shown(element));
    }
  }
  return all;
}

Strings Reader::Paths(const toml::table& table, const char* key, bool required,
                      const std::string& what) {
  const toml::node* node = Get(table, key, required, what);
  Strings all = List(table, key);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!IsPath(all[i]))
      Fault(*node, Quote(key) + " must name files inside the folder, not " + Quote(all[i]));
    if (std::count(all.begin(), all.end(), all[i]) > 1)
      Fault(*node, Quote(key) + " names " + Quote(all[i]) + " twice");
  }
  if (node != nullptr && all.empty()) Fault(*node, Quote(key) + " must name at least one file");
  return all;
}

std::string Reader::Id(const toml::table& table, const char* key, const std::string& what) {
  std::string id = String(table, key, true, what);
  if (ok() && !IsId(id)) {
    Fault(*table.get(key),
          Quote(key) + " must be small letters, digits and hyphens, at most 64, not " + Quote(id));
  }
  return id;
}

// A number of the parameter's type: an integer, or a duration such as "100ms".
std::optional<std::int64_t> Reader::Bound(const toml::node& node, Type type,
                                          const std::string& key) {
  if (type == Type::kInt && node.is_integer()) return node.as_integer()->get();
  if (type == Type::kDuration && node.is_string()) {
    if (const auto value = ParseDuration(node.as_string()->get())) return value;
  }
  Fault(node,
        Quote(key) +
            (type == Type::kInt ? " must be an integer" : " must be a duration such as \"100ms\"") +
            ", not " + Shown(node));
  return std::nullopt;
}

std::set<Exemption> Reader::Exemptions(const toml::table& table) {
  std::set<Exemption> all;
  for (const auto& name : List(table, "common")) {
    Strings allowed;
    bool known = false;
    for (const auto& [allowed_name, exemption] : kExemptions) {
      allowed.push_back(allowed_name);
      if (name == allowed_name) {
        all.insert(exemption);
        known = true;
      }
    }
    if (!known) {
      Fault(*table.get("common"), "'common' has no exemption " + Quote(name) +
                                      DidYouMean(name, allowed) + " (" + Join(allowed) + ")");
    }
  }
  return all;
}

std::vector<const toml::table*> Reader::Tables(const toml::table& table, const char* key) {
  std::vector<const toml::table*> all;
  const toml::node* node = table.get(key);
  if (node == nullptr) return all;
  const auto* list = node->as_array();
  if (list == nullptr) {
    Fault(*node, Quote(key) + " must be a list of tables ([[" + key + "]]), not " + Shown(*node));
    return all;
  }
  for (const auto& element : *list) {
    if (const auto* one = element.as_table()) {
      all.push_back(one);
    } else {
      Fault(element, Quote(key) + " must be a list of tables; it has " + Shown(element));
    }
  }
  return all;
}

template <class T>
void Reader::Unique(const std::vector<T>& known, const std::string& id, const toml::table& at,
                    const char* what) {
  for (const auto& other : known) {
    if (other.id == id)
      Fault(*at.get("id"), std::string("there are two ") + what + " with the id " + Quote(id));
  }
}

void Reader::ReadLimits(const toml::table& table, Limits* limits) {
  const toml::node* node = table.get("limits");
  if (node == nullptr) return;
  const auto* values = node->as_table();
  if (values == nullptr) return Fault(*node, "'limits' must be a table, not " + Shown(*node));

  const struct {
    const char* key;
    Type type;
    std::int64_t max;
    std::int64_t* target;
  } keys[] = {{"wall", Type::kDuration, 3'600'000'000'000, &limits->wall_ns},
              {"cpu", Type::kDuration, 3'600'000'000'000, &limits->cpu_ns},
              {"memory", Type::kInt, 65'536, &limits->memory_mib},
              {"virtual", Type::kDuration, 1'000 * 3'600'000'000'000, &limits->virtual_ns},
              {"output", Type::kInt, 1 << 30, &limits->output_bytes}};

  Strings allowed;
  for (const auto& k : keys) allowed.push_back(k.key);
  KnownKeys(*values, allowed, "'limits'");
  for (const auto& k : keys) {
    const toml::node* value = values->get(k.key);
    if (value == nullptr) continue;
    const auto number = Bound(*value, k.type, k.key);
    if (!number) return;
    if (*number <= 0 || *number > k.max) {
      return Fault(*value, Quote(k.key) + " must be above 0 and at most " +
                               ShowNumber(k.max, k.type) + ", not " + ShowNumber(*number, k.type));
    }
    *k.target = *number;
  }
}

void Reader::ReadPoints(const toml::table& table, Task* task) {
  const toml::node* node = table.get("points");
  if (node == nullptr) return;
  const auto* values = node->as_table();
  if (values == nullptr)
    return Fault(*node, "'points' must be a table of check ids, not " + Shown(*node));
  const std::string prefix = task->id + ".";
  for (const auto& [key, value] : *values) {
    const std::string id(key.str());
    if (id.rfind(prefix, 0) != 0 || !IsId(std::string_view(id).substr(prefix.size()))) {
      return Fault(key.source(), "'points' names checks of this task, such as '" + prefix +
                                     "no-leak', not " + Quote(id));
    }
    const auto number = value.value<double>();
    if (!number || !value.is_number() || !(*number >= 0) || *number > 1000) {
      return Fault(value, "the points of " + Quote(id) + " must be a number from 0 to 1000, not " +
                              Shown(value));
    }
    task->points[id] = *number;
  }
}

void Reader::ReadHints(const toml::table& table, Task* task) {
  const toml::node* node = Get(table, "hints", true, "the task");
  task->hints = List(table, "hints");
  if (node == nullptr || !ok()) return;
  if (task->hints.size() != 3) {
    Fault(*node, "'hints' must be three: a question, the idea, nearly the code; there are " +
                     std::to_string(task->hints.size()));
  }
  for (const auto& hint : task->hints) {
    if (hint.find_first_not_of(" \t\n") == std::string::npos)
      Fault(*node, "a hint must not be empty");
  }
}

bool Reader::ReadRange(const toml::table& table, const char* key, const Parameter& p,
                       std::int64_t* lo, std::int64_t* hi) {
  const toml::node* node = table.get(key);
  if (node == nullptr) return false;
  const auto* pair = node->as_array();
  if (pair == nullptr || pair->size() != 2) {
    Fault(*node, Quote(key) + " must be a list of two, the least and the greatest");
    return false;
  }
  const auto least = Bound(*pair->get(0), p.type, key),
             greatest = Bound(*pair->get(1), p.type, key);
  if (!least || !greatest) return false;
  if (*least > *greatest) {
    Fault(*node, Quote(key) + " must have the least first; it is " + ShowNumber(*least, p.type) +
                     " to " + ShowNumber(*greatest, p.type));
    return false;
  }
  *lo = *least;
  *hi = *greatest;
  return true;
}

Parameter Reader::ReadParameter(const toml::table& table) {
  Parameter p;
  KnownKeys(table, {"name", "type", "default", "range", "check_range", "help"}, "a parameter");
  p.name = Id(table, "name", "a parameter");
  const std::string what = "parameter " + Quote(p.name);
  const std::string type = String(table, "type", true, what);
  Strings allowed;
  bool known = false;
  for (const auto& [name, value] : kTypes) {
    allowed.push_back(name);
    if (type == name) {
      p.type = value;
      known = true;
    }
  }
  if (ok() && !known) {
    Fault(*table.get("type"),
          what + ": 'type' must be one of " + Join(allowed) + ", not " + Quote(type));
  }
  p.help = String(table, "help", true, what);
  const toml::node* given = Get(table, "default", true, what);
  if (!ok()) return p;

  const bool number = p.type == Type::kInt || p.type == Type::kDuration;
  if (!number) {
    for (const char* key : {"range", "check_range"}) {
      if (const toml::node* node = table.get(key))
        Fault(*node, Sentence({what, ": a ", type, " has no ", Quote(key)}));
    }
    if (p.type == Type::kBool) {
      if (!given->is_boolean())
        Fault(*given, what + ": 'default' must be true or false, not " + Shown(*given));
      else
        p.default_value = given->as_boolean()->get() ? "true" : "false";
    } else {
      if (!given->is_string())
        Fault(*given, what + ": 'default' must be a string, not " + Shown(*given));
      else
        p.default_value = given->as_string()->get();
    }
    return p;
  }
  const auto value = Bound(*given, p.type, "default");
  if (!value) return p;
  p.default_value = ShowNumber(*value, p.type);
  Get(table, "range", true, what);
  if (!ok() || !ReadRange(table, "range", p, &p.min, &p.max)) return p;
  if (*value < p.min || *value > p.max) {
    Fault(*given, what + ": 'default' must lie in its range, " + ShowNumber(p.min, p.type) +
                      " to " + ShowNumber(p.max, p.type) + "; it is " + p.default_value);
  }
  p.check_min = p.min;
  p.check_max = p.max;
  if (ReadRange(table, "check_range", p, &p.check_min, &p.check_max) &&
      (p.check_min < p.min || p.check_max > p.max)) {
    Fault(*table.get("check_range"), what + ": 'check_range' must lie in the range, " +
                                         ShowNumber(p.min, p.type) + " to " +
                                         ShowNumber(p.max, p.type));
  }
  return p;
}

Variation Reader::ReadVariation(const toml::table& table) {
  Variation v;
  KnownKeys(table, {"id", "title", "args", "shows", "flag", "common"}, "a variation");
  v.id = Id(table, "id", "a variation");
  const std::string what = "variation " + Quote(v.id);
  v.title = String(table, "title", true, what);
  v.args = List(table, "args");
  v.shows = String(table, "shows", true, what);
  v.flag = String(table, "flag", false, what);
  v.common = Exemptions(table);
  return v;
}

constexpr std::int64_t kMostProcs = 64;  // as golab run --procs

Case Reader::ReadCase(const toml::table& table, const Task& task, bool* has_share) {
  Case c;
  KnownKeys(table,
            {"id", "title", "with", "without", "args", "variation", "share", "procs", "live",
             "serve", "common"},
            "a case");
  c.id = Id(table, "id", "a case");
  const std::string what = "case " + Quote(c.id);
  c.title = String(table, "title", true, what);
  c.with = Paths(table, "with", false, what);
  c.without = Paths(table, "without", false, what);
  c.args = List(table, "args");
  c.variation = String(table, "variation", false, what);
  c.common = Exemptions(table);
  c.live = Bool(table, "live", false);
  c.serve = Bool(table, "serve", false);
  if (c.serve && !c.live)
    Fault(*table.get("serve"), what + ": 'serve' is of live cases, and this is none");
  for (const auto& file : c.without) {
    if (std::find(task.files.begin(), task.files.end(), file) == task.files.end()) {
      Fault(*table.get("without"), what + ": 'without' names " + Quote(file) +
                                       ", which is none of the task's files (" + Join(task.files) +
                                       ")");
    }
  }
  if (!c.variation.empty() && task.FindVariation(c.variation) == nullptr) {
    Fault(*table.get("variation"), what + ": the task has no variation " + Quote(c.variation));
  }
  if (c.live && !c.variation.empty())
    Fault(*table.get("variation"), what + ": a live case is shown in each variation that has none");
  if (const toml::node* node = table.get("procs")) {
    const auto procs = node->value<std::int64_t>();
    if (!procs || !node->is_integer() || *procs < 1 || *procs > kMostProcs) {
      Fault(*node, what + ": 'procs' must be between 1 and " + std::to_string(kMostProcs) +
                       ", not " + Shown(*node));
    } else {
      c.procs = static_cast<int>(*procs);
    }
  }
  *has_share = table.contains("share");
  if (const toml::node* node = table.get("share")) {
    const auto share = node->value<double>();
    if (!share || !node->is_number() || !(*share > 0) || *share > 1) {
      Fault(*node, what + ": 'share' must be above 0 and at most 1, not " + Shown(*node));
    } else {
      c.share = *share;
    }
    if (c.live) Fault(*node, what + ": 'share' is of what is checked, and 'live' is not");
  }
  return c;
}

// Cases without a share divide what the others leave.
void Reader::ReadCases(const toml::table& table, Task* task) {
  double given = 0;
  int without_share = 0;
  for (const auto* one : Tables(table, "case")) {
    bool has_share = false;
    Case c = ReadCase(*one, *task, &has_share);
    if (!ok()) return;
    Unique(task->cases, c.id, *one, "cases");
    given += c.share;
    without_share += has_share || c.live ? 0 : 1;
    task->cases.push_back(std::move(c));
  }
  if (!ok()) return;
  if (task->cases.empty()) {
    Case c;
    c.id = "main";
    c.title = task->title;
    c.share = 1;
    task->cases.push_back(std::move(c));
    return;
  }
  const bool too_much = given > 1 + 1e-9 || (without_share > 0 && given > 1 - 1e-9);
  if (too_much || (without_share == 0 && given < 1 - 1e-9)) {
    return Fault(*table.get("case"),
                 "the shares of the cases must sum to 1" +
                     std::string(without_share > 0 ? ", and leave some for those without" : "") +
                     "; the sum is " + Number(given));
  }
  for (auto& c : task->cases) {
    if (c.share == 0 && !c.live) c.share = (1 - given) / without_share;
  }
}

Task Reader::ReadTask(const toml::table& table) {
  Task task;
  task.limits = limits_;
  task.line = static_cast<int>(table.source().begin.line);
  task.id = Id(table, "id", "a task");
  if (!ok()) return task;
  task_ = "task " + Quote(task.id) + ": ";
  KnownKeys(table,
            {"id", "title", "folder", "required", "points", "files", "hints", "limits", "common",
             "parameter", "variation", "case"},
            "a task");
  task.title = String(table, "title", true, "the task");
  task.folder = String(table, "folder", true, "the task");
  if (ok() && !IsPath(task.folder)) {
    Fault(*table.get("folder"),
          "'folder' must be a path inside golab's sources, not " + Quote(task.folder));
  }
  task.required = Bool(table, "required", false);
  task.files = Paths(table, "files", true, "the task");
  task.common = Exemptions(table);
  ReadHints(table, &task);
  ReadPoints(table, &task);
  ReadLimits(table, &task.limits);
  for (const auto* one : Tables(table, "parameter")) {
    Parameter p = ReadParameter(*one);
    if (ok() && task.FindParameter(p.name) != nullptr) {
      Fault(*one->get("name"), "there are two parameters with the name " + Quote(p.name));
    }
    if (!ok()) return task;
    task.parameters.push_back(std::move(p));
  }
  for (const auto* one : Tables(table, "variation")) {
    Variation v = ReadVariation(*one);
    if (!ok()) return task;
    Unique(task.variations, v.id, *one, "variations");
    task.variations.push_back(std::move(v));
  }
  ReadCases(table, &task);
  return task;
}

Result<Catalogue> Reader::Read(const toml::table& root) {
  Catalogue catalogue;
  catalogue.file = file_;
  KnownKeys(root, {"task", "limits"}, "the file");
  ReadLimits(root, &limits_);
  for (const auto* table : Tables(root, "task")) {
    task_.clear();
    Task task = ReadTask(*table);
    task_.clear();
    if (!ok()) break;
    Unique(catalogue.tasks, task.id, *table, "tasks");
    for (const auto& other : catalogue.tasks) {
      if (other.folder == task.folder) {
        Fault(*table->get("folder"),
              "the tasks " + Quote(other.id) + " and " + Quote(task.id) + " have the same folder");
      }
    }
    catalogue.tasks.push_back(std::move(task));
  }
  if (ok() && catalogue.tasks.empty()) Fault(root, "there is no [[task]]");
  if (!ok()) return Failure(*error_);
  return catalogue;
}

template <class T>
const T* FindById(const std::vector<T>& all, std::string_view id) {
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const T& one) { return one.id == id; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

std::string Parameter::Complaint(std::string_view value) const {
  switch (type) {
    case Type::kString:
      return "";
    case Type::kBool:
      return value == "true" || value == "false" ? ""
                                                 : "must be true or false, not " + Quote(value);
    case Type::kInt:
    case Type::kDuration:
      break;
  }
  const auto number = ParseNumber(value, type);
  if (!number) {
    return std::string(type == Type::kInt ? "must be an integer"
                                          : "must be a duration such as 100ms") +
           ", not " + Quote(value);
  }
  if (*number >= min && *number <= max) return "";
  return "must be between " + ShowNumber(min, type) + " and " + ShowNumber(max, type) + ", not " +
         std::string(value);
}

double Task::PointsOf(std::string_view check_id) const {
  const auto found = points.find(std::string(check_id));
  return found == points.end() ? 1 : found->second;
}

const Parameter* Task::FindParameter(std::string_view name) const {
  for (const auto& p : parameters) {
    if (p.name == name) return &p;
  }
  return nullptr;
}

const Variation* Task::FindVariation(std::string_view name) const {
  return FindById(variations, name);
}

const Case* Task::FindCase(std::string_view name) const {
  return FindById(cases, name);
}

const Task* Catalogue::Find(std::string_view id) const {
  return FindById(tasks, id);
}

Result<const Task*> Catalogue::Get(std::string_view id) const {
  if (const Task* task = Find(id)) return task;
  Strings ids;
  for (const auto& task : tasks) ids.push_back(task.id);
  return Failure({.what = "no task " + Quote(id) + DidYouMean(id, ids),
                  .what_to_do = "golab list shows all",
                  .exit_class = ExitClass::kUsage});
}

std::string TrackOf(const Task& task) {
  if (task.required) return "required";
  if (task.id.starts_with("bug")) return "find the bug";
  if (task.id.starts_with("opt")) return "optimise";
  return task.id.starts_with("s") ? "stretch" : "recommended";
}

std::vector<std::string> Tracks(const Catalogue& catalogue) {
  std::vector<std::string> tracks;
  for (const bool required : {true, false}) {
    for (const Task& task : catalogue.tasks) {
      if (task.required != required) continue;
      const std::string track = TrackOf(task);
      if (std::find(tracks.begin(), tracks.end(), track) == tracks.end()) tracks.push_back(track);
    }
  }
  return tracks;
}

Result<Catalogue> ParseCatalogue(std::string_view text, const std::string& file) {
  try {  // toml++ throws; nothing above this line does
    const toml::table root = toml::parse(text, file);
    return Reader(file).Read(root);
  } catch (const toml::parse_error& e) {
    std::string why(e.description());
    // toml++'s words for a missing closing quote are about control characters.
    if (why.find("control character") != std::string::npos)
      why = "a string without its closing quote";
    return Failure(FaultAt("not TOML: " + why, file, e.source()));
  }
}

Result<Catalogue> LoadCatalogue(const std::string& path) {
  if (path.empty()) return ParseCatalogue(EmbeddedLabsToml(), "labs.toml");
  std::ifstream in(path, std::ios::binary);
  const std::string unreadable = "cannot read the catalogue '" + path + "'";
  if (!in) {
    return SystemFailure(unreadable, errno, ExitClass::kUsage,
                         "--labs names a file like labs.toml");
  }
  std::string text;
  constexpr std::size_t kMost = 4 << 20;  // 60 tasks are 60 kB
  std::vector<char> block(1 << 16);
  while (in.read(block.data(), static_cast<std::streamsize>(block.size())) || in.gcount() > 0) {
    text.append(block.data(), static_cast<std::size_t>(in.gcount()));
    if (text.size() > kMost) {
      return Failure(
          {.what = unreadable, .why = "it is larger than 4 MiB", .exit_class = ExitClass::kUsage});
    }
  }
  if (in.bad() || text.empty()) {
    return Failure(
        {.what = unreadable, .why = "nothing could be read", .exit_class = ExitClass::kUsage});
  }
  return ParseCatalogue(text, path);
}

std::string_view EmbeddedLabsToml() {
  return {kGolabLabsToml, static_cast<std::size_t>(kGolabLabsTomlEnd - kGolabLabsToml)};
}

}  // namespace golab::lab
