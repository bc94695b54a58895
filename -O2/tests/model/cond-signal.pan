
(Spin Version 6.5.2 -- 6 December 2019)
	+ Partial Order Reduction
	+ Compression

Full statespace search for:
	never claim         	- (none specified)
	assertion violations	+
	cycle checks       	- (disabled by -DSAFETY)
	invalid end states	+

State-vector 96 byte, depth reached 28729, errors: 0
   843045 states, stored
   734823 states, matched
  1577868 transitions (= stored+matched)
   184330 atomic steps
hash conflicts:     34686 (resolved)

Stats on memory usage (in Megabytes):
   99.695	equivalent memory usage for states (stored*(State-vector + overhead))
   32.713	actual memory usage for states (compression: 32.81%)
         	state-vector as stored = 13 byte + 28 byte overhead
  128.000	memory used for hash table (-w24)
   26.703	memory used for DFS stack (-m500000)
  187.711	total actual memory usage


nr of templates: [ 0:globals 1:chans 2:procs ]
collapse counts: [ 0:2721 2:138 3:64 6:5 ]

pan: elapsed time 6.07 seconds
pan: rate 138887.15 states/second
