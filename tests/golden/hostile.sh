#!/usr/bin/env bash
# Hostile documents are refused, each soon and in little memory: the goal is 50 ms and 16 MiB.
# Memory is asserted; time is asserted against a second, because the machine may be busy, and printed.
. "$(dirname "$0")/../tap.sh"

mkdir "$TMP/hostile"
python3 "$TOP/tests/golden/hostile.py" "$TMP/hostile" >"$TMP/list"
for file in "$VECTORS"/hostile/*; do
	case $file in
	*terminal.json) ;; # well-formed: what it holds must be escaped when shown
	*.json) echo "json $file" ;;
	*.yaml) echo "yaml $file" ;;
	esac
done >>"$TMP/list"

bad='' slow='' large='' count=0 worst=0 most=0
while read -r mode file; do
	timeout 10 "$BIN/tests/extra/judge" usage "$mode" "$file" >"$OUT" 2>"$ERR" || bad+="${file##*/}: exit $?; "
	{ IFS=$'\t' read -r verdict id _ && IFS=$'\t' read -r ms kib; } <"$OUT"
	[ "$verdict" = refused ] && [ -n "$id" ] || bad+="${file##*/}: $verdict; "
	ms10=$((10#${ms/./}))
	((ms10 > 10000)) && slow+="${file##*/}: $ms ms; "
	((kib > 16384)) && large+="${file##*/}: $kib KiB; "
	((ms10 > worst)) && worst=$ms10 worst_file=${file##*/}
	((kib > most)) && most=$kib most_file=${file##*/}
	count=$((count + 1))
done <"$TMP/list"
echo "# $count inputs; slowest $((worst / 10)).$((worst % 10)) ms ($worst_file), largest $most KiB ($most_file)"
is 'all are refused with an error' "$bad" ''
is 'none needs a second' "$slow" ''
is 'none needs more than 16 MiB' "$large" ''

# The tools say so by their exit code, and write no document.
for tool in co-plan co-policy co-audit co-report; do
	[ -x "$BIN/$tool" ] || continue
	bad=''
	while read -r mode file; do
		case $file in
		*/yaml-* | *.yaml) continue ;;
		*-doubled | *-trailing) continue ;; # one good document comes first
		*-truncated-4?) ;;
		*-truncated-*) continue ;; # ten of them will do
		esac
		timeout 10 "$BIN/$tool" <"$file" >"$OUT" 2>"$ERR"
		code=$?
		[ $code = 3 ] && [ -s "$ERR" ] && [ ! -s "$OUT" ] || bad+="${file##*/}: exit $code; "
		LC_ALL=C grep -q $'[\x01-\x09\x0b-\x1f\x7f-\xff]' "$ERR" && bad+="${file##*/}: raw bytes in the message; "
	done <"$TMP/list"
	is "$tool refuses them with exit code 3" "$bad" ''
done
done_testing
