# For the end-to-end tests: a real docentd in a temporary home, talked to by
# the real docent. $BUILD is the build tree, $SRCDIR the source tree.
# shellcheck shell=sh

: "${BUILD:?is the build tree}" "${SRCDIR:?is the source tree}"
export DOCENT_INDEXER="${DOCENT_INDEXER:-$BUILD/docent-indexer}"
export LC_ALL=C.UTF-8 NO_COLOR=1

cases=0
watched=$HOME/watched
mkdir -p "$watched" "$HOME/outside"
echo 0 >"$HOME/idle-count"
cd "$HOME" || exit 2

# expect 'a sentence' 'commands': one case, passed when every command is.
# The subshell stands alone: as the condition of an 'if' it would go on after
# a failure, and only the last command would count.
expect() {
    cases=$((cases + 1))
    (eval "set -e; $2") >"$HOME/case.out" 2>&1
    if [ $? -eq 0 ]; then
        echo "ok $cases - $1"
    else
        echo "not ok $cases - $1"
        sed 's/^/# /' "$HOME/case.out"
        [ -s "$HOME/docentd.log" ] &&
            tail -n 20 "$HOME/docentd.log" | sed 's/^/# docentd: /'
    fi
}

done_testing() {
    stop_daemon
    echo "1..$cases"
}

docent() {
    "$BUILD/docent" "$@"
}

# A command that has to fail. "! command" would not do: 'set -e' overlooks it.
not() {
    if "$@"; then return 1; fi
}

# holds FILTER [FILE…]: jq -e, which takes no input at all for true; here
# every line is a value, and none of them fails.
holds() {
    filter=$1
    shift
    jq -es ".[] | ($filter)" "$@"
}

# Started by hand, so that its log is at hand; ready when this returns.
start_daemon() {
    mkfifo "$HOME/ready"
    "$BUILD/docentd" --ready-fd=9 9>"$HOME/ready" 2>>"$HOME/docentd.log" &
    daemon=$!
    read -r daemon_said <"$HOME/ready" || daemon_said=silent
    rm -f "$HOME/ready"
    [ "$daemon_said" = ready ]
}

stop_daemon() {
    [ -n "${daemon:-}" ] || return 0
    kill "$daemon" 2>/dev/null
    wait "$daemon" 2>/dev/null
    daemon=
}

kill_daemon() {
    kill -9 "$daemon"
    wait "$daemon" 2>/dev/null
    daemon=
}

# An event just made has to reach the daemon before it can be idle: a file of
# our own is dropped last, and waited for. Each has a new name, as a name that
# is written again and again is rightly left to rest; and the count is in a
# file, as a case is a subshell.
wait_until_idle() {
    read -r idle <"$HOME/idle-count" || idle=0
    idle=$((idle + 1))
    echo "$idle" >"$HOME/idle-count"
    echo "marker$idle" >"$watched/idle-marker-$idle.txt"
    tries=0
    until docent find --json "\"marker$idle\"" | holds '.total == 1' \
        >/dev/null; do
        tries=$((tries + 1))
        [ $tries -lt 600 ] || return 1
        sleep 0.05
    done
    docent status --wait >/dev/null
    rm -f "$watched/idle-marker-$idle.txt"
}

# rpc METHOD [PARAMS]: one request, the line that comes back.
rpc() {
    printf '{"jsonrpc":"2.0","id":1,"method":"%s","params":%s}\n' \
        "$1" "${2:-{\}}" |
        socat -t 10 - "UNIX-CONNECT:$XDG_RUNTIME_DIR/docent/socket" |
        head -n 1
}

# paths WORDS…: what find finds, a path a line.
paths() {
    docent find --limit 5000 --json "$@" | jq -r '.results[].path'
}

state_of() {
    docent why --json "$1" | jq -r .state
}

reason_of() {
    docent why --json "$1" | jq -r .reason
}

# two_page_pdf FILE 'text of page 1' 'text of page 2'
two_page_pdf() {
    python3 - "$@" <<'PY'
import sys
path, texts = sys.argv[1], sys.argv[2:]
n = len(texts)
objects = ["<</Type/Catalog/Pages 2 0 R>>",
           "<</Type/Pages/Kids[%s]/Count %d>>" % (
               " ".join("%d 0 R" % (4 + 2 * i) for i in range(n)), n),
           "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
for i, text in enumerate(texts):
    stream = "BT /F1 12 Tf 60 700 Td (%s) Tj ET" % text
    objects.append("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]"
                   "/Contents %d 0 R/Resources<</Font<</F1 3 0 R>>>>>>"
                   % (5 + 2 * i))
    objects.append("<</Length %d>>stream\n%s\nendstream"
                   % (len(stream), stream))
out, offsets = "%PDF-1.4\n", []
for i, body in enumerate(objects):
    offsets.append(len(out))
    out += "%d 0 obj\n%s\nendobj\n" % (i + 1, body)
xref = len(out)
out += "xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
out += "".join("%010d 00000 n \n" % o for o in offsets)
out += "trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
    len(objects) + 1, xref)
open(path, "wb").write(out.encode("latin-1"))
PY
}
