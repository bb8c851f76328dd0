#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# han-table.sh - make fold-table.h from the Unicode character database.
#
#     daemon/archive/han-table.sh [folder] > daemon/archive/fold-table.h
#
# folder holds Unihan_Variants.txt (or .bz2) and
# EquivalentUnifiedIdeograph.txt; Debian's package unicode-data puts them in
# /usr/share/unicode.
#
# The table is for search: both the text and the words looked for pass
# through it, so it chooses one character to stand for a class, and need not
# be right as a conversion.
#
# - Of several simplified forms the one in the common block wins, and one
#   that differs from the character: 乾 is 干 and 著 is 着, since 餅乾 and
#   看著 are to be found by 饼干 and 看着. 覆 is left alone: 覆盖 is written
#   so in both scripts, and 复 would only add noise.
# - A character whose simplified form lies outside the Basic Multilingual
#   Plane stands for its class itself, so that folding never makes a
#   character longer.
# - Forms current in Hong Kong, Taiwan and older print that Unihan does not
#   list as traditional are added by hand.
# - Radicals, as PDF fonts map them, become the ideographs they look like.

set -eu
export LC_ALL=C
folder=${1:-/usr/share/unicode}

variants() {
    if [ -f "$folder/Unihan_Variants.txt" ]; then
        cat "$folder/Unihan_Variants.txt"
    else
        bzcat "$folder/Unihan_Variants.txt.bz2"
    fi
}

by_hand() {
    cat <<'END'
U+88CF U+91CC 裏里
U+7232 U+4E3A 爲为
U+8846 U+4F17 衆众
U+7DAB U+7EBF 綫线
U+7FA3 U+7FA4 羣群
U+5CEF U+5CF0 峯峰
U+7240 U+5E8A 牀床
U+55AB U+5403 喫吃
U+5553 U+542F 啓启
U+555F U+542F 啟启
U+7522 U+4EA7 產产
U+7523 U+4EA7 産产
U+8AAC U+8BF4 說说
U+8AAA U+8BF4 説说
U+9EAA U+9762 麪面
U+7955 U+79D8 祕秘
U+5147 U+51F6 兇凶
U+56AE U+5411 嚮向
U+8A17 U+6258 託托
U+8BAC U+6258 讬托
U+9980 U+4F59 馀余
U+953A U+949F 锺钟
U+7526 U+82CF 甦苏
U+50F1 U+96C7 僱雇
U+75E0 U+9178 痠酸
U+5FA7 U+904D 徧遍
U+758E U+758F 疎疏
U+654D U+53D9 敍叙
U+6C59 U+6C61 汙污
U+5024 U+503C 値值
U+771E U+771F 眞真
U+5451 U+541E 呑吞
U+885E U+536B 衞卫
U+9332 U+5F55 録录
U+9751 U+9752 靑青
U+67B4 U+62D0 枴拐
U+5528 U+5FF5 唸念
U+8B6D U+6BC0 譭毁
U+6BC0 U+6BC1 毀毁
U+7A05 U+7A0E 稅税
U+812B U+8131 脫脱
U+5167 U+5185 內内
U+6236 U+6237 戶户
U+9304 U+5F55 錄录
U+7D55 U+7EDD 絕绝
U+7D76 U+7EDD 絶绝
U+9109 U+4E61 鄉乡
U+9115 U+4E61 鄕乡
U+6B72 U+5C81 歲岁
U+6B73 U+5C81 歳岁
U+8C93 U+732B 貓猫
U+88E1 U+91CC 裡里
U+5F65 U+5F66 彥彦
U+5442 U+5415 呂吕
U+990A U+517B 養养
U+6085 U+60A6 悅悦
U+95B1 U+9605 閱阅
U+95B2 U+9605 閲阅
U+92B3 U+9510 銳锐
U+92ED U+9510 鋭锐
U+6EAB U+6E29 溫温
U+9EC3 U+9EC4 黃黄
END
}

{
    variants
    echo 'HAND'
    by_hand
    echo 'RADICALS'
    cat "$folder/EquivalentUnifiedIdeograph.txt"
} | awk '
function hex(text,    i, value) {
    value = 0
    text = toupper(text)
    for (i = 1; i <= length(text); i++)
        value = value * 16 + index("0123456789ABCDEF", substr(text, i, 1)) - 1
    return value
}
# The lower the better: the common block, then the rest of the plane.
function cost(c) {
    return c >= 19968 && c <= 40959 ? 0 : c < 65536 ? 1 : 2
}
function put(from, to) {
    if (from == to)
        return
    if (cost(to) == 2 && cost(from) < 2) {
        if (!(to in map))
            map[to] = from
    } else {
        map[from] = to
    }
}
function end_of(c,    steps) {
    for (steps = 0; c in map && steps < 8; steps++)
        c = map[c]
    return c
}
BEGIN { part = "UNIHAN"; keep[hex("8986")]; keep[hex("6220")]; keep[hex("81E4")] }
$1 == "HAND" || $1 == "RADICALS" { part = $1; next }
/^#/ || NF == 0 { next }
part == "UNIHAN" && $2 == "kSimplifiedVariant" {
    from = hex(substr($1, 3))
    if (from in keep)
        next
    best = 0
    for (i = 3; i <= NF; i++) {
        to = hex(substr($i, 3))
        if (to != from && (!best || cost(to) < cost(best)))
            best = to
    }
    if (best)
        put(from, best)
}
part == "HAND" { put(hex(substr($1, 3)), hex(substr($2, 3))) }
part == "RADICALS" {
    split($1, ends, "[.][.]")
    last = hex(ends[2] == "" ? ends[1] : ends[2])
    for (c = hex(ends[1]); c <= last; c++)
        if (!(c in map))
            map[c] = hex($3)
}
END {
    for (c in map)
        if (end_of(c) != c)
            printf "%d %d\n", c, end_of(c)
}' | sort -n | awk '
BEGIN {
    print "/* SPDX-License-Identifier: GPL-3.0-or-later */"
    print "/*"
    print " * fold-table.h - made by han-table.sh from the Unicode character"
    print " * database; not edited by hand."
    print " *"
    print " * Pairs, by the first: a character and the one that stands for it."
    print " * Near: U+3400 to U+9FFF. Far: the rest."
    print " */"
    print "/* clang-format off */"
    print "static const uint16_t fold_near[][2] = {"
}
function line(text) {
    if (length(row) + length(text) > 78) {
        print row
        row = ""
    }
    row = row text
}
$1 >= 13312 && $1 <= 40959 && $2 < 65536 {
    line(sprintf("{%d,%d},", $1, $2))
    next
}
{ far[n++] = sprintf("{%d,%d},", $1, $2) }
END {
    print row
    print "};"
    print "static const uint32_t fold_far[][2] = {"
    row = ""
    for (i = 0; i < n; i++)
        line(far[i])
    print row
    print "};"
    print "/* clang-format on */"
}'
