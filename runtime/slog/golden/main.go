package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"math"
	"os"
	"time"
)

type token struct{ s string }

func (t token) LogValue() slog.Value { return slog.StringValue("REDACTED") }

type pair struct{ n int }

func (p pair) LogValue() slog.Value {
	return slog.GroupValue(slog.Int("n", p.n), slog.Int("twice", 2*p.n))
}

type loop struct{}

func (l loop) LogValue() slog.Value { return slog.AnyValue(l) }

func noTime(groups []string, a slog.Attr) slog.Attr {
	if a.Key == slog.TimeKey && len(groups) == 0 {
		return slog.Attr{}
	}
	return a
}

func lines(l *slog.Logger) {
	l.Info("hello")
	l.Info("hello world", "count", 3, "name", "a b", "ok", true, "pi", 3.25)
	l.Debug("not shown")
	l.Warn("", "empty", "", "equal", "a=b", "quote", `say "hi"`, "back", `a\b`, "tab", "a\tb", "nl", "a\nb")
	l.Error("bad", "err", errors.New("it failed: x"), "nil", nil)
	l.Info("args", "lonely")
	l.Info("args", 42, "a", 1)
	l.Info("args", slog.Int("i", 1), "k", "v", slog.String("s", "t"))
	l.Info("numbers", "neg", -5, "u", uint(7), "i64", int64(math.MinInt64), "u64", uint64(math.MaxUint64), "b", byte(200))
	l.Info("floats", "a", 1.0, "b", 0.1, "c", 1e21, "d", 1e-7, "e", -2.5e30, "f", 123456789.0, "g", float32(0.1), "h", 1e20, "z", 0.0)
	l.Info("odd", "inf", math.Inf(1), "ninf", math.Inf(-1))
	l.Info("time", "d", 1500*time.Microsecond, "t", time.Date(2024, 2, 29, 13, 4, 5, 678900000, time.UTC), "t0", time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC))
	l.Info("group", slog.Group("g", "a", 1, slog.Group("h", "b", 2)), "c", 3)
	l.Info("empty group", slog.Group("g"), "c", 3)
	l.Info("inline", slog.Group("", "a", 1), "c", 3)
	l.Info("level", "level", slog.LevelWarn, "odd", slog.Level(5))
	l.Info("valuer", "token", token{"secret"}, "pair", pair{4})
	l.Info("unicode", "ä", "größe", "nbsp", "a\u00a0b", "bad", "a\xffb", "line", "x\u2028y", "del", "a\x7fb", "ctl", "a\x01b", "html", "<a&b>")
	l.Info("list", "ints", []int{1, 2, 3}, "strs", []string{"a b", "c"}, "map", map[string]int{"z": 1, "a": 2}, "none", []int{})
	l.Info("key with space", "a key", 1, "a=b", 2, "", 3)
	w := l.With("w", 1)
	w.Info("with", "x", 2)
	w.With("v", 2).Info("with two")
	w.With().Info("with none")
	g := l.WithGroup("g")
	g.Info("in group", "x", 2)
	g.Info("group without attrs")
	g.With("y", 1).Info("group with y")
	g.With("y", 1).WithGroup("h").Info("two groups", "z", 2)
	g.With("y", 1).WithGroup("h").Info("two groups, one empty")
	w.WithGroup("g").With("y", 1).WithGroup("h").With("z", 3).Info("all", "q", 4)
	l.With("a b", "c d").WithGroup("g h").Info("quoted", "i j", 5)
	l.WithGroup("").Info("no group", "x", 1)
	l.With(slog.Group("e")).Info("empty with")
	l.Log(context.Background(), slog.Level(2), "between", "x", 1)
	l.Log(context.Background(), slog.Level(-1), "below")
	l.Log(context.Background(), slog.Level(9), "above")
	l.LogAttrs(context.Background(), slog.LevelInfo, "attrs", slog.Bool("b", false), slog.Duration("d", time.Hour), slog.Float64("f", 0.5), slog.Int64("i", -1), slog.Uint64("u", 1), slog.Any("any", "x"))
	l.InfoContext(context.Background(), "ctx", "x", 1)
}

func main() {
	opts := &slog.HandlerOptions{ReplaceAttr: noTime}
	fmt.Println("# text")
	lines(slog.New(slog.NewTextHandler(os.Stdout, opts)))
	fmt.Println("# json")
	lines(slog.New(slog.NewJSONHandler(os.Stdout, opts)))
	fmt.Println("# records")
	t := time.Date(2009, 11, 10, 23, 0, 0, 123456789, time.UTC)
	for _, h := range []slog.Handler{slog.NewTextHandler(os.Stdout, nil), slog.NewJSONHandler(os.Stdout, nil)} {
		r := slog.NewRecord(t, slog.LevelInfo, "fixed time", 0)
		r.AddAttrs(slog.Int("a", 1), slog.Group("empty"), slog.Time("t", t))
		h.Handle(context.Background(), r)
		h.Handle(context.Background(), slog.NewRecord(time.Time{}, slog.LevelError, "no time", 0))
		h.Handle(context.Background(), slog.NewRecord(time.Date(2009, 11, 10, 23, 0, 0, 0, time.UTC), slog.LevelWarn, "even", 0))
	}
	fmt.Println("# levels")
	var lv slog.LevelVar
	vl := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{Level: &lv, ReplaceAttr: noTime}))
	vl.Debug("no")
	lv.Set(slog.LevelDebug)
	vl.Debug("yes")
	lv.Set(slog.LevelError)
	vl.Warn("no")
	fmt.Println(lv.String(), vl.Enabled(context.Background(), slog.LevelError), slog.Level(-8), slog.LevelDebug, slog.Level(3), slog.Level(12))
	el := slog.New(slog.NewJSONHandler(os.Stdout, &slog.HandlerOptions{Level: slog.LevelWarn, ReplaceAttr: noTime}))
	el.Info("no")
	el.Warn("yes")
	fmt.Println("# replace")
	rl := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		switch {
		case a.Key == "time" || a.Key == "drop":
			return slog.Attr{}
		case a.Key == "level":
			return slog.String("LEVEL", a.Value.String())
		case a.Key == "n":
			return slog.Int("n", len(groups))
		}
		return a
	}}))
	rl.Info("m", "n", 0, "drop", 1, slog.Group("g", "n", 0, slog.Group("h", "n", 0)))
	rl.WithGroup("p").Info("m", "n", 0)
	fmt.Println("# attr", slog.Int("a", 1), slog.Group("g", "a", 1, "b", "x y"), slog.Float64("f", 1e21), slog.Any("d", time.Second))
	fmt.Println("# default")
	log.SetFlags(0)
	log.SetOutput(os.Stdout)
	slog.Info("through log", "a", 1, "b c", "d e")
	slog.With("x", 1).WithGroup("g").Warn("w", "y", 2)
	slog.Debug("no")
	slog.SetLogLoggerLevel(slog.LevelDebug)
	slog.Debug("yes")
	slog.SetLogLoggerLevel(slog.LevelInfo)
	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stdout, opts)))
	log.Print("from log")
	slog.Error("to text", "a", 1)
	slog.NewLogLogger(slog.NewJSONHandler(os.Stdout, opts), slog.LevelError).Println("log", "logger")
	slog.New(slog.DiscardHandler).Error("no")
}
