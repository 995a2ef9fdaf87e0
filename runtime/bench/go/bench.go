// The benchmark rows in Go. golab_bench.cc is this program line by line, boost_bench.cc as far as Boost
// has the words. Counts are the same in all three: change one, change all.
//
// The environment says what to run: BENCH_PROCS=2 BENCH_ROWS="yield chan128". Each row prints one line,
// `name procs unit value`; a value is the minimum of several rounds in this process.
package main

import (
	"fmt"
	"math"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"
)

const million = 1000000

var procs int

func report(name, unit string, value float64) {
	fmt.Printf("%s %d %s %.3f\n", name, procs, unit, value)
}

// perOp prints the best of `rounds` runs of body, in ns for each of the n operations of one run.
func perOp(name string, rounds, n int, body func(n int)) {
	best := math.Inf(1)
	for i := 0; i < rounds; i++ {
		start := time.Now()
		body(n)
		best = min(best, float64(time.Since(start).Nanoseconds()))
	}
	report(name, "ns", best/float64(n))
}

func yield(n int) {
	var wg sync.WaitGroup
	wg.Add(2)
	for i := 0; i < 2; i++ {
		go func() {
			for j := 0; j < n/2; j++ {
				runtime.Gosched()
			}
			wg.Done()
		}()
	}
	wg.Wait()
}

func spawnJoin(n int) {
	for i := 0; i < n; i++ {
		var wg sync.WaitGroup
		wg.Add(1)
		go func() { wg.Done() }()
		wg.Wait()
	}
}

func spawn1000(n int) {
	for i := 0; i < n; i += 1000 {
		var wg sync.WaitGroup
		wg.Add(1000)
		for j := 0; j < 1000; j++ {
			go func() { wg.Done() }()
		}
		wg.Wait()
	}
}

func pingpong(n int) {
	ping, pong := make(chan int), make(chan int)
	go func() {
		for i := 0; i < n; i++ {
			pong <- <-ping
		}
	}()
	for i := 0; i < n; i++ {
		ping <- i
		<-pong
	}
}

func chan128(n int) {
	ch := make(chan int, 128)
	go func() {
		for i := 0; i < n; i++ {
			ch <- i
		}
		close(ch)
	}()
	sum := 0
	for v := range ch {
		sum += v
	}
	check(sum, n*(n-1)/2)
}

func chan4p4c(n int) {
	ch := make(chan int, 128)
	var producers, consumers sync.WaitGroup
	producers.Add(4)
	consumers.Add(4)
	for i := 0; i < 4; i++ {
		go func() {
			for j := 0; j < n/4; j++ {
				ch <- 1
			}
			producers.Done()
		}()
	}
	var sums [4]int
	for i := 0; i < 4; i++ {
		go func() {
			sum := 0
			for v := range ch {
				sum += v
			}
			sums[i] = sum
			consumers.Done()
		}()
	}
	producers.Wait()
	close(ch)
	consumers.Wait()
	check(sums[0]+sums[1]+sums[2]+sums[3], n)
}

func selectReady(n int) {
	a, b, c, d := make(chan int, 1), make(chan int, 1), make(chan int, 1), make(chan int, 1)
	all := [4]chan int{a, b, c, d}
	sum, v := 0, 0
	for i := 0; i < n; i++ {
		all[i&3] <- 1
		select {
		case v = <-a:
		case v = <-b:
		case v = <-c:
		case v = <-d:
		}
		sum += v
	}
	check(sum, n)
}

func selectBlock(n int) {
	a, b, c, d := make(chan int), make(chan int), make(chan int), make(chan int)
	all := [4]chan int{a, b, c, d}
	go func() {
		for i := 0; i < n; i++ {
			all[i&3] <- 1
		}
	}()
	sum, v := 0, 0
	for i := 0; i < n; i++ {
		select {
		case v = <-a:
		case v = <-b:
		case v = <-c:
		case v = <-d:
		}
		sum += v
	}
	check(sum, n)
}

func mutex(n int) {
	var mu sync.Mutex
	for i := 0; i < n; i++ {
		mu.Lock()
		mu.Unlock()
	}
}

func mutex4g(n int) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	wg.Add(4)
	for i := 0; i < 4; i++ {
		go func() {
			for j := 0; j < n/4; j++ {
				mu.Lock()
				mu.Unlock()
			}
			wg.Done()
		}()
	}
	wg.Wait()
}

