# What the Prometheus playbooks share; see "Definitions" in co-playbook(5).
def more($n): (.[0:$n] | join(", ")) + (if length > $n then " and \(length - $n) more" else "" end);
def plural($n; $one): "\($n) \($one)\(if $n == 1 then "" else "s" end)";
def seconds: capture("^(?<day>[^.Z+]+?)(\\.[0-9]+)?(Z|(?<sign>[+-])(?<h>[0-9]{2}):(?<m>[0-9]{2}))$")
  | ((.day + "Z") | fromdate) - (if .sign then (if .sign == "-" then -1 else 1 end) * ((.h | tonumber) * 3600 + (.m | tonumber) * 60) else 0 end);
def lasting: if . < 120 then "\(. | floor) s" elif . < 7200 then "\(. / 60 | floor) min" elif . < 172800 then "\(. / 3600 | floor) h" else "\(. / 86400 | floor) days" end;
def number: tonumber? // null;
def about($name): $name == null or any(.[]?; tostring | ascii_downcase | contains($name | ascii_downcase));
# Alerts by what they are named, the labels that they share, and how grave they call themselves.
def shared: (.[0] // {}) as $first | reduce .[1:][] as $one ($first; with_entries(select($one[.key] == .value)));
def spelled: to_entries | map("\(.key)=\(.value)") | join(" ");
def gravity: (. // "") | ascii_downcase
  | if test("crit|page|emerg|disaster|fatal|sev-?[01]|^p[01]$") then "high" elif test("warn|minor|sev-?[23]|^p[23]$|average") then "medium" elif test("info|none|low|debug") then "low" else "medium" end;
def by_design: . == "Watchdog" or . == "DeadMansSwitch" or . == "InfoInhibitor";
# A vector as objects {labels, value}; what is no number is left out.
def samples: [.result[]? | {labels: (.metric | del(.__name__)), value: (.value[1] | number)} | select(.value != null and (.value | isnan | not) and (.value | isinfinite | not))];
def at($vector; $labels): [$vector[] | select(.labels == $labels) | .value][0];
def who: [.namespace // .destination_service_namespace // empty, .service // .app // .destination_service_name // .ingress // .job // "all"] | join("/");
def hundredths: . * 100 | round / 100;
