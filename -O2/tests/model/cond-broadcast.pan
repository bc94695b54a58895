Depth=   98798 States=    1e+06 Transitions= 1.73e+06 Memory=   195.035	t=     2.91 R=   3e+05
Depth=   98798 States=    2e+06 Transitions= 3.84e+06 Memory=   233.219	t=      7.6 R=   3e+05

(Spin Version 6.5.2 -- 6 December 2019)
	+ Partial Order Reduction
	+ Compression

Full statespace search for:
	never claim         	- (none specified)
	assertion violations	+
	cycle checks       	- (disabled by -DSAFETY)
	invalid end states	+

State-vector 96 byte, depth reached 98798, errors: 0
  2391397 states, stored
  2156640 states, matched
  4548037 transitions (= stored+matched)
   531338 atomic steps
hash conflicts:    272409 (resolved)

Stats on memory usage (in Megabytes):
  282.796	equivalent memory usage for states (stored*(State-vector + overhead))
   92.379	actual memory usage for states (compression: 32.67%)
         	state-vector as stored = 13 byte + 28 byte overhead
  128.000	memory used for hash table (-w24)
   26.703	memory used for DFS stack (-m500000)
    1.063	other (proc and chan stacks)
  248.160	total actual memory usage


nr of templates: [ 0:globals 1:chans 2:procs ]
collapse counts: [ 0:3987 2:207 5:50 6:5 ]

pan: elapsed time 9.08 seconds
pan: rate 263369.71 states/second
