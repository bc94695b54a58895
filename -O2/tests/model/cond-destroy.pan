
(Spin Version 6.5.2 -- 6 December 2019)
	+ Partial Order Reduction
	+ Compression

Full statespace search for:
	never claim         	- (none specified)
	assertion violations	+
	cycle checks       	- (disabled by -DSAFETY)
	invalid end states	+

State-vector 88 byte, depth reached 2770, errors: 0
    80490 states, stored
    55704 states, matched
   136194 transitions (= stored+matched)
    15042 atomic steps
hash conflicts:      1562 (resolved)

Stats on memory usage (in Megabytes):
    8.904	equivalent memory usage for states (stored*(State-vector + overhead))
    3.294	actual memory usage for states (compression: 36.99%)
         	state-vector as stored = 15 byte + 28 byte overhead
  128.000	memory used for hash table (-w24)
   26.703	memory used for DFS stack (-m500000)
  158.023	total actual memory usage


nr of templates: [ 0:globals 1:chans 2:procs ]
collapse counts: [ 0:793 2:172 5:76 6:5 ]

pan: elapsed time 0.95 seconds
pan: rate 84726.316 states/second
