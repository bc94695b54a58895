
(Spin Version 6.5.2 -- 6 December 2019)
	+ Partial Order Reduction
	+ Compression

Full statespace search for:
	never claim         	- (none specified)
	assertion violations	+
	cycle checks       	- (disabled by -DSAFETY)
	invalid end states	+

State-vector 96 byte, depth reached 28726, errors: 0
   763546 states, stored
   691317 states, matched
  1454863 transitions (= stored+matched)
   184658 atomic steps
hash conflicts:     55410 (resolved)

Stats on memory usage (in Megabytes):
   90.294	equivalent memory usage for states (stored*(State-vector + overhead))
   29.592	actual memory usage for states (compression: 32.77%)
         	state-vector as stored = 13 byte + 28 byte overhead
  128.000	memory used for hash table (-w24)
   26.703	memory used for DFS stack (-m500000)
  184.586	total actual memory usage


nr of templates: [ 0:globals 1:chans 2:procs ]
collapse counts: [ 0:2175 2:138 4:25 5:44 6:5 ]

pan: elapsed time 6.47 seconds
pan: rate 118013.29 states/second
