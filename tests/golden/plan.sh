#!/usr/bin/env bash
# Every case of tests/golden/plan/: what co-plan makes of NAME.json with the words of NAME.args is NAME.out; GOLDEN=write rewrites them.
# The programs are copied into a tree of their own, so that playbooks, catalogue and inventory are the test's.
. "$(dirname "$0")/../tap.sh"
here=$TOP/tests/golden/plan
tree=$TMP/tree
mkdir -p "$tree/bin" "$tree/libexec/cloudops" "$tree/share/cloudops"
cp "$BIN/co-plan" "$tree/bin/" && cp "$BIN/co-expr" "$tree/libexec/cloudops/"
cp -R "$here/playbooks" "$here/catalog" "$tree/share/cloudops/"
chmod -R go-w "$tree" && cp "$here/config.yaml" "$TMP/config.yaml" && chmod 644 "$TMP/config.yaml"
export CLOUDOPS_CONFIG=$TMP/config.yaml

plan() { # CASE
	local args=()
	[ -e "$here/$1.args" ] && mapfile -t args <"$here/$1.args"
	(cd "$tree" && bin/co-plan --now 2026-11-23T06:19:00Z -p "${args[@]}" <"$here/$1.json" 2>&1
	echo "exit $?") | sed "s,$tree/,,g"
}

for case in "$here"/*.json; do
	name=$(basename "$case" .json)
	plan "$name" >"$OUT"
	[ "${GOLDEN-}" != write ] || cp "$OUT" "$here/$name.out"
	is "$name" "$(cat "$OUT")" "$(cat "$here/$name.out")"
done

# The same inputs and clock give the same bytes, whatever surrounds the program.
first=$(plan both | sha256sum)
is 'in another time zone' "$(TZ=Asia/Tokyo plan both | sha256sum)" "$first"
is 'with another umask' "$(umask 077; plan both | sha256sum)" "$first"
is 'with another home' "$(HOME=/nonexistent plan both | sha256sum)" "$first"
is 'with another locale' "$(LC_ALL=C LANG=de_DE.UTF-8 plan both | sha256sum)" "$first"
mv "$tree/share/cloudops/playbooks" "$TMP/old" && mkdir "$tree/share/cloudops/playbooks"
find "$TMP/old" -name '*.yaml' | sort -r | while read -r f; do cp "$f" "$tree/share/cloudops/playbooks/"; done
is 'with another order and layout of files' "$(plan both | sha256sum)" "$first"
"$tree/bin/co-plan" --index >"$TMP/index" && mv "$TMP/index" "$tree/share/cloudops/playbooks/playbooks.index"
is 'with an index' "$(plan both | sha256sum)" "$first"
like 'the index holds every playbook' "$(wc -l <"$tree/share/cloudops/playbooks/playbooks.index")" "^$(($(ls "$here"/playbooks/*/*.yaml | wc -l) + 1))$"

# A changed file is read anew; a stale line of the index does not count.
sed -i 's/^title: .*/title: Changed/' "$tree/share/cloudops/playbooks/both.yaml"
like 'an edited playbook is seen in spite of the index' "$(plan both)" 'Changed'
rm "$tree/share/cloudops/playbooks/both.yaml"
like 'and one that was removed is gone' "$(plan both)" 'no-playbook'
chmod 666 "$tree/share/cloudops/playbooks/one.yaml"
like 'a playbook that others may write is refused' "$(plan one)" 'exit 3'
chmod 644 "$tree/share/cloudops/playbooks/one.yaml"
chmod 666 "$tree/share/cloudops/playbooks/playbooks.index"
like 'and so is such an index' "$(plan one)" 'exit 3'

# Of one name, the directory that is named first wins; within one it is an error.
rm "$tree/share/cloudops/playbooks/playbooks.index"
mkdir -p "$TMP/own/a" "$TMP/own/b"
cp "$tree/share/cloudops/playbooks/one.yaml" "$TMP/own/a/one.yaml" && chmod 644 "$TMP/own/a/one.yaml"
like 'a directory of your own hides what is installed' "$(CLOUDOPS_PLAYBOOKS=$TMP/own plan one)" 'exit 0'
list_own() { CLOUDOPS_PLAYBOOKS=$TMP/own "$tree/bin/co-plan" --list 2>&1 | grep 'one.yaml'; }
is 'and alone is listed' "$(list_own | grep -c '"playbook":"one"'):$(list_own | grep -c '/own/a/one.yaml')" 1:1
cp "$TMP/own/a/one.yaml" "$TMP/own/b/one.yaml"
like 'two of one name in a directory are an error' "$(list_own)" 'two files hold playbook "one": .*/a/one.yaml and .*/b/one.yaml'
done_testing
