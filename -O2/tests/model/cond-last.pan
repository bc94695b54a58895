Depth=   28726 States=    1e+06 Transitions= 1.81e+06 Memory=   193.668	t=     3.36 R=   3e+05

(Spin Version 6.5.2 -- 6 December 2019)
	+ Partial Order Reduction
	+ Compression

Full statespace search for:
	never claim         	- (none specified)
	assertion violations	+
	cycle checks       	- (disabled by -DSAFETY)
	invalid end states	+

State-vector 96 byte, depth reached 28726, errors: 0
  1146312 states, stored
   912632 states, matched
  2058944 transitions (= stored+matched)
   219295 atomic steps
hash conflicts:     63467 (resolved)

Stats on memory usage (in Megabytes):
  135.558	equivalent memory usage for states (stored*(State-vector + overhead))
   44.240	actual memory usage for states (compression: 32.64%)
         	state-vector as stored = 12 byte + 28 byte overhead
  128.000	memory used for hash table (-w24)
   26.703	memory used for DFS stack (-m500000)
  199.234	total actual memory usage


nr of templates: [ 0:globals 1:chans 2:procs ]
collapse counts: [ 0:3186 2:138 3:35 5:37 6:5 ]

pan: elapsed time 3.79 seconds
pan: rate 302456.99 states/second
