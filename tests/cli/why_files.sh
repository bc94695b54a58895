#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# futexwatch - cli tests: why, where files are not as a linker makes them
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

# shellcheck source=tests/planted/lib.sh
. "$(dirname "$0")/../planted/lib.sh"

source=$root/tests/planted/leader.c

# make_it ARG...: the planted program, built otherwise, as $tmp/it
make_it() {
	${CC:-cc} -std=gnu11 -D_GNU_SOURCE -O2 "$@" -o "$tmp/it" "$source" \
		-pthread || complain "cannot build it"
}

# spoil SECTION...: half of their bytes are junk by then; "headers": the table
# of sections
spoil() {
	python3 - "$tmp/it" "$@" <<'END' || complain "cannot spoil it"
import random, struct, subprocess, sys
file, names = sys.argv[1], sys.argv[2:]
random.seed(11)
data = bytearray(open(file, "rb").read())
parts = [(struct.unpack_from("<Q", data, 40)[0], len(data))] \
    if names == ["headers"] else []
for line in subprocess.check_output(["readelf", "-SW", file],
                                    text=True).split("\n"):
    words = line.replace("[ ", "[").split()
    if len(words) > 5 and words[1] in names:
        start = int(words[4], 16)
        parts.append((start, start + int(words[5], 16)))
if not parts:
    sys.exit("nothing there")
for start, end in parts:
    for i in range(start, end):
        if random.random() < 0.5:
            data[i] = random.randrange(256)
open(file, "wb").write(data)
END
}

# look: the deadlock is there whatever the file is like
look() {
	start "$tmp/it"
	until_so 5 '^DEADLOCK: 2 threads of it ' -p $pid
	err_empty
	! grep -q "$(printf '\033')" "$tmp/out" || complain "control characters"
}

place="at take_right \\(leader.c:$(grep -n 'here: right' "$source" |
	cut -d: -f1)\\)"

begin "main() has ended, and threads have names to be careful with"
make_it -g
look
out_has 'x1b\[2J.* waits for  right.lock \(mutex\)  held by [0-9]+'
out_has "$place"
fw why -p $pid --format json
json '[t["comm"] for t in j["threads"]] == ["\\x1b[2J\\x0a", "q\"}\\"]'
fw why -p $pid --format dot
[ "$(grep -c 'label=' "$tmp/out")" -eq 4 ] || complain "not four labels"
out_has '^	t[0-9]+ \[label="[0-9]+ q\\"}\\\\\\n'
stop
end

begin "debug information beside the objects: members while it is there"
(cd "$tmp" && mkdir dwo && cd dwo && make_it -g -gsplit-dwarf)
look
out_has 'waits for  right.lock '
out_has "$place"
stop
find "$tmp" -name '*.dwo' -delete
look
out_has 'waits for  right(\.lock|\+0x8) '
out_has 'at take_right'
stop
end

begin "compressed debug information"
for how in zlib zlib-gnu; do
	make_it -g -gz=$how
	look
	out_has 'waits for  right.lock '
	stop
done
end

begin "a shared debug file (dwz) that is not there, or is junk"
make_it -g
printf 'common.dwz\0aaaaaaaaaaaaaaaaaaaa' >"$tmp/alt"
objcopy --add-section .gnu_debugaltlink="$tmp/alt" "$tmp/it"
look
out_has "$place"
stop
head -c 5000 /dev/urandom >"$tmp/common.dwz"
look
out_has "$place"
stop
end

for sections in .symtab .strtab ".symtab .strtab" .note.gnu.build-id \
	.eh_frame_hdr ".debug_line .debug_line_str .debug_str" headers; do
	begin "junk in $sections"
	make_it -g
	# shellcheck disable=SC2086 # a list
	spoil $sections
	look
	stop
	end
done

begin "200,000 symbols, with long names in C++"
python3 - <<'END' | ${CC:-cc} -x assembler -c -o "$tmp/many.o" -
print(".bss")
for i in range(200000):
    print(f"_ZN3app{100 + i % 9}{'x' * (100 + i % 9 - len(str(i)))}{i}E: .byte 0")
print('.section .note.GNU-stack,"",@progbits')
END
make_it "$tmp/many.o"
look
out_has 'waits for  right\+0x8 \(mutex\)'
stop
end

# serve: a server of debug information that has none, and notes who asks
serve() {
	python3 - "$tmp" <<'END' >/dev/null 2>&1 &
import http.server, os, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        with open(sys.argv[1] + "/asked", "a") as f:
            f.write(self.path + "\n")
        self.send_error(404)
server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
with open(sys.argv[1] + "/port.new", "w") as f:
    f.write(str(server.server_port))
os.rename(sys.argv[1] + "/port.new", sys.argv[1] + "/port")
server.serve_forever()
END
	server=$!
	until_there "$tmp/port"
	: >"$tmp/asked"
}

begin "servers are asked if DEBUGINFOD_URLS says so, and only then"
serve
make_it -s
id=$(readelf -n "$tmp/it" | sed -n 's/.*Build ID: //p')
export DEBUGINFOD_CACHE_PATH="$tmp/cache" DEBUGINFOD_TIMEOUT=5
unset DEBUGINFOD_URLS
look
[ ! -s "$tmp/asked" ] || complain "one was asked"
DEBUGINFOD_URLS=http://127.0.0.1:$(cat "$tmp/port")
export DEBUGINFOD_URLS
fw why -p $pid
status_is 5
unset DEBUGINFOD_URLS
if ldconfig -p | grep -q libdebuginfod; then
	grep -q "/buildid/$id/debuginfo" "$tmp/asked" ||
		complain "none was asked for $id"
fi
kill -9 $server
stop
end

finish
