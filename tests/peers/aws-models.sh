#!/usr/bin/env bash
# The data about AWS is what the scripts make of its sources, byte for byte.
. "$(dirname "$0")/../tap.sh"

wanted=$(sed -n 's/^ *botocore \([0-9.]*\) .*/\1/p' "$TOP/lib/catalog/aws/NOTICE")
installed=$(python3 -c 'import botocore; print(botocore.__version__)' 2>/dev/null)
if [ "$installed" != "$wanted" ]; then
	skip 'the models are those of botocore' "botocore ${installed:-is not installed}${installed:+ is, $wanted is wanted}"
	done_testing
	exit
fi
if [ -d "$VECTORS/aws-iam" ]; then
	"$TOP/scripts/aws-iam" "$VECTORS/aws-iam" >"$TMP/aws-iam.txt" &
fi
ok 'services are written anew' "$TOP/scripts/aws-models" "$TMP/aws"
wait
like 'all of them' "$(find "$TMP/aws" -name '*.api' | wc -l)" '^4[0-9]{2}$'
cp "$TOP"/lib/catalog/aws/{NOTICE,endpoints,resources} "$TMP/aws" # which are made otherwise
is 'they are what is committed' "$(diff -rq "$TMP/aws" "$TOP/lib/catalog/aws" 2>&1 | head -5)" ''
if [ -d "$VECTORS/aws-iam" ]; then
	ok 'so are access levels and actions' cmp "$TMP/aws-iam.txt" "$TOP/scripts/aws-iam.txt"
else
	skip 'so are access levels and actions' "no $VECTORS/aws-iam"
fi
ok 'the pack is of these files' bash -c '"$1/scripts/pack-apis" "$1/lib/catalog/aws" | cmp - "$2/catalog/aws.apis"' _ "$TOP" "$BIN"
done_testing
