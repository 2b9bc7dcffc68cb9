#!/usr/bin/env bash
# Where requests go: against botocore's own rules, for all services, regions and variants, and for S3's buckets.
. "$(dirname "$0")/../tap.sh"

ours() { "$BIN/tests/extra/aws-endpoint" "$BIN/catalog/aws.apis"; }
wanted=$(sed -n 's/^ *botocore \([0-9.]*\) .*/\1/p' "$TOP/lib/catalog/aws/NOTICE")
installed=$(python3 -c 'import botocore; print(botocore.__version__)' 2>/dev/null)
if [ "$installed" != "$wanted" ]; then
	skip 'endpoints are those of botocore' "botocore ${installed:-is not installed}${installed:+ is, $wanted is wanted}"
	done_testing
	exit
fi
for part in 0 1; do "$TOP/scripts/aws-endpoints" --all $part/2 >"$TMP/wanted.$part" & done
wait
cat "$TMP"/wanted.* >"$TMP/wanted"
cut -d ' ' -f 1-3 "$TMP/wanted" | ours >"$TMP/got"
like 'botocore was asked for all' "$(wc -l <"$TMP/wanted")" '^[0-9]{5}$'
ok "$(wc -l <"$TMP/wanted") endpoints are those of botocore" cmp "$TMP/got" "$TMP/wanted"
ok 'buckets, access points and accounts go where botocore sends them' \
	python3 "$TOP/tests/peers/aws-endpoints.py" "$BIN/tests/extra/aws-endpoint" "$BIN/catalog/aws.apis"
echo "# $(tail -n 1 "$OUT")"
done_testing
