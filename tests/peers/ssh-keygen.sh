#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Our verdict on SSH signatures equals that of ssh-keygen, for each kind of key, each hash,
# and each way to be wrong; where it is stricter, that is listed at the end.
source "$(dirname "$0")/../tap.sh"
command -v ssh-keygen >/dev/null || { skip 'ssh-keygen' 'not installed'; done_testing; exit; }
OURS=$BIN/tests/extra/sshsig
cd "$TMP" || exit
NS=approval@cloudops
NOW=20261123063000Z OUR_NOW=2026-11-23T06:30:00Z

ours() { # SIGNERS PRINCIPAL NAMESPACE SIGNATURE DATA: 0 for ok
	local time=$OUR_NOW
	[ "$("$OURS" verify "$1" "$2" "$3" "${6:-$time}" "$4" <"$5" | tee ours.out | cut -d' ' -f1)" = ok ]
}
theirs() {
	ssh-keygen -Y verify -f "$1" -I "$2" -n "$3" -s "$4" -O verify-time="${6:-$NOW}" <"$5" >theirs.out 2>&1
}
same() { # NAME WANTED(yes|no) ARGUMENTS...
	local name=$1 wanted=$2 us=no them=no
	shift 2
	ours "$@" && us=yes
	theirs "$@" && them=yes
	if [ "$us" = "$wanted" ] && [ "$them" = "$wanted" ]; then pass "$name"
	else fail "$name" "wanted $wanted, ours says $us, ssh-keygen $them" "$(cat ours.out theirs.out)"; fi
}

printf 'the data that is signed' >data
printf 'other data' >other
printf '' >empty

