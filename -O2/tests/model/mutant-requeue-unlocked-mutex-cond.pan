pan:1: invalid end state (at depth 108)
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

State-vector 88 byte, depth reached 170, errors: 1
    11649 states, stored
     5922 states, matched
    17571 transitions (= stored+matched)
     1132 atomic steps
hash conflicts:        79 (resolved)

Stats on memory usage (in Megabytes):
    1.289	equivalent memory usage for states (stored*(State-vector + overhead))
    0.593	actual memory usage for states (compression: 46.05%)
         	state-vector as stored = 25 byte + 28 byte overhead
  128.000	memory used for hash table (-w24)
   26.703	memory used for DFS stack (-m500000)
  155.289	total actual memory usage


nr of templates: [ 0:globals 1:chans 2:procs ]
collapse counts: [ 0:216 2:97 5:45 6:5 ]

pan: elapsed time 0.04 seconds
pan: rate    291225 states/second
