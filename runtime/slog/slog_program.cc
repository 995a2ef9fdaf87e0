// The lines of golden/main.go by golab's slog; slog_test.cc compares them with Go's.

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "golab/golab.h"

using namespace golab;

namespace {

struct Token {
  slog::Value LogValue() const { return slog::AnyValue("REDACTED"); }
};

struct Pair {
  int n;

  slog::Value LogValue() const {
    return slog::GroupValue(slog::Int("n", n), slog::Int("twice", 2 * n));
  }
};

slog::Attr NoTime(const Slice<String>& groups, slog::Attr a) {
  if (a.Key == slog::TimeKey && groups.empty()) return {};
  return a;
}

void Lines(const slog::Logger& l) {
  l.Info("hello");
  l.Info("hello world", "count", 3, "name", "a b", "ok", true, "pi", 3.25);
  l.Debug("not shown");
  l.Warn("", "empty", "", "equal", "a=b", "quote", "say \"hi\"", "back", "a\\b", "tab", "a\tb",
         "nl", "a\nb");
  l.Error("bad", "err", errors::New("it failed: x"), "nil", nullptr);
  l.Info("args", "lonely");
  l.Info("args", 42, "a", 1);
  l.Info("args", slog::Int("i", 1), "k", "v", slog::String("s", "t"));
  l.Info("numbers", "neg", -5, "u", 7U, "i64", std::numeric_limits<std::int64_t>::min(), "u64",
         std::numeric_limits<std::uint64_t>::max(), "b", static_cast<unsigned char>(200));
  l.Info("floats", "a", 1.0, "b", 0.1, "c", 1e21, "d", 1e-7, "e", -2.5e30, "f", 123456789.0, "g",
         0.1F, "h", 1e20, "z", 0.0);
  l.Info("odd", "inf", std::numeric_limits<double>::infinity(), "ninf",
         -std::numeric_limits<double>::infinity());
  l.Info("time", "d", 1500 * time::Microsecond, "t",
         time::Date(2024, time::February, 29, 13, 4, 5, 678900000), "t0",
         time::Date(2024, time::January, 1, 0, 0, 0, 0));
  l.Info("group", slog::Group("g", "a", 1, slog::Group("h", "b", 2)), "c", 3);
  l.Info("empty group", slog::Group("g"), "c", 3);
  l.Info("inline", slog::Group("", "a", 1), "c", 3);
  l.Info("level", "level", slog::LevelWarn, "odd", slog::Level(5));
  l.Info("valuer", "token", Token(), "pair", Pair{4});
  l.Info("unicode", "ä", "größe", "nbsp", "a\u00a0b", "bad",
         "a\xff"
         "b",
         "line", "x\u2028y", "del",
         "a\x7f"
         "b",
         "ctl",
         "a\x01"
         "b",
         "html", "<a&b>");
  l.Info("list", "ints", std::vector<int>{1, 2, 3}, "strs", std::vector<std::string>{"a b", "c"},
         "map", std::map<std::string, int>{{"z", 1}, {"a", 2}}, "none", std::vector<int>());
  l.Info("key with space", "a key", 1, "a=b", 2, "", 3);
  const slog::Logger w = l.With("w", 1);
  w.Info("with", "x", 2);
  w.With("v", 2).Info("with two");
  w.With().Info("with none");
  const slog::Logger g = l.WithGroup("g");
  g.Info("in group", "x", 2);
  g.Info("group without attrs");
  g.With("y", 1).Info("group with y");
  g.With("y", 1).WithGroup("h").Info("two groups", "z", 2);
  g.With("y", 1).WithGroup("h").Info("two groups, one empty");
  w.WithGroup("g").With("y", 1).WithGroup("h").With("z", 3).Info("all", "q", 4);
  l.With("a b", "c d").WithGroup("g h").Info("quoted", "i j", 5);
  l.WithGroup("").Info("no group", "x", 1);
  l.With(slog::Group("e")).Info("empty with");
  const context::Context ctx = context::Background();
  l.Log(ctx, slog::Level(2), "between", "x", 1);
  l.Log(ctx, slog::Level(-1), "below");
  l.Log(ctx, slog::Level(9), "above");
  l.LogAttrs(ctx, slog::LevelInfo, "attrs", slog::Bool("b", false), slog::Duration("d", time::Hour),
             slog::Float64("f", 0.5), slog::Int64("i", -1), slog::Uint64("u", 1),
             slog::Any("any", "x"));
  l.InfoContext(ctx, "ctx", "x", 1);
}

void Records() {
  const context::Context ctx = context::Background();
  const time::Time t = time::Date(2009, time::November, 10, 23, 0, 0, 123456789);
  for (const slog::Handler& h :
       {slog::NewTextHandler(os::Stdout()), slog::NewJSONHandler(os::Stdout())}) {
    slog::Record r(t, slog::LevelInfo, "fixed time");
    r.AddAttrs({slog::Int("a", 1), slog::Group("empty"), slog::Time("t", t)});
    h.Handle(ctx, r);
    h.Handle(ctx, slog::Record(time::Time(), slog::LevelError, "no time"));
    h.Handle(ctx, slog::Record(time::Date(2009, time::November, 10, 23, 0, 0, 0), slog::LevelWarn,
                               "even"));
  }
}

void Levels() {
  slog::LevelVar lv;
  const slog::Logger vl =
      slog::New(slog::NewTextHandler(os::Stdout(), {.Level = &lv, .ReplaceAttr = &NoTime}));
  vl.Debug("no");
  lv.Set(slog::LevelDebug);
  vl.Debug("yes");
  lv.Set(slog::LevelError);
  vl.Warn("no");
  fmt::Println(lv.String(), vl.Enabled(context::Background(), slog::LevelError), slog::Level(-8),
               slog::LevelDebug, slog::Level(3), slog::Level(12));
  const slog::Logger el = slog::New(
      slog::NewJSONHandler(os::Stdout(), {.Level = slog::LevelWarn, .ReplaceAttr = &NoTime}));
  el.Info("no");
  el.Warn("yes");
}

slog::Attr Replace(const Slice<String>& groups, slog::Attr a) {
  if (a.Key == "time" || a.Key == "drop") return {};
  if (a.Key == "level") return slog::String("LEVEL", a.Value.String());
  if (a.Key == "n") return slog::Int("n", groups.Len());
  return a;
}

void Replaced() {
  const slog::Logger rl = slog::New(slog::NewTextHandler(os::Stdout(), {.ReplaceAttr = &Replace}));
  rl.Info("m", "n", 0, "drop", 1, slog::Group("g", "n", 0, slog::Group("h", "n", 0)));
  rl.WithGroup("p").Info("m", "n", 0);
}

void Defaults() {
  log::SetFlags(0);
  log::SetOutput(os::Stdout());
  slog::Info("through log", "a", 1, "b c", "d e");
  slog::With("x", 1).WithGroup("g").Warn("w", "y", 2);
  slog::Debug("no");
  slog::SetLogLoggerLevel(slog::LevelDebug);
  slog::Debug("yes");
  slog::SetLogLoggerLevel(slog::LevelInfo);
  slog::SetDefault(slog::New(slog::NewTextHandler(os::Stdout(), {.ReplaceAttr = &NoTime})));
  log::Print("from log");
  slog::Error("to text", "a", 1);
  slog::NewLogLogger(slog::NewJSONHandler(os::Stdout(), {.ReplaceAttr = &NoTime}), slog::LevelError)
      .Println("log", "logger");
  slog::New(slog::DiscardHandler()).Error("no");
}

void Work(const slog::Logger& l) {
  l.Info("where", "x", 1);
}

/// A handler of the program's: counts, and hands on.
struct Counting {
  slog::Handler to;
  int* count;

