// The benchmark rows in Go. golab/*.cc is this program line by line, boost/boost_bench.cc as far as Boost
// has the words. Counts are the same in all three: change one, change all.
//
// The environment says what to run: BENCH_PROCS=2 BENCH_ROWS="yield chan128". A row prints lines of
// `name procs unit value`; a value is the best of several rounds in this process.
package main

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	million = 1000000
	rounds  = 5 // in one process; the caller runs several processes
)

var procs int

func report(name, unit string, value float64) {
	fmt.Printf("%s %d %s %.3f\n", name, procs, unit, value)
}

// reportWaits prints NAME_p99 and NAME_max of waits, in microseconds. A wait below 0 is none.
func reportWaits(name string, waits []float64) {
	slices.Sort(waits)
	us := func(i int) float64 { return max(waits[i], 0) / 1e3 }
	report(name+"_p99", "us", us(len(waits)*99/100))
	report(name+"_max", "us", us(len(waits)-1))
}

// check keeps the compiler from dropping the work, and the runtime from doing it wrong.
func check(got, want int) {
	if got != want {
		fmt.Fprintf(os.Stderr, "wrong sum: got %d, want %d\n", got, want)
		os.Exit(1)
	}
}

var begin = time.Now()

// nowNs is the monotonic clock.
func nowNs() float64 { return float64(time.Since(begin).Nanoseconds()) }

// cpuNs is the processor time of this process, all threads.
func cpuNs() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return float64(usage.Utime.Nano() + usage.Stime.Nano())
}

func main() {
	var err error
	if procs, err = strconv.Atoi(os.Getenv("BENCH_PROCS")); err != nil {
		fmt.Fprintln(os.Stderr, "BENCH_PROCS must be a number")
		os.Exit(2)
	}
	runtime.GOMAXPROCS(procs)
	for _, row := range strings.Fields(os.Getenv("BENCH_ROWS")) {
		if !runMicro(row) && !runMillion(row) && !runBusy(row) && !runBlocking(row) &&
			!runCollect(row) {
			fmt.Fprintf(os.Stderr, "no row %q\n", row)
			os.Exit(2)
		}
	}
}
