pan:1: invalid end state (at depth 561)
pan: wrote cond.pml.trail

(Spin Version 6.5.2 -- 6 December 2019)
Warning: Search not completed
	+ Partial Order Reduction
	+ Compression

Full statespace search for:
	never claim         	- (none specified)
	assertion violations	+
	cycle checks       	- (disabled by -DSAFETY)
	invalid end states	+

State-vector 88 byte, depth reached 634, errors: 1
    33659 states, stored
    17357 states, matched
    51016 transitions (= stored+matched)
     3931 atomic steps
hash conflicts:       267 (resolved)

Stats on memory usage (in Megabytes):
    3.724	equivalent memory usage for states (stored*(State-vector + overhead))
    1.465	actual memory usage for states (compression: 39.34%)
         	state-vector as stored = 18 byte + 28 byte overhead
  128.000	memory used for hash table (-w24)
   26.703	memory used for DFS stack (-m500000)
  156.168	total actual memory usage


nr of templates: [ 0:globals 1:chans 2:procs ]
collapse counts: [ 0:419 2:142 5:50 6:5 ]

pan: elapsed time 0.21 seconds
pan: rate 160280.95 states/second
