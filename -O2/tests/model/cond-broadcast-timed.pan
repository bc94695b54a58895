
(Spin Version 6.5.2 -- 6 December 2019)
	+ Partial Order Reduction
	+ Compression

Full statespace search for:
	never claim         	- (none specified)
	assertion violations	+
	cycle checks       	- (disabled by -DSAFETY)
	invalid end states	+

State-vector 88 byte, depth reached 3192, errors: 0
   105845 states, stored
    69072 states, matched
   174917 transitions (= stored+matched)
    16763 atomic steps
hash conflicts:      2050 (resolved)

Stats on memory usage (in Megabytes):
   11.709	equivalent memory usage for states (stored*(State-vector + overhead))
    4.272	actual memory usage for states (compression: 36.48%)
         	state-vector as stored = 14 byte + 28 byte overhead
  128.000	memory used for hash table (-w24)
   26.703	memory used for DFS stack (-m500000)
  159.000	total actual memory usage


nr of templates: [ 0:globals 1:chans 2:procs ]
collapse counts: [ 0:687 2:193 5:82 6:5 ]

pan: elapsed time 0.61 seconds
pan: rate 173516.39 states/second
