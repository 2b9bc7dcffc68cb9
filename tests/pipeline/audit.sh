#!/usr/bin/env bash
# co-audit: recording, queries, and every kind of damage named with its sequence number.
. "$(dirname "$0")/../tap.sh"
LOG=$TMP/log
DAY=2026-11-23
FILE=$LOG/$DAY.jsonl

document() { printf '{"co":"run/1","id":"01JDBV4K6T5R9M3ZC8%08d"%s}\n' "$1" "${2-}"; }
documents() { for i in $(seq "$1" "$2"); do document "$i"; done; }
record() { co-audit --dir "$LOG" --now "${1}T09:00:00Z"; } # DAY

# ---- a stage of the pipe
documents 1 3 >"$TMP/in"
exits 'it records and passes on' 0 record $DAY <"$TMP/in"
is 'unchanged' "$(cat "$OUT")" "$(cat "$TMP/in")"
is 'one record each' "$(jq -r .run "$FILE" | sort -u | wc -l)" 3
document 4 ',"error":{"stage":"co-plan","code":"no-playbook","message":"none"}' >"$TMP/in"
exits 'an error is recorded, too, and exits 1' 1 record $DAY <"$TMP/in"
is 'and passed on unchanged' "$(cat "$OUT")" "$(cat "$TMP/in")"
is 'as what it is' "$(co-audit --dir "$LOG" --result error | jq -r '.run + " " + .detail.error.code')" '01JDBV4K6T5R9M3ZC800000004 no-playbook'
exits 'empty input' 3 record $DAY </dev/null
exits 'input that is no document' 3 record $DAY <<<'{"co":"run/2","id":"01JDBV4K6T5R9M3ZC800000001"}'
{ document 5 && echo '{"co":'; } >"$TMP/in"
exits 'a torn document after a good one' 3 record $DAY <"$TMP/in"
is 'the good one is recorded and passed on' "$(cat "$OUT")$(co-audit --dir "$LOG" --run 01JDBV4K6T5R9M3ZC800000005 --count)" "$(document 5)1"
documents 6 7 | exits 'a closed standard output is an error' 4 bash -c "co-audit --dir '$LOG' --now ${DAY}T09:00:00Z >&-"
exits 'the log verifies' 0 co-audit verify --all --dir "$LOG"

# A waiting document is not held back until more come.
mkfifo "$TMP/fifo"
co-audit --dir "$LOG" --now ${DAY}T09:00:00Z <"$TMP/fifo" >"$TMP/slow" &
slow=$!
exec 7>"$TMP/fifo"
document 8 >&7
ok 'a document goes on as soon as it is recorded' await 60 grep -q 00000008 "$TMP/slow"
exec 7>&-
wait $slow

# A document under 64 KB of which parts are large: only digests stand in the log.
document 9 ",\"ext\":{\"secret\":\"$(printf '%050000d' 0)\"}" | record $DAY >"$TMP/large"
is 'large documents are recorded by digest' "$(co-audit --dir "$LOG" --run 01JDBV4K6T5R9M3ZC800000009 | wc -c | awk '{ print ($1 < 1000) }')" 1

# ---- many at once
for w in 1 2 3 4 5 6 7 8; do
	(for i in 1 2 3 4 5; do document $((w * 100 + i)) | co-audit --dir "$TMP/many" >/dev/null; done) &
done
for w in 1 2 3 4 5 6 7 8; do wait -n; done
exits 'eight writers at once: the log verifies' 0 co-audit verify --all --dir "$TMP/many"
is 'and holds each record once' "$(jq -r .run "$TMP"/many/*.jsonl | sort -u | wc -l) $(cat "$TMP"/many/*.jsonl | wc -l)" '40 40'

# ---- queries
rm -rf "$LOG"
documents 1 5 | record 2026-11-21 >"$TMP/passed"
documents 6 10 | record 2026-11-23 >"$TMP/passed"
q() { co-audit --dir "$LOG" --now 2026-11-23T09:30:00Z "$@"; }
is 'list gives all' "$(q list | wc -l)" 10
is 'the last hour' "$(q --last 1h --count)" 5
is 'the last minute' "$(q --last 1m --count)" 0
is 'until is exclusive' "$(q --until 2026-11-21T09:00:00Z --count) $(q --until 2026-11-21T09:00:01Z --count)" '0 5'
is 'since is inclusive' "$(q --since 2026-11-23T09:00:00Z --count) $(q --since 2026-11-23T09:00:01Z --count)" '5 0'
is 'pretty is indented' "$(q -p --run 01JDBV4K6T5R9M3ZC800000003 | head -n 2)" '{
  "seq": 3,'
