pan:1: invalid end state (at depth 47)
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

State-vector 88 byte, depth reached 52, errors: 1
       92 states, stored
       15 states, matched
      107 transitions (= stored+matched)
       18 atomic steps
hash conflicts:         0 (resolved)

Stats on memory usage (in Megabytes):
    0.010	equivalent memory usage for states (stored*(State-vector + overhead))
    0.204	actual memory usage for states
  128.000	memory used for hash table (-w24)
   26.703	memory used for DFS stack (-m500000)
  154.898	total actual memory usage


nr of templates: [ 0:globals 1:chans 2:procs ]
collapse counts: [ 0:27 2:40 5:10 6:5 ]

pan: elapsed time 0 seconds
