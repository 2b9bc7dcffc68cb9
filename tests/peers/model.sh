#!/usr/bin/env bash
# Models: co-intent and co-model against stand-ins for the four APIs, which the vendors' own clients keep honest
# (tests/peers/model/). Everything that can go wrong with a model has its code, and the key gets nowhere.
. "$(dirname "$0")/../tap.sh"
set -o pipefail

peers=$TOP/tests/peers/model
MODEL=$BIN/co-model
KEY=sk-canary-7f3a9c51e8d24b06
SENTENCE='why is the disk of this machine full since 09:00'
NOW=2026-11-26T12:00:00Z
home=$HOME
export TZ=UTC HOME=$TMP

# ---- the stand-ins

mkdir "$TMP/server"
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext 'subjectAltName=DNS:localhost,IP:127.0.0.1' \
	-keyout "$TMP/tls.key" -out "$TMP/tls.crt" 2>/dev/null
cat "$TMP/tls.key" "$TMP/tls.crt" >"$TMP/server/tls.pem"
node "$peers/server.mjs" "$TMP/server" 2>"$TMP/server.log" &
server=$!
tap_cleanup() {
	touch "$TMP/server/stop"
	wait "$server" 2>/dev/null
	rm -rf "$TMP"
}
await 60 test -s "$TMP/server/port" -a -s "$TMP/server/tls" || { fail 'the stand-ins start' "$(cat "$TMP/server.log")"; done_testing; exit 1; }
port=$(cat "$TMP/server/port")
ANSWER='{"verb":"investigate","action":"","subject":"disk","target":[{"slot":"provider","value":"local"}],"parameters":[],"constraints":[],"since":"","until":""}'
answers() { printf '%s\n' "$1" >"$TMP/server/answer"; }
last_request() { tail -n 1 "$TMP/server/requests"; }
requests() { cat "$TMP/server/requests" 2>/dev/null | wc -l; }
answers "$ANSWER"

install -m 600 /dev/null "$TMP/key"
echo "$KEY" >"$TMP/key"
config() { # PROVIDER MODE [MORE]
	local provider=$1 key='api_key_file: key, ' more=${3:+, $3}
	case $provider in
	azure) provider=compatible more=", api_version: \"2024-10-21\"$more" ;;
	ollama) key= ;;
	esac
	printf 'model: {provider: %s, model: m-1, endpoint: "http://127.0.0.1:%s/%s", %sprice: {input: "0.10", output: "0.40"}, timeout: 5s%s}\n' \
		"$provider" "$port" "$2" "$key" "$more" >"$TMP/config.yaml"
}
export CLOUDOPS_CONFIG=$TMP/config.yaml
ask() { timeout 60 co-intent -c --now $NOW "$SENTENCE"; }
APIS='anthropic openai compatible azure google ollama'

# ---- each API, well

for api in $APIS; do
	config "$api" ok
	exits "$api: a sentence is understood" 0 ask
	is "$api: by the model" "$(jq -c '.intent | [.verb, .subject, .target.provider, .window.since, .parser.kind, .parser.model]' "$OUT")" \
		'["investigate","disk","local","2026-11-26T09:00:00Z","model","m-1"]'
	is "$api: with what it cost" "$(jq -c '.intent.parser | [.input_tokens, .output_tokens, .cost_usd]' "$OUT")" '[1000,100,"0.000140"]'
	is "$api: the stand-in had nothing to say against it" "$(last_request | jq -r .api)" "${api/compatible/openai}"
	last_request >"$TMP/ours.$api"
done
like 'the day counts them all' "$(cat "$XDG_STATE_HOME/cloudops/model-budget")" ' 000000000000840$'

for api in anthropic openai google; do
	config $api ok
	sed -i 's/model: m-1, //; s/, price: {[^}]*}//' "$CLOUDOPS_CONFIG"
	exits "$api: its default model, at its own price, is asked" 0 ask
	is "$api: and the stand-in had nothing to say against it" "$(jq -r .intent.parser.kind "$OUT")" model
	last_request >"$TMP/ours.default.$api"
