
(Spin Version 6.5.2 -- 6 December 2019)
	+ Partial Order Reduction
	+ Compression

Full statespace search for:
	never claim         	- (none specified)
	assertion violations	+
	cycle checks       	- (disabled by -DSAFETY)
	invalid end states	+

State-vector 88 byte, depth reached 2765, errors: 0
    39976 states, stored
    30794 states, matched
    70770 transitions (= stored+matched)
     9339 atomic steps
hash conflicts:      1254 (resolved)

Stats on memory usage (in Megabytes):
    4.422	equivalent memory usage for states (stored*(State-vector + overhead))
    1.730	actual memory usage for states (compression: 39.13%)
         	state-vector as stored = 17 byte + 28 byte overhead
  128.000	memory used for hash table (-w24)
   26.703	memory used for DFS stack (-m500000)
  156.461	total actual memory usage


nr of templates: [ 0:globals 1:chans 2:procs ]
collapse counts: [ 0:664 2:146 5:70 6:5 ]

pan: elapsed time 0.24 seconds
pan: rate 166566.67 states/second
