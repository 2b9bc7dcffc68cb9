# What the AWS playbooks share; see "Definitions" in co-playbook(5).
def more($n): (.[0:$n] | join(", ")) + (if length > $n then " and \(length - $n) more" else "" end);
def as_list: if type == "array" then . else [.] end;
# AWS tells times as ISO 8601 in some services and as seconds in others.
def time_of: if type == "number" then . else (sub("\\.[0-9]+"; "") | sub("\\+00:00$"; "Z") | fromdateiso8601) end;
def days_ago($now): ($now - time_of) / 86400 | floor;
def span_of: capture("^(?<n>[0-9]+)(?<u>[smhdw])$") | (.n | tonumber) * {s: 1, m: 60, h: 3600, d: 86400, w: 604800}[.u];
def thousands: if length > 3 then (.[:-3] | thousands) + "," + .[-3:] else . end;
def usd: (if . < 0 then "-" else "" end) + ((fabs * 100 | round) as $n | ($n / 100 | floor | tostring | thousands) + "." + ($n % 100 + 100 | tostring[1:]));
def usd_whole: round | (if . < 0 then "-" else "" end) + (fabs | tostring | thousands);
def size_of: if . >= 1e12 then "\(. / 1e11 | round / 10) TB" elif . >= 1e9 then "\(. / 1e8 | round / 10) GB" else "\(. / 1e6 | round) MB" end;
# Of a target: how a command and an ARN begin there.
def aws_cli($words): "aws " + $words + (if .profile then " --profile " + .profile else "" end) + (if .region then " --region " + .region else "" end);
def aws_arn($service; $rest): "arn:\(.partition // "aws"):\($service):\(.region // ""):\(.account // ""):\($rest)";
def tag_name: [.Tags[]? | select(.Key == "Name" and .Value != "") | .Value][0];
def with_name($id): $id + (tag_name | if . then " (" + . + ")" else "" end);
# Source ranges of a rule that are the internet, or so much of it that it makes no difference.
def from_anywhere: [.IpRanges[]?.CidrIp | select(. != null and test("/[0-7]$"))] + [.Ipv6Ranges[]?.CidrIpv6 | select(. != null and test("/([0-9]|1[0-6])$"))];
# Cost Explorer: whole days, [start, end). A window is rounded to days; the day that is not over yet does not count.
def day: strftime("%Y-%m-%d");
def day_time: strptime("%Y-%m-%d") | mktime;
def nearest_day: (time_of + 43200) / 86400 | floor * 86400;
def month_start: strftime("%Y-%m-01") | day_time;
def month_before: (month_start - 86400) | month_start;
def bill_period($window; $compare; $now): ($now / 86400 | floor * 86400) as $today
  | (if $window.since then $window.since | nearest_day else $now | month_start end) as $since
  | ([$today, (if $window.until then $window.until | nearest_day else $today end)] | min) as $until
  | (if $since < $until then {start: $since, end: $until} else {start: ($since | month_before), end: ($since | month_start)} end)
  | ((.end - .start) / 86400 | round) as $days
  | (if $compare.since and $since < $until then $compare.since | nearest_day elif .start == (.start | month_start) then .start | month_before else .start - $days * 86400 end) as $before
  | {start: (.start | day), end: (.end | day), before_start: ($before | day),
     before_end: ((if .start == (.start | month_start) and .end == (.end | month_start) and $before == (.start | month_before) then .start else [$before + $days * 86400, .start] | min end) | day),
     today: ($today | day), month_end: (($now | month_start) + 2851200 | month_start | day)};
