# Shared by ./run and ./check: what Debian has to bring, and how to build.
# shellcheck shell=sh disable=SC2034

PACKAGES_BUILD="autoconf automake gcc libc6-dev make pkg-config gettext
    libglib2.0-dev libjansson-dev libsqlite3-dev libzstd-dev libutf8proc-dev
    libstemmer-dev libseccomp-dev libmagic-dev libxml2-dev libpoppler-glib-dev"
# poppler-data: without it Chinese PDFs lose their text in silence.
PACKAGES_RUN="poppler-data fontconfig fonts-dejavu-core jq"
PACKAGES_TEST="socat jq python3 util-linux procps strace poppler-utils"

say() {
    printf '== %s\n' "$*"
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1; then
        sudo "$@"
    else
        echo "These have to be run as root, and there is no sudo:" >&2
        echo "    $*" >&2
        return 1
    fi
}

# Only what is missing, so that nothing is asked of a machine that has it.
install_packages() {
    missing=
    for each; do
        dpkg-query -W -f '${Status}' "$each" 2>/dev/null |
            grep -q 'ok installed' || missing="$missing $each"
    done
    [ -n "$missing" ] || return 0
    say "apt-get install$missing"
    as_root apt-get update -qq
    # shellcheck disable=SC2086
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends $missing >/dev/null
}

# build_tree SOURCE BUILD CONFIGURE-OPTION…
build_tree() {
    source=$1
    build=$2
    shift 2
    mkdir -p "$build"
    if [ ! -x "$source/configure" ] ||
        [ -n "$(find "$source/configure.ac" -newer "$source/configure")" ]; then
        (cd "$source" && autoreconf -i) >"$build/autoreconf.log" 2>&1 ||
            { cat "$build/autoreconf.log" >&2; return 1; }
    fi
    (cd "$build" && "$source/configure" --quiet "$@") \
        >"$build/configure.log" 2>&1 ||
        { tail -n 20 "$build/configure.log" >&2; return 1; }
    make -C "$build" -j"$(nproc)" >"$build/make.log" 2>&1 ||
        { grep -E 'error|Error|warning' "$build/make.log" | head -n 40 >&2
          return 1; }
}

# Three small documents in two languages, to have something to find.
make_sample() {
    mkdir -p "$1"
    cat >"$1/租房合同.txt" <<'TEXT'
租房合同

第一条 甲方将位于西湖区的房屋出租给乙方，租期自2026年9月1日至2027年8月31日。
第二条 每月租金为人民币4,500元，押金为两个月租金。
第三条 任何一方提前解除合同，应当提前三十日书面通知对方。
TEXT
    cat >"$1/letter-from-the-landlord.md" <<'TEXT'
# About the flat

Dear tenant, the deposit is two months' rent and is returned within
fourteen days after you leave, if nothing is broken.

## Keys

Please leave both keys with the neighbour on the second floor.
TEXT
    cat >"$1/notes.txt" <<'TEXT'
Ask about the heating. 周三去签合同。
TEXT
}
