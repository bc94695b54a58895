
(Spin Version 6.5.2 -- 6 December 2019)
	+ Partial Order Reduction
	+ Compression

Full statespace search for:
	never claim         	- (none specified)
	assertion violations	+
	cycle checks       	- (disabled by -DSAFETY)
	invalid end states	+

State-vector 96 byte, depth reached 28726, errors: 0
   880382 states, stored
   740218 states, matched
  1620600 transitions (= stored+matched)
   183413 atomic steps
hash conflicts:     50135 (resolved)

Stats on memory usage (in Megabytes):
  104.110	equivalent memory usage for states (stored*(State-vector + overhead))
   34.084	actual memory usage for states (compression: 32.74%)
         	state-vector as stored = 13 byte + 28 byte overhead
  128.000	memory used for hash table (-w24)
   26.703	memory used for DFS stack (-m500000)
  189.078	total actual memory usage


nr of templates: [ 0:globals 1:chans 2:procs ]
collapse counts: [ 0:2305 2:138 4:25 5:50 6:5 ]

pan: elapsed time 3.08 seconds
pan: rate 285838.31 states/second
