#!/usr/bin/env bash
# net/http against nginx: whom TLS believes, who we are, HTTP/2, compression, and a body without end.
. "$(dirname "$0")/../tap.sh"
NGINX=$(command -v nginx || echo /usr/sbin/nginx)
[ -x "$NGINX" ] || { skip 'nginx' 'not installed'; done_testing; exit; }
FETCH=$BIN/tests/extra/fetch
cd "$TMP" || exit

# A day-long authority, what it signed for several names, an expired one, and a stranger's.
authority() { # NAME
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out "$1.pem" -days 1 -subj "/CN=$1" \
		-addext basicConstraints=critical,CA:TRUE 2>/dev/null
}
certificate() { # NAME AUTHORITY SAN
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out "$1.csr" -subj "/CN=$1" 2>/dev/null
	openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" -CAcreateserial -out "$1.pem" -days 1 \
		-extfile <(echo "subjectAltName=$3") 2>/dev/null
}
expired() { # NAME AUTHORITY: openssl x509 of Debian 12 has no -not_after; openssl ca has
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out "$1.csr" -subj "/CN=$1" 2>/dev/null
	mkdir -p ca && : >ca/index && echo 01 >ca/serial
	printf '[ca]\ndefault_ca=c\n[c]\ndatabase=ca/index\nserial=ca/serial\nnew_certs_dir=ca\ndefault_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n[e]\nsubjectAltName=IP:127.0.0.1\n' >ca.cnf
	openssl ca -batch -config ca.cnf -extensions e -cert "$2.pem" -keyfile "$2.key" -in "$1.csr" -out "$1.pem" -notext \
		-startdate 20200101000000Z -enddate 20200102000000Z 2>/dev/null
}
authority ours
authority stranger
certificate good ours 'IP:127.0.0.1,DNS:localhost'
certificate named ours 'DNS:api.example'
certificate client ours 'DNS:client'
certificate false-client stranger 'DNS:client'
expired old ours

port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
PLAIN=$(port) GOOD=$(port) NAMED=$(port) OLD=$(port) MUTUAL=$(port)
mkdir -p www temp
head -c 100000 /dev/zero | tr '\0' a >www/large.txt
echo hello >www/hello.txt
truncate -s 10G www/endless.bin
truncate -s 1G www/long.bin
tls() { # PORT CERTIFICATE MORE
	echo "server { listen 127.0.0.1:$1 ssl http2; ssl_certificate $TMP/$2.pem; ssl_certificate_key $TMP/$2.key; root $TMP/www; ${3-} }"
}
cat >nginx.conf <<END
daemon off; master_process off; pid $TMP/nginx.pid; error_log $TMP/error.log;
events { worker_connections 64; }
http {
	access_log off; client_body_temp_path $TMP/temp; proxy_temp_path $TMP/temp; fastcgi_temp_path $TMP/temp;
	uwsgi_temp_path $TMP/temp; scgi_temp_path $TMP/temp; types { text/plain txt; }
	gzip on; gzip_types text/plain; gzip_min_length 1;
	server { listen 127.0.0.1:$PLAIN; root $TMP/www; }
	$(tls "$GOOD" good)
	$(tls "$NAMED" named)
	$(tls "$OLD" old)
	$(tls "$MUTUAL" good "ssl_client_certificate $TMP/ours.pem; ssl_verify_client on;")
}
END
timeout 600 "$NGINX" -p "$TMP" -c "$TMP/nginx.conf" >nginx.out 2>&1 &
server=$!
trap 'kill $server 2>/dev/null; wait $server 2>/dev/null; tap_cleanup' EXIT
await 60 "$FETCH" "http://127.0.0.1:$PLAIN/hello.txt" || fail 'nginx answers' "$(cat nginx.out error.log)"

fetched() { # NAME WANTED ARGUMENTS...: the first line of the answer
	local name=$1 wanted=$2
	shift 2
	like "$name" "$("$FETCH" "$@" 2>&1 | head -n 1)" "$wanted"
}
fetched 'plain HTTP' '^200 11 6$' "http://127.0.0.1:$PLAIN/hello.txt"
fetched 'a status is an answer' '^404 11 ' "http://127.0.0.1:$PLAIN/none"
fetched 'TLS by an authority we know' '^200 11 6$' -a ours.pem "https://127.0.0.1:$GOOD/hello.txt"
fetched 'HTTP/2 where it is offered' '^200 20 6$' -2 -a ours.pem "https://127.0.0.1:$GOOD/hello.txt"
fetched 'another authority is not believed' '^tls .*is not who it should be' -a stranger.pem "https://127.0.0.1:$GOOD/hello.txt"
fetched 'the authorities of the system do not know ours' '^tls ' "https://127.0.0.1:$GOOD/hello.txt"
fetched 'another name is not believed' '^tls ' -a ours.pem "https://127.0.0.1:$NAMED/hello.txt"
fetched 'but the name that was asked for' '^200 11 6$' -a ours.pem -n api.example "https://127.0.0.1:$NAMED/hello.txt"
fetched 'and no third one' '^tls ' -a ours.pem -n other.example "https://127.0.0.1:$NAMED/hello.txt"
fetched 'an expired certificate is not believed' '^tls .*expired' -a ours.pem "https://127.0.0.1:$OLD/hello.txt"
fetched 'unless the user said to believe anything' '^200 11 6$' -i "https://127.0.0.1:$OLD/hello.txt"
fetched 'who we are' '^200 11 6$' -a ours.pem -c client.pem -k client.key "https://127.0.0.1:$MUTUAL/hello.txt"
fetched 'who we are not: no certificate' '^400 ' -a ours.pem "https://127.0.0.1:$MUTUAL/hello.txt"
fetched 'who we are not: a stranger' '^400 ' -a ours.pem -c false-client.pem -k false-client.key "https://127.0.0.1:$MUTUAL/hello.txt"
fetched 'a key that is not of its certificate' '^tls ' -a ours.pem -c client.pem -k good.key "https://127.0.0.1:$MUTUAL/hello.txt"
fetched 'plain HTTP where TLS is spoken' '^400 ' "http://127.0.0.1:$GOOD/hello.txt"
fetched 'TLS where plain HTTP is spoken' '^tls ' -a ours.pem "https://127.0.0.1:$PLAIN/hello.txt"
fetched 'a compressed answer' '^200 11 100000$' -z "http://127.0.0.1:$PLAIN/large.txt"
fetched 'its size counts as it unfolds' '^too-large ' -z -l 50000 "http://127.0.0.1:$PLAIN/large.txt"

# 10 GiB are refused soon; what a sink takes is bounded by nothing but the sink (ulimit is on the address space: the libraries take a part).
exits 'a body of 10 GiB is too large' 5 "$FETCH" "http://127.0.0.1:$PLAIN/endless.bin"
exits 'a gigabyte passes a sink in 256 MB of address space' 0 bash -c 'ulimit -v 262144; exec "$0" -s "$1"' "$FETCH" \
	"http://127.0.0.1:$PLAIN/long.bin"
is 'all of it' "$(head -n 1 "$OUT")" '200 11 1073741824'
done_testing
