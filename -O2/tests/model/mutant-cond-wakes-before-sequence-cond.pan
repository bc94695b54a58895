pan:1: invalid end state (at depth 166)
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

State-vector 96 byte, depth reached 174, errors: 1
     5418 states, stored
     3609 states, matched
     9027 transitions (= stored+matched)
      744 atomic steps
hash conflicts:        86 (resolved)

Stats on memory usage (in Megabytes):
    0.641	equivalent memory usage for states (stored*(State-vector + overhead))
    0.398	actual memory usage for states (compression: 62.17%)
         	state-vector as stored = 49 byte + 28 byte overhead
  128.000	memory used for hash table (-w24)
   26.703	memory used for DFS stack (-m500000)
  155.094	total actual memory usage


nr of templates: [ 0:globals 1:chans 2:procs ]
collapse counts: [ 0:159 2:84 3:36 6:5 ]

pan: elapsed time 0.02 seconds
pan: rate    270900 states/second
