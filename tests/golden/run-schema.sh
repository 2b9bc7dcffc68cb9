#!/usr/bin/env bash
# The published schema is what the field tables say, and judges documents as the decoder does.
. "$(dirname "$0")/../tap.sh"

judge=$BIN/tests/extra/judge
is 'the schema is made from the tables (scripts/run-schema)' \
	"$("$TOP/scripts/run-schema" "$judge" | diff - "$TOP/lib/run/run.schema.json")" ''
ok 'decoder and schema agree' \
	python3 "$TOP/tests/golden/run-schema.py" "$judge" "$TOP/lib/run/run.schema.json" "$TOP/tests/golden/run"
echo "# $(cat "$OUT")"

# A digest survives other programs. Each also reorders or reformats.
full=$TOP/tests/golden/run/good-full.json
for section in intent plan decision; do
	digest=$("$judge" digest $section "$full")
	like "digest of $section" "$digest" '^sha256:[0-9a-f]{64}$'
	jq -S . "$full" >"$TMP/jq"
	is "$section through jq -S" "$("$judge" digest $section "$TMP/jq")" "$digest"
	python3 -c 'import json,sys; json.dump(json.load(sys.stdin), sys.stdout, indent=3)' <"$full" >"$TMP/python"
	is "$section through Python" "$("$judge" digest $section "$TMP/python")" "$digest"
	node -e 'console.log(JSON.stringify(JSON.parse(require("fs").readFileSync(0, "utf8"))))' <"$full" >"$TMP/node"
	is "$section through Node" "$("$judge" digest $section "$TMP/node")" "$digest"
done
jq '.plan.steps[0].with.note = "other"' "$full" >"$TMP/changed"
if [ "$("$judge" digest plan "$TMP/changed")" != "$("$judge" digest plan "$full")" ]; then
	pass 'a changed plan has another digest'
else
	fail 'a changed plan has another digest'
fi
done_testing
