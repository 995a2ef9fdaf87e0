// The operations of the runtime, each as often as it takes to see it.

package main

import (
	"math"
	"runtime"
	"sync"
	"time"
)

// perOp prints the best of several runs of body, in ns for each of the n operations of one run.
func perOp(name string, n int, body func(n int)) {
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

func runMicro(row string) bool {
	switch row {
	case "yield":
		perOp(row, million/2, yield)
	case "spawn_join":
		perOp(row, million/10, spawnJoin)
	case "spawn_1000":
		perOp(row, million/5, spawn1000)
	case "pingpong":
		perOp(row, million/10, pingpong)
	case "chan128":
		perOp(row, million, chan128)
	case "chan_4p4c":
		perOp(row, million, chan4p4c)
	case "select_ready":
		perOp(row, million/5, selectReady)
	case "select_block":
		perOp(row, million/10, selectBlock)
	case "mutex":
		perOp(row, 5*million, mutex)
	case "mutex_4g":
		perOp(row, 5*million, mutex4g)
	case "skynet":
		skynet()
	default:
		return false
	}
	return true
}