keys='ed25519: ecdsa:256 ecdsa:384 ecdsa:521 rsa:2048 rsa:3072'
ssh-keygen -q -t ed25519 -N '' -C '' -f stranger
for spec in $keys; do
	type=${spec%:*} bits=${spec#*:} key=$type${spec#*:}
	ssh-keygen -q -t "$type" ${bits:+-b "$bits"} -N '' -C '' -f "$key"
	public=$(cat "$key.pub")
	echo "bob $public" >signers
	{ echo "carol $public"; echo "bob $(cat stranger.pub)"; } >wrong-key
	echo "bob namespaces=\"git,$NS\" $public" >with-namespace
	echo "bob namespaces=\"git,file\" $public" >other-namespace
	echo "bob valid-after=\"20261101Z\",valid-before=\"20261201Z\" $public" >within
	echo "bob valid-after=\"20261124Z\" $public" >not-yet
	echo "bob valid-before=\"20261123062959Z\" $public" >no-longer
	echo "bob valid-after=\"20261123063000Z\",valid-before=\"20261123063001Z\" $public" >edge
	{ echo "# a comment"; echo; echo "alice $(cat stranger.pub)"; echo "alice,bob namespaces=\"$NS\" $public with a comment"; } >many
	for hash in sha256 sha512; do
		sig=$key.$hash.sig
		ssh-keygen -q -Y sign -f "$key" -n $NS -O hashalg=$hash <data >"$sig" 2>/dev/null
		ssh-keygen -q -Y sign -f "$key" -n $NS -O hashalg=$hash <empty >"$sig.empty" 2>/dev/null
		n="$key $hash"
		same "$n: right" yes signers bob $NS "$sig" data
		same "$n: right, among others" yes many bob $NS "$sig" data
		same "$n: right, of nothing" yes signers bob $NS "$sig.empty" empty
		same "$n: right, namespace listed" yes with-namespace bob $NS "$sig" data
		same "$n: right, within its life" yes within bob $NS "$sig" data
		same "$n: right, on the last second" yes edge bob $NS "$sig" data
		same "$n: wrong data" no signers bob $NS "$sig" other
		same "$n: wrong data, none" no signers bob $NS "$sig" empty
		same "$n: wrong key" no wrong-key bob $NS "$sig" data
		same "$n: wrong principal" no signers carol $NS "$sig" data
		same "$n: principal in other letters" no signers BOB $NS "$sig" data
		same "$n: wrong namespace" no signers bob git "$sig" data
		same "$n: namespace not listed" no other-namespace bob $NS "$sig" data
		same "$n: not valid yet" no not-yet bob $NS "$sig" data
		same "$n: no longer valid" no no-longer bob $NS "$sig" data
	done
done

# A signature's bytes, changed at places over all of its length.
for sig in ed25519.sha512.sig ecdsa256.sha512.sig rsa2048.sha512.sig; do
	agreed=0 n=0 key=${sig%%.*}
	echo "bob $(cat "$key.pub")" >signers
	for i in $(seq 30 37 "$(($(stat -c %s "$sig") - 30))"); do
		python3 - "$sig" "$i" >changed <<-'P'
			import sys
			b = bytearray(open(sys.argv[1], 'rb').read())
			i = int(sys.argv[2])
			b[i] = ord('A') if b[i] != ord('A') else ord('B')
			sys.stdout.buffer.write(b)
		P
		n=$((n + 1))
		us=no them=no
		ours signers bob $NS changed data && us=yes
		theirs signers bob $NS changed data && them=yes
		[ "$us$them" = nono ] && agreed=$((agreed + 1))
	done
	is "$key: both refuse each of $n changed signatures" "$agreed" "$n"
done

# What we make is theirs to the byte: Ed25519 signatures have no randomness.
for data in data empty other; do
	"$OURS" sign ed25519 $NS <$data >made.sig
	ssh-keygen -q -Y sign -f ed25519 -n $NS <$data >theirs.sig 2>/dev/null
	ok "ed25519: the same signature of $data" cmp made.sig theirs.sig
done

# Keys that we make are read by ssh-keygen, and the other way round (above).
ok 'new key: made' co-approve --new-key "$TMP/new"
is 'new key: its public half' "$(ssh-keygen -y -f new | cut -d' ' -f1,2)" "$(cut -d' ' -f1,2 new.pub)"
is 'new key: its mode' "$(stat -c %a new)" 600
like 'new key: fingerprint' "$(cat "$OUT")" "$(ssh-keygen -l -f new.pub | cut -d' ' -f2 | sed 's/[+]/./g')"
ok 'new key: ssh-keygen signs with it' sh -c "ssh-keygen -q -Y sign -f new -n $NS <data >new.sig"
echo "bob $(cat new.pub)" >signers
same 'new key: and both verify it' yes signers bob $NS new.sig data
exits 'new key: an old one is not replaced' 1 co-approve --new-key "$TMP/new"
ok 'new key: with a passphrase set later' ssh-keygen -q -p -N secret -P '' -f new
exits 'a key with a passphrase is told from a damaged one' 1 "$OURS" sign new $NS
like 'and says so' "$(cat "$OUT")" 'refused encrypted-key'

# OpenSSH's own signatures: FIDO, too.
if [ -d "$VECTORS/sshsig" ]; then
	v=$VECTORS/sshsig/regress/unittests/sshsig/testdata
	for key in ed25519 ecdsa rsa ed25519_sk ecdsa_sk ecdsa_sk_webauthn; do
		echo "bob $(cat "$v/$key.pub")" >signers
		same "vector $key" yes signers bob unittest "$v/$key.sig" "$v/signed-data"
		same "vector $key: other data" no signers bob unittest "$v/$key.sig" other
	done
else
	skip 'vectors' "no test data in $VECTORS"
fi

# Where we are stricter, on purpose: ssh-keygen says yes to each of these.
public=$(cat ed25519.pub) sig=ed25519.sha512.sig
stricter() { # NAME ID SIGNERS [PRINCIPAL] [KEY SIGNATURE]
	local us=no them=no
	ours "$3" "${4:-bob}" $NS "${5:-$sig}" data && us=yes
	theirs "$3" "${4:-bob}" $NS "${5:-$sig}" data && them=yes
	is "stricter: $1" "$us $them $(cut -d' ' -f2 ours.out)" "no yes $2"
}
echo "* $public" >strict; stricter 'anybody' wildcard strict
echo "* $public" >strict; stricter 'anybody, under any name' wildcard strict mallory
echo "b?b $public" >strict; stricter 'a pattern' wildcard strict
echo "!alice,* $public" >strict; stricter 'all but one' wildcard strict
echo "bob namespaces=\"*\" $public" >strict; stricter 'any namespace' wildcard strict
{ echo "bob $public"; echo "carol nonsense"; } >strict; stricter 'a bad line after the one that fits' bad-signers strict
ssh-keygen -q -t rsa -b 1024 -N '' -C '' -f weak
ssh-keygen -q -Y sign -f weak -n $NS <data >weak.sig 2>/dev/null
echo "bob $(cat weak.pub)" >strict; stricter 'RSA of 1024 bits' bad-key strict bob weak.sig
# A certificate authority: ssh-keygen takes the certificate's principals.
ssh-keygen -q -t ed25519 -N '' -C '' -f certified
ssh-keygen -q -s stranger -I id -n bob certified.pub
ssh-keygen -q -Y sign -f certified-cert.pub -n $NS <data >certified.sig 2>/dev/null
if [ -s certified.sig ]; then
	echo "bob cert-authority $(cat stranger.pub)" >strict; stricter 'a certificate authority' cert-authority strict bob certified.sig
fi
echo "bob cert-authority $public" >strict
ours strict bob $NS $sig data && us=yes || us=no
is 'a certificate authority in the file' "$us $(cut -d' ' -f2 ours.out)" 'no cert-authority'
done_testing