done
is 'models that think by default are asked to think little' \
	"$(cat "$TMP"/ours.default.{anthropic,openai} | jq -r '.body | fromjson | .output_config.effort // .reasoning_effort' | xargs)" 'low none'

# ---- over TLS, as in real life

tls() { # HOST MORE
	config openai ok "ca_file: tls.crt, fallback: none${2:+, $2}"
	sed -i "s#http://127.0.0.1:$port#https://$1:$(cat "$TMP/server/tls")#" "$CLOUDOPS_CONFIG"
}
for host in 127.0.0.1 localhost; do
	tls $host
	exits "TLS to $host" 0 ask
	is "TLS to $host: an answer" "$(jq -r .intent.parser.kind "$OUT")" model
done
sed -i 's/ca_file: tls.crt, //' "$CLOUDOPS_CONFIG"
exits 'TLS: a certificate that nobody vouches for' 5 ask
is 'TLS: is no server of ours' "$(jq -r .error.code "$OUT")" model-down
tls 127.0.0.1
sed -i 's#https://127.0.0.1#https://[::1]#' "$CLOUDOPS_CONFIG"
exits 'TLS: to where nobody listens' 5 ask

# ---- through a proxy, which is the configuration's alone

tls localhost "proxy: \"http://127.0.0.1:$port\""
exits 'proxy: a sentence is understood through it' 0 ask
is 'proxy: it was asked for the endpoint by name' "$(cat "$TMP/server/tunnels")" "localhost:$(cat "$TMP/server/tls")"
tls model.example "proxy: \"http://127.0.0.1:$port\""
exits 'proxy: one that does not let through' 5 ask
is 'proxy: has a code' "$(jq -r .error.code "$OUT")" model-down
tls localhost 'proxy: "http://127.0.0.1:1"'
exits 'proxy: one that is not there' 5 ask
is 'proxy: has that code, too' "$(jq -r .error.code "$OUT")" model-down
tls localhost
ask_by_variable() { https_proxy=http://127.0.0.1:$port HTTPS_PROXY=http://127.0.0.1:$port ALL_PROXY=http://127.0.0.1:$port ask; }
exits 'proxy: a variable names none' 0 ask_by_variable
is 'proxy: nobody was asked but by the configuration' "$(cut -d: -f1 "$TMP/server/tunnels" | uniq | xargs)" 'localhost model.example'

# ---- the same questions, by the vendors' clients

cache=${XDG_CACHE_HOME:-$home/.cache}/cloudops-tests/npm-model
if ! cmp -s "$peers/package.json" "$cache/installed.json"; then
	mkdir -p "$cache"
	cp "$peers/package.json" "$cache/package.json"
	(cd "$cache" && npm install --no-audit --no-fund --ignore-scripts --no-package-lock) >"$TMP/npm.log" 2>&1 &&
		cp "$peers/package.json" "$cache/installed.json"
fi
if cmp -s "$peers/package.json" "$cache/installed.json"; then
	jq '.body | fromjson | {system: .messages[0].content, text: .messages[1].content, name: .response_format.json_schema.name,
		schema: .response_format.json_schema.schema, model, tokens: .max_completion_tokens}' "$TMP/ours.openai" >"$TMP/question.json"
	for asked in $APIS default.anthropic default.openai default.google; do
		api=${asked#default.}
		jq --slurpfile ours "$TMP/ours.$asked" '($ours[0].body | fromjson) as $body | ($body.model // .model) as $model |
			.model = ($ours[0].path | capture("/models/(?<m>[^:]+)").m? // $model) |
			.effort = ($body.output_config.effort? // $body.reasoning_effort)' "$TMP/question.json" >"$TMP/question.$asked.json"
		exits "$asked: the vendor's client takes the stand-in for the real one" 0 node "$peers/sdk.mjs" "$cache/node_modules" "$port" "$api" "$TMP/question.$asked.json"
		is "$asked: and reads the same answer" "$(jq -c '[(.text | fromjson | .subject), .input, .output]' "$OUT")" '["disk",1000,100]'
		last_request >"$TMP/theirs.$asked"
		ok "$asked: our request and that of the vendor's client are equal" node "$peers/same.mjs" "$TMP/ours.$asked" "$TMP/theirs.$asked"
	done
elif [ "${CI-}" = true ]; then
	fail 'the vendors'\'' clients are installed' "$(cat "$TMP/npm.log")"
else
	skip 'the vendors'\'' clients' 'npm cannot install them here'
fi

# ---- what is asked

config openai ok
ask >/dev/null
is 'the prompt is the sentence, the clock and the vocabulary' "$(last_request | jq -c '.body | fromjson | .messages[1].content | fromjson')" \
	"{\"now\":\"$NOW\",\"utc_offset\":\"+00:00\",\"request\":\"$SENTENCE\"}"
printf 'environments: {secretplace: {hosts: [vault-99], aws: [{account: "123456789012", name: hush}]}}\n' >>"$CLOUDOPS_CONFIG"
ask >/dev/null
is 'and nothing of the inventory' "$(last_request | jq -r .body | grep -cE 'secretplace|vault-99|123456789012|hush')" 0

# ---- a model that is unwell

unwell() { # MODE CODE EXIT [SENTENCE]
	local mode=$1 code=$2 exit=$3
	config openai "$mode" 'timeout: 2s, fallback: none'
	sed -i 's/timeout: 5s, //' "$CLOUDOPS_CONFIG"
	exits "$mode: exit $exit" "$exit" ask
	is "$mode: the code is $code" "$(jq -r .error.code "$OUT")" "$code"
	config openai "$mode" 'timeout: 2s'
	sed -i 's/timeout: 5s, //' "$CLOUDOPS_CONFIG"
	exits "$mode: the parser answers when so configured" 0 ask
	is "$mode: and says why" "$(jq -c '.intent.parser | [.kind, .fallback]' "$OUT")" "[\"rules\",\"$code\"]"
}
unwell down model-down 5
unwell busy model-busy 5
unwell overloaded model-busy 5
unwell slow model-slow 5
unwell drip model-slow 5
unwell html model-answer 5
unwell big model-answer 5
unwell refusal model-refused 5
unwell truncated model-truncated 5
unwell cut model-down 5
unwell hangup model-down 5
unwell redirect model-request 5
unwell tells model-key 5
unwell echoes model-answer 5
unwell nosuchmode model-request 5
for text in 'Sure! Here is what you asked for.' 'Natürlich, die Festplatte ist voll.' '{"verb":"inspect"' '[]' \
	"${ANSWER/disk/warp-drive}" "${ANSWER/investigate/remediate}" "${ANSWER/local/moon}"; do
	answers "$text"
	unwell ok model-answer 5
done
answers '{"verb":"unclear","action":"","subject":"health","target":[],"parameters":[],"constraints":[],"since":"","until":""}'
config openai ok
exits 'a model that understands nothing says so, and that is its answer' 1 ask
is 'unclear' "$(jq -r .error.code "$OUT")" unclear
answers "$ANSWER"
port_ok=$port port=1
unwell ok model-down 5
port=$port_ok
config openai recovers
before=$(requests)
exits 'an overload that passes is waited for' 0 ask
is 'by a second try' "$(($(requests) - before)) $(jq -r .intent.parser.kind "$OUT")" '2 model'
config openai busy 'fallback: none'
before=$SECONDS
ask >/dev/null
like 'Retry-After is kept to' "$((SECONDS - before))" '^([2-9]|1[0-9])$'
config google tells 'fallback: none'
ask >"$OUT" 2>"$ERR"
like 'what the endpoint complains of is told' "$(jq -r .error.message "$OUT")" 'Incorrect API key provided: \[key\]'
is 'without raw bytes' "$(LC_ALL=C grep -c "$(printf '\033')" "$OUT" "$ERR" | cut -d: -f2 | paste -sd+)" 0+0

# ---- money

config openai ok 'fallback: none'
echo 'limits: {model: {tokens: 500}}' >>"$CLOUDOPS_CONFIG"
before=$(requests)
exits 'a question over the tokens of one is not asked' 1 ask
is 'and the code says so' "$(jq -r .error.code "$OUT") $(($(requests) - before))" 'model-budget 0'
config openai ok 'fallback: none'
echo 'limits: {model: {usd_per_day: "0.000010"}}' >>"$CLOUDOPS_CONFIG"
exits 'nor one over the budget of the day' 1 ask
is 'and that is the same code' "$(jq -r .error.code "$OUT") $(($(requests) - before))" 'model-budget 0'
printf 'model: {provider: openai, model: unheard-of, endpoint: "http://127.0.0.1:%s/ok", api_key_file: key, fallback: none}\n' "$port" >"$CLOUDOPS_CONFIG"
exits 'a model without a price is not asked' 3 ask
is 'with its code' "$(jq -r .error.code "$OUT") $(($(requests) - before))" 'model-price 0'

# ---- who is asked

config openai ok
exits '--parser rules asks no model' 0 co-intent -c --now $NOW --parser rules "$SENTENCE"
is 'none at all' "$(jq -r .intent.parser.kind "$OUT") $(($(requests) - before))" 'rules 0'
exits '--cross-check: both agree' 0 co-intent -c --now $NOW --cross-check "$SENTENCE"
is 'and it says so' "$(jq -c '.intent.parser | [.kind, .cost_usd]' "$OUT")" '["cross-check","0.000140"]'
answers "${ANSWER/disk/memory}"
exits '--cross-check: they differ' 1 co-intent -c --now $NOW --cross-check "$SENTENCE"
is 'and that is unclear' "$(jq -r '.error | .code + ": " + .message' "$OUT")" 'unclear: the parser and the model differ on the subject'
answers "$ANSWER"
printf '%s\n' "$SENTENCE" "$SENTENCE" "" "$SENTENCE" | co-intent -c --now $NOW --batch >"$OUT" 2>"$ERR"
is '--batch: one co-model answers them all' "$(jq -r .intent.parser.kind "$OUT" | paste -sd' ')" 'model model model'
rm "$CLOUDOPS_CONFIG" && touch "$CLOUDOPS_CONFIG" && echo '# nothing' >"$CLOUDOPS_CONFIG"
exits '--parser model without a model is wrong usage' 2 co-intent --parser model "$SENTENCE"

# ---- where the key comes from, and where it never goes

config openai ok 'fallback: none'
chmod 644 "$TMP/key"
exits 'a key that others may read is refused' 3 ask
like 'with what to do' "$(jq -r '.error | .code + .hint' "$OUT")" 'model-key.*chmod'
chmod 600 "$TMP/key"
sed -i 's/api_key_file: key/api_key_command: [sh, -c, "cat '"${TMP//\//\\/}"'\/key"]/' "$CLOUDOPS_CONFIG"
exits 'a command gives the key' 0 ask
sed -i 's/cat /false /' "$CLOUDOPS_CONFIG"
exits 'a command that fails gives none' 3 ask
config openai ok 'fallback: none'
sed -i 's/api_key_file: key, //' "$CLOUDOPS_CONFIG"
exits 'no key at all' 3 ask
like 'names the variable' "$(jq -r .error.message "$OUT")" OPENAI_API_KEY

# While a model is slow its processes can be looked at.
config openai slow 'fallback: none'
sed -i 's/api_key_file: key, //' "$CLOUDOPS_CONFIG"
OPENAI_API_KEY=$KEY strace -f -qq -s 300 -o "$TMP/trace" -e trace=process,socket,connect,sendto,sendmsg,write \
	co-intent -c --now $NOW "$SENTENCE" >"$TMP/slow.out" 2>"$TMP/slow.err" &
job=$!
await 60 sh -c "tail -n 1 '$TMP/server/requests' | grep -q '\"mode\":\"slow\"'"
pids=$(pgrep -f "$BIN/co-model|^co-intent" || :)
found=''
for pid in $pids; do
	tr '\0' '\n' <"/proc/$pid/environ" 2>/dev/null | grep -q "$KEY" && [ "$(cat "/proc/$pid/comm")" != strace ] && found+="environ of $(cat "/proc/$pid/comm"); "
	tr '\0' '\n' <"/proc/$pid/cmdline" 2>/dev/null | grep -q "$KEY" && found+="arguments of $(cat "/proc/$pid/comm"); "
done
ok 'while it waits there are processes to look at' test "$(wc -w <<<"$pids")" -ge 3
is 'the key is in no environment that is left, and in no argument' "$found" ''
wait "$job"
is 'the slow one says so' "$(jq -r .error.code "$TMP/slow.out")" model-slow
pid=$(awk '/execve\("[^"]*co-intent/ { print $1; exit }' "$TMP/trace")
is 'co-intent opens no socket and becomes no other program' "$(grep -E "^$pid +(socket|connect|execve)\(" "$TMP/trace" | grep -cv co-intent)" 0
ask_with_env() { OPENAI_API_KEY=$KEY ask; }
config openai tells 'fallback: none'
sed -i 's/api_key_file: key, //' "$CLOUDOPS_CONFIG"
ask_with_env >"$TMP/told.out" 2>"$TMP/told.err"
config openai ok
OPENAI_API_KEY=$KEY co-intent -c "$SENTENCE" 2>"$TMP/pipe.err" | co-plan 2>>"$TMP/pipe.err" | co-policy 2>>"$TMP/pipe.err" | co-exec 2>>"$TMP/pipe.err" | co-audit >"$TMP/pipe.out" 2>>"$TMP/pipe.err"
ok 'a whole pipe ran' jq -e '.execution.status' "$TMP/pipe.out"
is 'the key is in no output, error, log or state' \
	"$(grep -rlF "$KEY" "$TMP"/*.out "$TMP"/*.err "$XDG_STATE_HOME" 2>/dev/null)" ''
config openai slow
(ulimit -c unlimited; cd "$TMP" && exec timeout -s ABRT 3 "$MODEL" <<<"$(jq -nc '{system: "s", text: "t", name: "x", schema: {type: "object"}}')") >/dev/null 2>&1
is 'and there is no core' "$(find "$TMP" -maxdepth 1 -name 'core*')" ''

# ---- where it can go

config openai ok
exits 'co-model cannot make a socket' 1 "$MODEL" --sandbox-probe socket
exits 'nor connect one' 1 "$MODEL" --sandbox-probe connect
for act in read list write exec; do
	{ "$MODEL" --sandbox-probe $act; } >"$OUT" 2>"$ERR"
	like "nor $act" $? '^(1|159)$'
done
for act in socket connect; do
	co-intent --sandbox-probe $act >"$OUT" 2>"$ERR"
	like "co-intent with a model: no $act" $? '^(1|159)$'
done
# The only addresses in all of its system calls are those of the endpoint.
OPENAI_API_KEY=$KEY strace -f -qq -o "$TMP/trace" -e trace=connect "$MODEL" <<<"$(jq -nc '{system: "s", text: "t", name: "x", schema: {type: "object", properties: {}, required: [], additionalProperties: false}}')" >"$OUT" 2>"$ERR"
is 'its connections go to the endpoint alone' "$(grep -oE 'sin_port=htons\([0-9]+\), sin_addr=inet_addr\("[0-9.]+"\)' "$TMP/trace" | sort -u)" \
	"sin_port=htons($port), sin_addr=inet_addr(\"127.0.0.1\")"
is 'and got an answer' "$(jq -r '.model' "$OUT")" m-1
done_testing