func skynetNode(c chan int, number, size int) {
	if size == 1 {
		c <- number
		return
	}
	children := make(chan int)
	for i := 0; i < 10; i++ {
		go skynetNode(children, number+i*(size/10), size/10)
	}
	sum := 0
	for i := 0; i < 10; i++ {
		sum += <-children
	}
	c <- sum
}

func skynet() {
	best := math.Inf(1)
	for i := 0; i < 3; i++ {
		start := time.Now()
		c := make(chan int)
		go skynetNode(c, 0, million)
		check(<-c, million*(million-1)/2)
		best = min(best, float64(time.Since(start).Nanoseconds()))
	}
	report("skynet", "ms", best/1e6)
}

// park creates a million goroutines that wait for done, and returns when all have come that far.
func park(done chan int, left *sync.WaitGroup) time.Duration {
	var arrived sync.WaitGroup
	arrived.Add(million)
	left.Add(million)
	start := time.Now()
	for i := 0; i < million; i++ {
		go func() {
			arrived.Done()
			<-done
			left.Done()
		}()
	}
	arrived.Wait()
	return time.Since(start)
}

func release(done chan int, left *sync.WaitGroup) time.Duration {
	start := time.Now()
	close(done)
	left.Wait()
	return time.Since(start)
}

func parked1M() {
	var left sync.WaitGroup
	before := residentBytes()
	done := make(chan int)
	first := park(done, &left)
	report("parked_1m_first", "s", first.Seconds())
	report("parked_1m_bytes", "B", (residentBytes()-before)/million)
	again, released := math.Inf(1), float64(release(done, &left).Nanoseconds())
	for i := 0; i < 3; i++ {
		done = make(chan int)
		again = min(again, float64(park(done, &left).Nanoseconds()))
		released = min(released, float64(release(done, &left).Nanoseconds()))
	}
	report("parked_1m_again", "ms", again/1e6)
	report("parked_1m_release", "ms", released/1e6)
}

// sleepers1M takes its second of sleep with it: both sides sleep the same.
func sleepers1M() {
	var wg sync.WaitGroup
	wg.Add(million)
	start := time.Now()
	for i := 0; i < million; i++ {
		go func() {
			time.Sleep(time.Second)
			wg.Done()
		}()
	}
	wg.Wait()
	report("sleepers_1m", "s", time.Since(start).Seconds())
}

// residentBytes is this process's memory, with the page tables that map it.
func residentBytes() float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		panic(err)
	}
	kib := 0
	for _, line := range strings.Split(string(status), "\n") {
		field := strings.Fields(line)
		if len(field) > 1 && (field[0] == "VmRSS:" || field[0] == "VmPTE:") {
			n, err := strconv.Atoi(field[1])
			if err != nil {
				panic(err)
			}
			kib += n
		}
	}
	return float64(kib) * 1024
}

// check keeps the compiler from dropping the work, and the runtime from doing it wrong.
func check(got, want int) {
	if got != want {
		fmt.Fprintf(os.Stderr, "wrong sum: got %d, want %d\n", got, want)
		os.Exit(1)
	}
}

func run(row string) {
	switch row {
	case "yield":
		perOp(row, 10, million/2, yield)
	case "spawn_join":
		perOp(row, 10, million/10, spawnJoin)
	case "spawn_1000":
		perOp(row, 10, million/5, spawn1000)
	case "pingpong":
		perOp(row, 10, million/10, pingpong)
	case "chan128":
		perOp(row, 10, million, chan128)
	case "chan_4p4c":
		perOp(row, 10, million, chan4p4c)
	case "select_ready":
		perOp(row, 10, million/5, selectReady)
	case "select_block":
		perOp(row, 10, million/10, selectBlock)
	case "mutex":
		perOp(row, 10, 5*million, mutex)
	case "mutex_4g":
		perOp(row, 10, 5*million, mutex4g)
	case "skynet":
		skynet()
	case "parked_1m":
		parked1M()
	case "sleepers_1m":
		sleepers1M()
	default:
		fmt.Fprintf(os.Stderr, "no row %q\n", row)
		os.Exit(2)
	}
}

func main() {
	var err error
	if procs, err = strconv.Atoi(os.Getenv("BENCH_PROCS")); err != nil {
		fmt.Fprintln(os.Stderr, "BENCH_PROCS must be a number")
		os.Exit(2)
	}
	runtime.GOMAXPROCS(procs)
	for _, row := range strings.Fields(os.Getenv("BENCH_ROWS")) {
		run(row)
	}
}
