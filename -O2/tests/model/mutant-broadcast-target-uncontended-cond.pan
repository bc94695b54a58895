pan:1: invalid end state (at depth 109)
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

State-vector 88 byte, depth reached 171, errors: 1
    10396 states, stored
     5252 states, matched
    15648 transitions (= stored+matched)
     1000 atomic steps
hash conflicts:        51 (resolved)

Stats on memory usage (in Megabytes):
    1.150	equivalent memory usage for states (stored*(State-vector + overhead))
    0.594	actual memory usage for states (compression: 51.66%)
         	state-vector as stored = 32 byte + 28 byte overhead
  128.000	memory used for hash table (-w24)
   26.703	memory used for DFS stack (-m500000)
  155.289	total actual memory usage


nr of templates: [ 0:globals 1:chans 2:procs ]
collapse counts: [ 0:221 2:97 5:41 6:5 ]

pan: elapsed time 0.05 seconds
pan: rate    207920 states/second
