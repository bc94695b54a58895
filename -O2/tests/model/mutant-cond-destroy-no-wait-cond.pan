pan:1: assertion violated (cond_alive&&(users>0)) (at depth 302)
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

State-vector 88 byte, depth reached 302, errors: 1
      230 states, stored
       43 states, matched
      273 transitions (= stored+matched)
       73 atomic steps
hash conflicts:         0 (resolved)

Stats on memory usage (in Megabytes):
    0.025	equivalent memory usage for states (stored*(State-vector + overhead))
    0.194	actual memory usage for states
  128.000	memory used for hash table (-w24)
   26.703	memory used for DFS stack (-m500000)
  154.898	total actual memory usage


nr of templates: [ 0:globals 1:chans 2:procs ]
collapse counts: [ 0:40 2:59 5:40 6:2 ]

pan: elapsed time 0 seconds
