pan:1: invalid end state (at depth 186)
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

State-vector 96 byte, depth reached 453, errors: 1
    21750 states, stored
    12081 states, matched
    33831 transitions (= stored+matched)
     2510 atomic steps
hash conflicts:       202 (resolved)

Stats on memory usage (in Megabytes):
    2.572	equivalent memory usage for states (stored*(State-vector + overhead))
    0.979	actual memory usage for states (compression: 38.06%)
         	state-vector as stored = 19 byte + 28 byte overhead
  128.000	memory used for hash table (-w24)
   26.703	memory used for DFS stack (-m500000)
  155.680	total actual memory usage


nr of templates: [ 0:globals 1:chans 2:procs ]
collapse counts: [ 0:379 2:138 3:45 6:5 ]

pan: elapsed time 0.13 seconds
pan: rate 167307.69 states/second