exits 'no such time' 2 q --since yesterday
exits 'no such duration' 2 q --last forever
exits 'no such sum' 2 q --sum money
exits 'two words' 2 q list verify
exits 'a word it does not know' 2 q lst
exits '--all without verify' 2 q --all --count
exits 'verify with a query' 2 q verify --count
exits 'a value that is not UTF-8' 2 q --user $'\xff'
exits 'there is no log' 4 co-audit --dir "$TMP/nowhere" --count
like 'and says where' "$(cat "$ERR")" "there is no audit log at \"$TMP/nowhere\""
exits 'nowhere to write the answer' 4 bash -c "co-audit --dir '$LOG' list >/dev/full"
is 'a terminal gets a table' "$(script -qec "co-audit --dir $LOG --run 01JDBV4K6T5R9M3ZC800000003" /dev/null | head -n 2 | tr -s ' ' | cut -d' ' -f1-3 | paste -sd' ')" \
	'SEQ TIME TYPE 3 2026-11-21T09:00:00Z run'
document 11 ',"request":{"text":"\u001b[31mred\u202e","by":"\u0007bell","uid":1,"host":"h","at":"2026-11-23T06:18:59Z","via":"tty"}' |
	record $DAY >"$TMP/passed"
ok 'nothing foreign reaches a terminal' bash -c "! script -qec 'co-audit --dir $LOG --run 01JDBV4K6T5R9M3ZC800000011' /dev/null | grep -qP '[\x00-\x08\x0e-\x1f\x7f]|\xe2\x80\xae'"

co-audit --dir "$LOG" --follow --since 2026-11-23 >"$TMP/followed" &
follower=$!
ok 'follow gives what is there' await 60 grep -q '"seq":11' "$TMP/followed"
document 12 | record $DAY >"$TMP/passed"
ok 'and what comes' await 60 grep -q '"seq":12' "$TMP/followed"
document 13 | record 2026-11-24 >"$TMP/passed"
ok 'on the next day, too' await 60 grep -q '"seq":13' "$TMP/followed"
kill $follower
wait $follower 2>/dev/null
is 'each once' "$(jq .seq "$TMP/followed" | paste -sd' ')" '6 7 8 9 10 11 12 13'

# ---- damage
damage() { # NAME SEQ REGEX SED-SCRIPT...: on a fresh log of ten records in one day
	local name=$1 seq=$2 regex=$3
	shift 3
	rm -rf "$LOG"
	documents 1 10 | record $DAY >"$TMP/passed"
	sed -i "$@" "$FILE"
	exits "$name: does not verify" 1 co-audit verify --dir "$LOG"
	is "$name: names the record" "$(jq -r .seq "$OUT" | head -n 1)" "$seq"
	like "$name: says what" "$(jq -r .problem "$OUT" | head -n 1)" "$regex"
	like "$name: says where" "$(jq -r '"\(.file):\(.line)"' "$OUT" | head -n 1)" "^($DAY.jsonl:[0-9]+|null:null)$"
}
damage 'an edited record' 4 '^record 4, or the prev of record 5, was changed' '4s/requested/permitted/'
damage 'the first record edited' 1 '^record 1, or the prev of record 2' '1s/requested/permitted/'
damage 'the last record edited' 10 '^record 10 is not the one that was acknowledged' '10s/requested/permitted/'
damage 'the first prev edited' 1 'its prev is not that of a first record' '1s/sha256:e3/sha256:e4/'
damage 'a deleted line' 4 '^record 4 is missing' 4d
damage 'several deleted lines' 4 '^records 4 to 6 are missing' 4,6d
damage 'the first line deleted' 1 '^record 1 is missing' 1d
damage 'a duplicated line' 4 '^record 4 stands again or out of order' 4p
damage 'swapped lines' 4 '^record 4 is missing' -e '4{h;d};5{G}'
damage 'an inserted line' 5 '^there is no record where record 5 should be' '4a {"seq":5}'
damage 'a truncated line' 4 '^there is no record where record 4 should be' '4s/.......$//'
damage 'lines run together' 3 '^record 3, or the prev of record 4' '4{N;s/\n//}'
damage 'garbage' 4 '^there is no record where record 4 should be' '4s/.*/\x00\xff\xfe garbage/'
damage 'an empty line' 5 '^there is no record where record 5 should be' '4a\\'
damage 'a time that falls' 5 '^record 4, or|^record 5 is dated before' '5s/T09:00:00Z/T08:59:59Z/'
damage 'a record of another day' 5 '^record 5 is dated 2026-11-24 but stands in|^record 4, or' '5s/2026-11-23T/2026-11-24T/'
damage 'the end cut off' 8 'ends with record 7, but record 10 was acknowledged' '8,$d'
exits 'a shortened log is not written to' 4 record $DAY <<<"$(document 11)"
is 'and the document says so' "$(jq -r .error.code "$OUT")" audit-failed
like 'and why' "$(cat "$ERR")" 'the audit log ends with record 7, but record 10 was acknowledged'