def bill_rows: [.ResultsByTime[]? | .Groups[]? | {keys: .Keys, amount: (.Metrics.UnblendedCost.Amount // "0" | tonumber), quantity: (.Metrics.UsageQuantity.Amount // "0" | tonumber), unit: .Metrics.UnblendedCost.Unit}];
def bill_days: [.ResultsByTime[]?.TimePeriod] | select(length > 0) | {start: .[0].Start, end: .[-1].End};
def span_text: (.start | day_time) as $a | ((.end | day_time) - 86400) as $b
  | if $a == $b then $a | strftime("%-d %B") elif ($a | strftime("%B%Y")) == ($b | strftime("%B%Y")) then ($a | strftime("%-d")) + "-" + ($b | strftime("%-d %B"))
    else ($a | strftime("%-d %B")) + " to " + ($b | strftime("%-d %B")) end;
# A payer's bill holds those of its accounts: they are not counted twice.
def bills: map(select(.steps.now_usage != null and .steps.before_usage != null))
  | map({account: .target.account, seen: ([.steps.now_places | bill_rows[].keys[0]] | unique)}) as $seen
  | map(.target.account as $a | select(any($seen[]; .account != $a and (.seen | length) > 1 and (.seen | index($a))) | not));
# Of bills: what two steps add up to by a key of their rows: [{key, now, before, delta, used, used_before}], the largest growth first.
def compared($now; $before; key): ([.[] | .steps[$now] | bill_rows[] | {key: key, now: .amount, before: 0, used: .quantity, used_before: 0}]
    + [.[] | .steps[$before] | bill_rows[] | {key: key, now: 0, before: .amount, used: 0, used_before: .quantity}])
  | group_by(.key) | map({key: .[0].key, now: (map(.now) | add), before: (map(.before) | add), used: (map(.used) | add), used_before: (map(.used_before) | add)})
  | map(.delta = .now - .before) | sort_by(-.delta, .key);
def percent_more: if .before > 0.005 then (.now / .before - 1) * 100 | round | (if . >= 0 then "+" else "" end) + "\(.)%" else "new" end;
def signed_usd: (if . >= 0 then "+" else "" end) + usd;
def growth_of: {now: (map(.now) | add // 0), before: (map(.before) | add // 0)} | .delta = .now - .before | .percent = percent_more
  | .severity = (if .delta <= 0 or .now < 1 then "info" elif .before < 1 or .delta / .before >= 0.2 then "high" elif .delta / .before >= 0.05 then "medium" elif .delta / .before >= 0.01 then "low" else "info" end);
def bill_unit: [.[].steps.now_usage | bill_rows[].unit | select(. != null)][0] // "USD";
def account_names: [.[] | .steps.now_places.DimensionValueAttributes[]? | {key: .Value, value: (.Attributes.description // .Value)}] | from_entries;
# What this account itself paid for a unit last month: its usage types of a region that end like this, cost by quantity; null when it paid for none.
def paid($suffix): [.prices | bill_rows[] | select((.keys[0] == $suffix or (.keys[0] | endswith("-" + $suffix))) and .quantity > 0)] | select(length > 0) | (map(.amount) | add) / (map(.quantity) | add);
def volume_price($type): first(paid({gp2: "EBS:VolumeUsage.gp2", gp3: "EBS:VolumeUsage.gp3", io1: "EBS:VolumeUsage.piops", io2: "EBS:VolumeUsage.io2", st1: "EBS:VolumeUsage.st1", sc1: "EBS:VolumeUsage.sc1", standard: "EBS:VolumeUsage"}[$type // "standard"] // "?"), null);
def hour_price($suffix): first(paid($suffix), null) | if . then . * 730 else null end;
# Of things with "month", the money of a month or null: ", about 12.30 USD a month" and how it was computed.
def monthly: ([.[] | .month | select(. != null)] | add // 0) as $sum | if $sum >= 0.01 then ", about \($sum | usd) USD a month" else "" end;
def computed: [.[] | select(.month == null)] as $unknown | [.[] | select(.month != null)] as $known
  | if $known == [] then "what it costs is not known: nothing of the kind was on last month's bill, or the bill could not be seen"
    else "computed at what this account paid a unit last month" + (if $unknown != [] then "; no price is known for \($unknown | length) of them" else "" end) end;
def waste_severity: ([.[] | .month // 0] | add // 0) | if . >= 500 then "high" elif . >= 50 then "medium" else "low" end;
# CloudWatch: queries for one metric of many things, and their answers by thing.
def metric_queries($prefix; $space; $dimension; $metric; $stat; $period): to_entries
  | map({Id: "\($prefix)\(.key)", Label: "\($prefix)|\(.value)", MetricStat: {Metric: {Namespace: $space, MetricName: $metric, Dimensions: [{Name: $dimension, Value: .value}]}, Period: $period, Stat: $stat}});
def metric_values($prefix): [.MetricDataResults[]? | select((.Label // "" | startswith($prefix + "|")) and ((.Values // []) | length) > 0) | {key: (.Label | split("|")[1:] | join("|")), value: .Values}] | from_entries;
def since_or($window; $now; $seconds): if $window.since then $window.since else $now - $seconds | todate end;
def until_or($window; $now): if $window.until then $window.until else $now | todate end;
def metric_period($window; $now; $seconds): ((until_or($window; $now) | time_of) - (since_or($window; $now; $seconds) | time_of)) | if . <= 10800 then 60 elif . <= 86400 then 300 else 3600 end;
def is_meant($name): $name == null or . == $name;
