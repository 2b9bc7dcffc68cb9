#!/usr/bin/env bash
# Every file of tests/golden/playbook-errors/ is refused with exit 3 and exactly the words of NAME.err; GOLDEN=write rewrites them.
. "$(dirname "$0")/../tap.sh"
here=$TOP/tests/golden/playbook-errors
tree=$TMP/tree
mkdir -p "$tree/bin" "$tree/libexec/cloudops" "$tree/share/cloudops/playbooks" "$tree/files"
cp "$BIN/co-plan" "$tree/bin/" && cp "$BIN/co-expr" "$tree/libexec/cloudops/" && cp -R "$TOP/tests/golden/plan/catalog" "$tree/share/cloudops/" && cp "$here"/*.yaml "$tree/files/"
cp -R "$TOP/tests/golden/plan/playbooks" "$tree/sound"
chmod -R go-w "$tree"
cd "$tree/files" || exit 1

for file in *.yaml; do
	name=${file%.yaml}
	got=0
	../bin/co-plan --check "$file" >"$OUT" 2>"$ERR" || got=$?
	[ "${GOLDEN-}" != write ] || cp "$ERR" "$here/$name.err"
	is "$name" "$got $(cat "$OUT" "$ERR")" "3 $(cat "$here/$name.err")"
done
for file in ../sound/*/*.yaml; do
	ok "$(basename "$file") is sound" ../bin/co-plan --check "$file"
done
done_testing
