#!/usr/bin/env bash
# Every source of AWS credentials, and what is wrong with files, against botocore itself.
. "$(dirname "$0")/../tap.sh"

if ! python3 -c 'import botocore.session' 2>/dev/null; then
	skip 'credentials as botocore finds them' "no botocore for $(command -v python3)"
	done_testing
	exit
fi
trap - EXIT
rm -rf "$TMP"
exec python3 "$TOP/tests/peers/aws/credentials.py" "$BIN/tests/extra/aws-credentials" "$BIN/catalog/aws.apis"
