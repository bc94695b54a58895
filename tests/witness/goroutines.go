// SPDX-License-Identifier: GPL-2.0-only
// futexwatch - witness: a program whose runtime sleeps on futexes of its own

package main

import (
	"fmt"
	"sync"
)

const (
	workers = 8
	rounds  = 2000
)

func main() {
	var lock sync.Mutex
	var group sync.WaitGroup
	var sum int
	values := make(chan int)
	drained := make(chan int)

	for i := 0; i < workers; i++ {
		group.Add(1)
		go func() {
			defer group.Done()
			for k := 0; k < rounds; k++ {
				lock.Lock()
				sum++
				lock.Unlock()
				values <- 1
			}
		}()
	}
	go func() {
		n := 0
		for v := range values {
			n += v
		}
		drained <- n
	}()
	group.Wait()
	close(values)
	if n := <-drained; n != workers*rounds || sum != n {
		panic("lost some")
	}
	fmt.Println(sum)
}
