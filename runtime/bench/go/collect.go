// What a collection costs.

package main

import (
	"math"
	"runtime"
	"sync"
	"time"
)

type node struct{ left, right *node }

func tree(depth int) *node {
	n := &node{}
	if depth > 0 {
		n.left = tree(depth - 1)
		n.right = tree(depth - 1)
	}
	return n
}

// collectNs is the time of a whole collection, the best of several.
func collectNs() float64 {
	runtime.GC()
	best := math.Inf(1)
	for i := 0; i < rounds; i++ {
		start := nowNs()
		runtime.GC()
		best = min(best, nowNs()-start)
	}
	return best
}

func pauseNs() float64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	best := math.Inf(1)
	for i := 0; i < rounds; i++ {
		best = min(best, float64(stats.PauseNs[(stats.NumGC+255-uint32(i))%256]))
	}
	return best
}

// liveHeap: a live tree of 2^15 or 2^18 small objects: the whole collection, and for how long others stand.
func liveHeap() {
	for _, depth := range []int{14, 17} {
		root := tree(depth)
		size := "32k"
		if depth == 17 {
			size = "256k"
		}
		report("gc_"+size+"_collect", "ms", collectNs()/1e6)
		report("gc_"+size+"_pause", "us", pauseNs()/1e3)
		runtime.KeepAlive(root)
		root = nil
		runtime.GC()
	}
}

// parked: what 10,000 goroutines that wait with a pointer each add to a collection, for each of them.
func parked() {
	const goroutines = 10000
	without := collectNs()
	gate := make(chan int)
	var wg sync.WaitGroup
	wg.Add(goroutines)
	for i := 0; i < goroutines; i++ {
		go func() {
			held := &node{}
			<-gate
			runtime.KeepAlive(held)
			wg.Done()
		}()
	}
	time.Sleep(20 * time.Millisecond)
	report("gc_parked", "ns", (collectNs()-without)/goroutines)
	close(gate)
	wg.Wait()
}

func runCollect(row string) bool {
	switch row {
	case "gc_heap":
		liveHeap()
	case "gc_parked":
		parked()
	default:
		return false
	}
	return true
}
