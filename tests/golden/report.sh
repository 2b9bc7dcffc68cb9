#!/usr/bin/env bash
# Every report of tests/golden/report/, in every form, is what stands in report/CASE.FORM; GOLDEN=write rewrites them.
. "$(dirname "$0")/../tap.sh"
here=$TOP/tests/golden/report

form() {
	case $1 in
	80) co-report --color never --width 80 ;;
	40) co-report --color never --width 40 ;;
	120) co-report --color never --width 120 ;;
	colour) co-report --color always --width 80 ;;
	ascii) LC_ALL=C co-report --color never --width 80 ;;
	md) co-report --markdown ;;
	out) co-report --json --compact ;;
	esac
}

for case in "$here"/*.json; do
	for form in 80 40 120 colour ascii md out; do
		file=${case%.json}.$form
		form $form <"$case" >"$OUT" 2>"$ERR"
		[ "${GOLDEN-}" != write ] || cp "$OUT" "$file"
		is "${file##*/}" "$(cat "$OUT" "$ERR")" "$(cat "$file")"
	done
	widest=$(jq -c 'del(.findings[]? | .next, .resource)' "$case" | form 40 | python3 -c '
import sys, unicodedata
print(max(sum((unicodedata.east_asian_width(c) in "WF") + 1 for c in line.rstrip("\n")) for line in sys.stdin))')
	ok "${case##*/} fits in 40 columns, but for what is to be copied" test "$widest" -le 40
done
raw=$(cat "$here"/hostile.json | form 80 | LC_ALL=C tr -d '\n' | LC_ALL=C grep -cP '[\x00-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\x8b-\x8f\xaa-\xae]|\xf3\xa0' || :)
is 'nothing raw reaches the terminal' "$raw" 0
is 'colour adds only SGR sequences' "$(form colour <"$here/hostile.json" | LC_ALL=C sed 's/\x1b\[[0-9;]*m//g')" "$(form 80 <"$here/hostile.json")"

html=$(form md <"$here/hostile.json" | cmark-gfm --unsafe -e table -e autolink -e strikethrough)
is 'foreign text makes no link, image, HTML or table in Markdown' \
	"$(grep -coE '<(a|img|script|del|table)[ >]' <<<"$html")" "$(grep -co '<table>' <<<"$html")"
like 'but the table of failed steps is one' "$html" '<td>cpu</td>'

exits 'a finding below --fail-on' 0 co-report --fail-on high <"$here/quiet.json"
exits 'a finding at --fail-on' 1 co-report --fail-on critical <"$here/findings.json"
exits 'an error exits 1' 1 co-report <"$here/unclear.json"
exits 'a severity that is none' 2 co-report --fail-on hihg <"$here/quiet.json"
like 'with a hint' "$(cat "$ERR")" 'did you mean "high"'
exits 'a colour that is none' 2 co-report --color sometimes <"$here/quiet.json"
is 'NO_COLOR is honoured on a terminal' "$(NO_COLOR=1 script -qec "co-report --width 80 <$here/findings.json" /dev/null | tr -d '\r' | grep -c $'\033')" 0
like 'a terminal has colour' "$(TERM=xterm script -qec "env -u NO_COLOR co-report --width 80 <$here/findings.json" /dev/null)" $'\033\\[1;31mhigh'
is 'several documents, a blank line between' "$(cat "$here/quiet.json" "$here/quiet.json" | form 80 | grep -c 'why is this machine slow')" 2
done_testing