rm -rf "$LOG"
documents 1 10 | record $DAY >"$TMP/passed"
python3 -c 'import sys; d = open(sys.argv[1], "rb").read(); open(sys.argv[1], "wb").write(d[:-40])' "$FILE"
exits 'the last record cut into' 1 co-audit verify --dir "$LOG"
is 'is missed by its number' "$(jq -r .seq "$OUT" | head -n 1)" 10
rm -rf "$LOG"
documents 1 10 | record $DAY >"$TMP/passed"
: >"$FILE"
exits 'an emptied day' 1 co-audit verify --dir "$LOG"
rm -rf "$LOG"
for d in 21 22 23; do documents ${d}1 ${d}5 | record 2026-11-$d >"$TMP/passed"; done
rm "$LOG/2026-11-22.jsonl"
exits 'a missing day file' 1 co-audit verify --dir "$LOG"
is 'is named' "$(jq -r .problem "$OUT" | head -n 1)" 'records 6 to 10 are missing'
rm -rf "$LOG"
documents 1 3 | record $DAY >"$TMP/passed"
rm "$LOG/head"
exits 'a missing head' 1 co-audit verify --dir "$LOG"
like 'is named' "$(jq -r .problem "$OUT" | head -n 1)" 'the file "head" is missing or empty'
echo nonsense >"$LOG/head"
exits 'a head that is none' 1 co-audit verify --dir "$LOG"
rm "$LOG/head"
mkdir "$LOG/head"
exits 'a head that is a directory' 4 record $DAY <<<"$(document 4)"
rm -rf "$LOG"
mkdir -m 700 "$LOG"
ln -s /etc/passwd "$FILE"
exits 'a day file that is a link' 4 record $DAY <<<"$(document 4)"
rm "$FILE"
mkfifo "$FILE"
exits 'a day file that is a pipe' 4 record $DAY <<<"$(document 4)"
exits 'and cannot be verified' 4 co-audit verify --dir "$LOG"

# ---- directories nobody should trust
rm -rf "$LOG"
documents 1 3 | record $DAY >"$TMP/passed"
chmod 777 "$LOG"
exits 'a directory others may write to' 4 record $DAY <<<"$(document 4)"
like 'is named with what to do' "$(cat "$ERR")" "others may write to \"$LOG\"; chmod go-w $LOG"
exits 'and does not verify' 4 co-audit verify --dir "$LOG"
chmod 700 "$LOG"
if [ "$(id -u)" = 0 ]; then
	chown 12345 "$LOG"
	exits 'a directory of somebody else' 4 record $DAY <<<"$(document 4)"
	like 'is named' "$(cat "$ERR")" 'belongs to user 12345'
	chown 0 "$LOG"
	chmod 755 "$TMP"
	nobody() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
	cp "$BIN/co-audit" "$TMP/"
	exits 'a directory that may not be read' 4 nobody "$TMP/co-audit" verify --dir "$LOG"
	like 'says why' "$(cat "$ERR")" 'Permission denied'
else
	chmod 0 "$LOG"
	exits 'a directory that may not be read' 4 co-audit verify --dir "$LOG"
	chmod 700 "$LOG"
	skip 'a directory of somebody else' 'only root may give one away'
fi
touch "$TMP/file"
exits 'a log that is a file' 4 co-audit --dir "$TMP/file" <<<"$(document 4)"
done_testing
