pan:1: invalid end state (at depth 150)
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

State-vector 88 byte, depth reached 173, errors: 1
     5214 states, stored
     2725 states, matched
     7939 transitions (= stored+matched)
      613 atomic steps
hash conflicts:        24 (resolved)

Stats on memory usage (in Megabytes):
    0.577	equivalent memory usage for states (stored*(State-vector + overhead))
    0.397	actual memory usage for states (compression: 68.88%)
         	state-vector as stored = 52 byte + 28 byte overhead
  128.000	memory used for hash table (-w24)
   26.703	memory used for DFS stack (-m500000)
  155.094	total actual memory usage


nr of templates: [ 0:globals 1:chans 2:procs ]
collapse counts: [ 0:166 2:92 5:39 6:5 ]

pan: elapsed time 0.02 seconds
pan: rate    260700 states/second