  bool Enabled(const context::Context& ctx, slog::Level level) const {
    return to.Enabled(ctx, level);
  }

  Error Handle(const context::Context& ctx, const slog::Record& r) const {
    ++*count;
    return to.Handle(ctx, r);
  }

  Counting WithAttrs(const Slice<slog::Attr>& attrs) const { return {to.WithAttrs(attrs), count}; }

  Counting WithGroup(const String& name) const { return {to.WithGroup(name), count}; }
};

void Own() {
  int count = 0;
  const slog::Logger l =
      slog::New(Counting{slog::NewTextHandler(os::Stdout(), {.ReplaceAttr = &NoTime}), &count});
  l.With("a", 1).WithGroup("g").Info("own", "b", 2);
  l.Debug("no");
  fmt::Println(count);
}

void Many() {
  const slog::Logger l = slog::New(slog::NewTextHandler(os::Stdout(), {.ReplaceAttr = &NoTime}));
  sync::WaitGroup wg;
  for (int i = 0; i < 50; i++) {
    wg.Add(1);
    go([&, i] {
      for (int k = 0; k < 20; k++) l.Info("line", "i", i, "k", k);
      wg.Done();
    });
  }
  wg.Wait();
}

}  // namespace

GOLAB_MAIN() {
  const String what = os::Args().Len() > 1 ? os::Args()[1] : String("go");
  const slog::HandlerOptions no_time{.ReplaceAttr = &NoTime};
  if (what == "source") {
    slog::HandlerOptions options{.AddSource = true, .ReplaceAttr = &NoTime};
    Work(slog::New(slog::NewTextHandler(os::Stdout(), options)));
    Work(slog::New(slog::NewJSONHandler(os::Stdout(), options)));
    slog::SetDefault(slog::New(slog::NewJSONHandler(os::Stdout(), options)));
    slog::Warn("from main");
  } else if (what == "own") {
    Own();
  } else if (what == "many") {
    Many();
  } else if (what == "nil") {
    slog::New(slog::Handler());
  } else {
    fmt::Println("# text");
    Lines(slog::New(slog::NewTextHandler(os::Stdout(), no_time)));
    fmt::Println("# json");
    Lines(slog::New(slog::NewJSONHandler(os::Stdout(), no_time)));
    fmt::Println("# records");
    Records();
    fmt::Println("# levels");
    Levels();
    fmt::Println("# replace");
    Replaced();
    fmt::Println("# attr", slog::Int("a", 1), slog::Group("g", "a", 1, "b", "x y"),
                 slog::Float64("f", 1e21), slog::Any("d", time::Second));
    fmt::Println("# default");
    Defaults();
  }
}
