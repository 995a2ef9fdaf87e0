// What a million goroutines cost.

package main

import (
	"math"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

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
	residentBefore, tablesBefore := memoryNow()
	done := make(chan int)
	first := park(done, &left)
	report("parked_1m_first", "s", first.Seconds())
	residentWith, tablesWith := memoryNow()
	resident, tables := (residentWith-residentBefore)/million, (tablesWith-tablesBefore)/million
	report("parked_1m_bytes", "B", resident+tables)
	report("parked_1m_resident", "B", resident)
	report("parked_1m_tables", "B", tables)
	again, released := math.Inf(1), float64(release(done, &left).Nanoseconds())
	for i := 0; i < 3; i++ {
		done = make(chan int)
		again = min(again, float64(park(done, &left).Nanoseconds()))
		released = min(released, float64(release(done, &left).Nanoseconds()))
	}
	report("parked_1m_again", "ms", again/1e6)
	report("parked_1m_release", "ms", released/1e6)
}

// sleepAll takes its second of sleep with it: both sides sleep the same.
func sleepAll() time.Duration {
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
	return time.Since(start)
}

func sleepers1M() {
	report("sleepers_1m_first", "s", sleepAll().Seconds())
	report("sleepers_1m_again", "s", sleepAll().Seconds())
}

// memoryNow is this process's memory, and the page tables that map it.
func memoryNow() (resident, tables float64) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		panic(err)
	}
	for _, line := range strings.Split(string(status), "\n") {
		field := strings.Fields(line)
		if len(field) < 2 {
			continue
		}
		kib, _ := strconv.Atoi(field[1])
		switch field[0] {
		case "VmRSS:":
			resident = float64(kib) * 1024
		case "VmPTE:":
			tables = float64(kib) * 1024
		}
	}
	return resident, tables
}

func runMillion(row string) bool {
	switch row {
	case "parked_1m":
		parked1M()
	case "sleepers_1m":
		sleepers1M()
	default:
		return false
	}
	return true
}
