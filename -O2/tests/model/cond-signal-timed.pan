
(Spin Version 6.5.2 -- 6 December 2019)
	+ Partial Order Reduction
	+ Compression

Full statespace search for:
	never claim         	- (none specified)
	assertion violations	+
	cycle checks       	- (disabled by -DSAFETY)
	invalid end states	+

State-vector 88 byte, depth reached 3195, errors: 0
    70835 states, stored
    52510 states, matched
   123345 transitions (= stored+matched)
    13508 atomic steps
hash conflicts:      1545 (resolved)

Stats on memory usage (in Megabytes):
    7.836	equivalent memory usage for states (stored*(State-vector + overhead))
    2.905	actual memory usage for states (compression: 37.07%)
         	state-vector as stored = 15 byte + 28 byte overhead
  128.000	memory used for hash table (-w24)
   26.703	memory used for DFS stack (-m500000)
  157.633	total actual memory usage


nr of templates: [ 0:globals 1:chans 2:procs ]
collapse counts: [ 0:603 2:174 3:32 6:5 ]

pan: elapsed time 0.33 seconds
pan: rate 214651.52 states/second
