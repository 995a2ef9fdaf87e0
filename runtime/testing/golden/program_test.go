// What made golden.txt, with Go 1.24.4: go test -c, then each line that begins with ########. Its lines
// stand where those of ../program_test.cc stand, because log lines say where.
package main

import (
	"errors"
	"fmt"
	"runtime"
	"testing"
	"time"
)

func check(t *testing.T, n int) {
	t.Helper()
	if n != 1 { t.Errorf("n is %d", n) }
}

func TestPass(t *testing.T) {
	fmt.Println("goroutines", runtime.NumGoroutine())
	t.Log("logged", 1, "two")
}

func TestFail(t *testing.T) {
	t.Cleanup(func() { t.Log("cleanup 1") })
	t.Cleanup(func() { t.Log("cleanup 2") })
	t.Errorf("first %d\nsecond line", 1)
	t.Error("a", 2, 3, "b")
	t.Fatalf("leak: before=%d after=%d", 2, 3)
	fmt.Println("not reached")
}

func TestFailQuietly(t *testing.T) {
	t.Fail()
	fmt.Println("goes on", t.Failed(), t.Skipped(), t.Name())
	t.FailNow()
}

func TestSkip(t *testing.T) {
	t.Skip("not today")
}

func TestSkipEmpty(t *testing.T) {
	t.Skip()
}

func TestSkipf(t *testing.T) {
	t.Skipf("not %s", "tomorrow")
}

func TestSub(t *testing.T) {
	t.Run("one two", func(t *testing.T) {
		t.Run("deep", func(t *testing.T) { t.Log("deep log") })
		t.Log("in sub", t.Name())
	})
	t.Run("one two", func(t *testing.T) {
		t.Fatal("bad")
	})
	t.Run("", func(t *testing.T) { t.SkipNow() })
	t.Log("after")
	check(t, 2)
	ok := t.Run("helped", func(inner *testing.T) { check(inner, 3) })
	t.Log("ok", ok)
	for i := 0; i < 3; i++ {
		t.Run("same", func(t *testing.T) {})
	}
	t.Run("same#01", func(t *testing.T) {})
	t.Run("a\x01b\tc", func(t *testing.T) {})
}

func TestParentFails(t *testing.T) {
	t.Run("sub", func(*testing.T) { t.Log("of the parent"); t.Fail() })
	t.Log("then")
}

func TestQuiet(t *testing.T) {
}

func TestCleanupFails(t *testing.T) {
	t.Cleanup(func() { t.Fatal("in cleanup") })
	t.Cleanup(func() { t.Log("other") })
}

func TestLogAfterSub(t *testing.T) {
	late := make(chan int)
	t.Run("sub", func(inner *testing.T) { go func() { <-late; inner.Log("late"); late <- 1 }() })
	late <- 1
	<-late
	t.Error("to see it")
}

func TestFatalOnAnotherGoroutine(t *testing.T) {
	done := make(chan int)
	go func() { defer close(done); t.Fatal("ends that goroutine") }()
	<-done
	t.Log("the test goes on")
}

func TestPanics(t *testing.T) { panic("boom") }

func TestPanicsInSub(t *testing.T) { t.Run("sub", func(*testing.T) { panic(errors.New("deep")) }) }

func TestPanicsInCleanup(t *testing.T) { t.Cleanup(func() { panic("in cleanup") }) }

func TestPanicsTwice(t *testing.T) { t.Cleanup(func() { panic("second") }); panic("first") }

func TestGoexits(t *testing.T) { runtime.Goexit() }

func TestPanicsElsewhere(t *testing.T) { go panic("elsewhere"); time.Sleep(time.Second) }

func TestDeadlock(t *testing.T) { t.Run("sub", func(*testing.T) { <-make(chan int) }) }

func TestRunInCleanup(t *testing.T) {
	t.Cleanup(func() { t.Run("sub", func(*testing.T) {}) })
}

func TestParentFailNow(t *testing.T) {
	t.Run("sub", func(*testing.T) { t.FailNow() })
	t.Log("never")
}

func TestHangs(t *testing.T) {
	t.Run("sub", func(*testing.T) { time.Sleep(time.Hour) })
}
