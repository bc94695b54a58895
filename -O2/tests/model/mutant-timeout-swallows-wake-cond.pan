pan:1: invalid end state (at depth 791)
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

State-vector 88 byte, depth reached 825, errors: 1
    34346 states, stored
    21185 states, matched
    55531 transitions (= stored+matched)
     5557 atomic steps
hash conflicts:       340 (resolved)

Stats on memory usage (in Megabytes):
    3.800	equivalent memory usage for states (stored*(State-vector + overhead))
    1.461	actual memory usage for states (compression: 38.45%)
         	state-vector as stored = 17 byte + 28 byte overhead
  128.000	memory used for hash table (-w24)
   26.703	memory used for DFS stack (-m500000)
  156.168	total actual memory usage


nr of templates: [ 0:globals 1:chans 2:procs ]
collapse counts: [ 0:444 2:170 3:32 6:5 ]

pan: elapsed time 0.15 seconds
pan: rate 228973.33 states/second
