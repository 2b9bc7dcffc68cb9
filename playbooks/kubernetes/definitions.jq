# What the Kubernetes playbooks share. A name, a message or a line of a log is somebody else's text: it is clipped to
# one line here, and shown as evidence, never read as anything else.
# Fails on what could not be read, so that a line or a rule about it says nothing rather than "none".
def items: .items[];
def plural($n; $word): if $n == 1 then "1 \($word)" else "\($n) \($word)s" end;
def clip($n): tostring | gsub("[[:cntrl:]]+"; " ") | if length > $n then .[0:$n - 3] + "..." else . end;
def some_of($n): (map(clip(160))[0:$n] | join(", ")) + (if length > $n then " and \(length - $n) more" else "" end);

# Times: "2026-11-23T06:00:00Z", with or without a fraction.
def seconds: sub("\\.[0-9]+Z$"; "Z") | fromdate;
def ago: $now - seconds | if . < 0 then 0 else . end;
def span: if . >= 172800 then "\(. / 86400 | floor) days" elif . >= 7200 then "\(. / 3600 | floor) hours"
  elif . >= 120 then "\(. / 60 | floor) minutes" else "\(floor) s" end;

# Quantities: "250m", "1.5", "64Mi", "129e6". Null stays null.
def quantity:
  if . == null then null
  else tostring | capture("^(?<n>[0-9.]+)(?<u>.*)$") | .u as $u
    | ({"": 1, n: 0.000000001, u: 0.000001, m: 0.001, k: 1000, M: 1000000, G: 1000000000, T: 1000000000000, P: 1000000000000000,
        Ki: 1024, Mi: 1048576, Gi: 1073741824, Ti: 1099511627776, Pi: 1125899906842624}[$u]) as $unit
    | if $unit then (.n | tonumber) * $unit else (.n + $u | tonumber) end
  end;
def cores: if . >= 10 then "\(round)" elif . >= 1 then "\(. * 10 | round / 10)" else "\(. * 1000 | round)m" end;
def size: if . >= 1073741824 then "\(. / 107374182.4 | round / 10) GiB" else "\(. / 1048576 | round) MiB" end;

# What to try next as a limit: twice of it.
def twice_cpu: "\(. * 2000 | ceil)m";
def twice_memory: "\(. / 524288 | ceil)Mi";

# What stands behind a service: how many of its endpoints are up and down, from its slices, or an Endpoints object of an older recording.
# A pod has one in each family of addresses; one that is about to end is neither. Those without a port are only up where the service has none.
def endpoint_name: if .targetRef then "\(.targetRef.kind)/\(.targetRef.name)" else .addresses[0]? // .ip end;
def endpoints: [$steps.endpoints | items | {namespace: .metadata.namespace, name: (.metadata.labels["kubernetes.io/service-name"] // .metadata.name), it: .}]
  | group_by([.namespace, .name])[] | {namespace: .[0].namespace, name: .[0].name,
    up: [.[].it | (.subsets[]? | .addresses[]?), (select((.ports // []) != []) | .endpoints[]? | select(.conditions.ready != false)) | endpoint_name] | unique | length,
    portless: [.[].it | select((.ports // []) == []) | .endpoints[]? | select(.conditions.ready != false) | endpoint_name] | unique | length,
    down: [.[].it | (.subsets[]? | .notReadyAddresses[]?), (.endpoints[]? | select(.conditions.ready == false and .conditions.terminating != true)) | endpoint_name] | unique | length};
def up_behind($service): if ($service.spec.ports // []) == [] then .up + .portless else .up end;

# Words of a command that somebody may paste into a shell.
def word: tostring | if test("^[A-Za-z0-9._/@:=,-]+$") then . else gsub("[[:cntrl:]]+"; "?") | @sh end;
def kubectl: "kubectl" + (if ($target.context // "") == "" then "" else " --context \($target.context | word)" end);
def kubectl($namespace): kubectl + (if $namespace == null then "" else " -n \($namespace | word)" end);

# What a pod belongs to, for people: the Deployment, not the ReplicaSet; the CronJob, not the Job.
def workload:
  ([(.metadata.ownerReferences // [])[] | select(.controller)][0]) as $owner
  | (.metadata.labels["pod-template-hash"] // null) as $hash
  | .metadata.namespace as $namespace
  | (if $owner == null or $owner.kind == "Node" then {kind: "Pod", name: .metadata.name} # a node owns its static pods
     elif $owner.kind == "ReplicaSet" and $hash != null and ($owner.name | endswith("-" + $hash))
     then {kind: "Deployment", name: $owner.name[0:-1 - ($hash | length)], through: "ReplicaSet/\($owner.name)"}
     elif $owner.kind == "Job" and ($owner.name | test("-[0-9]{8,10}$"))
     then {kind: "CronJob", name: ($owner.name | sub("-[0-9]{8,10}$"; "")), through: "Job/\($owner.name)"}
     else {kind: $owner.kind, name: $owner.name} end)
  | . + {namespace: $namespace};
def path: "\(.kind)/\(if .namespace then .namespace + "/" else "" end)\(.name)";
def called: "\(.kind) \(if .namespace then .namespace + "/" else "" end)\(.name)";
def kubectl_name: "\(.kind | ascii_downcase)/\(.name)" | word;
def chain: # of a pod
  (workload) as $w | if $w.kind == "Pod" then "Pod \(.metadata.name), \(if .metadata.ownerReferences then "a static pod of node \(.spec.nodeName)" else "which nothing owns" end)"
  else "Pod \(.metadata.name)" + (if $w.through then " -> " + ($w.through | sub("/"; " ")) else "" end) + " -> \($w.kind) \($w.name)" end;

# Only what was asked for: $params.name names a workload or one of its pods.
def asked: select($params.name == null or .metadata.name == $params.name or workload.name == $params.name);
def alive: select(.metadata.deletionTimestamp == null and .status.phase != "Succeeded" and .status.phase != "Failed");
def ready: any((.status.conditions // [])[]; .type == "Ready" and .status == "True");
def containers: (.spec.initContainers // [])[], (.spec.containers // [])[];
def container_statuses: (.status.initContainerStatuses // [])[], (.status.containerStatuses // [])[];
def condition($type): [(.status.conditions // [])[] | select(.type == $type)][0];

# Events of core/v1 and what newer servers make of them.
def event_time: .lastTimestamp // .series.lastObservedTime // .eventTime // .metadata.creationTimestamp;
def event_count: .count // .series.count // 1;
def about($kind; $namespace; $name): select(.involvedObject | .kind == $kind and (.namespace // null) == $namespace and .name == $name);

# How bad it is for those who use a workload: how many of its pods there are, and how many are ready.
def key: {kind, name, namespace};
# Of an object that events speak of: a ReplicaSet by the Deployment whose hash its name ends in (none of its letters is a vowel).
def creator: key | if .kind == "ReplicaSet" and (.name | test("-[b-df-hj-np-tv-xz2456789]{5,10}$"))
  then {kind: "Deployment", name: (.name | sub("-[^-]+$"; "")), namespace} else . end;
def census($pods): [$pods[] | alive | {key: (workload | path), ready: ready}] | group_by(.key)
  | map({key: .[0].key, value: {pods: length, ready: (map(select(.ready)) | length)}}) | from_entries;
def none_ready($census): ($census[path] // {ready: 0}).ready == 0;
def readiness($census): ($census[path] // {pods: 0, ready: 0}) | "\(.ready) of \(plural(.pods; "pod")) ready";

# Crashing containers, grouped: the same container of the same workload that ends in the same way is one thing.
def crashing: $steps.pods | items | asked | alive | . as $pod | container_statuses
  | select(.state.waiting.reason == "CrashLoopBackOff" or (.state.terminated != null and .restartCount > 2 and .state.terminated.exitCode != 0))
  | {pod: $pod, container: .name, restarts: .restartCount, last: (.lastState.terminated // .state.terminated // {}), workload: ($pod | workload | key)};
def crash_groups: [crashing] | group_by([.workload, .container, .last.reason, .last.exitCode])
  | map({workload: .[0].workload, container: .[0].container, pod: .[0].pod, last: .[0].last, restarts: (map(.restarts) | max), pods: map(.pod.metadata.name)})
  | sort_by(-(.pods | length))[];
def crash_samples($n): [crash_groups | {namespace: .pod.metadata.namespace, pod: .pod.metadata.name, container}][0:$n][];
def log_text: (.lines // []) | join("\n");
def exit_words($last):
  if $last.exitCode == null then "ended"
  else "ended with code \($last.exitCode)" + (if ($last.reason // "Error") == "Error" then "" else " (\($last.reason | clip(40)))" end) end
  + (if $last.exitCode == 0 then ", as if its work were done" elif $last.exitCode == 139 then ", a segmentation fault"
     elif $last.exitCode == 134 then ", an abort" elif $last.exitCode == 143 then ", told to end" else "" end);

# The line of a log that says most: the last that matches, else the last of all.
def log_line($log; $pattern): [$log | split("\n")[] | select(test("\\S"))] | ([.[] | select(test($pattern; "i"))][-1]) // .[-1];
def log_has($log; $pattern): $log | test($pattern; "i");
def crash_class($last; $log; $probe):
  def quoted($pattern): {source: "its log", quote: (log_line($log; $pattern) // null | if . then clip(200) else . end)};
  "no such host|name resolution|connection refused|econnrefused|could not connect|cannot connect|connect: |dial tcp|i/o timeout|deadline exceeded|no route to host|unreachable|connection timed out" as $dependency
  | "no such file|not set|missing (required )?(env|config|key|setting|variable)|required (env|variable|setting|key|flag)|invalid (config|value|argument|option)|unknown (flag|option)|cannot parse|parse error|yaml:|unmarshal|permission denied|password authentication failed|access denied" as $config
  | "panic:|traceback|exception|fatal|segfault|assert|error" as $bug
  | if $last.reason == "OOMKilled" then
      {title: "it is killed for using more memory than its limit", next: "raise resources.limits.memory or find the leak (kubernetes-oom looks closer)"} + {source: null, quote: null}
    elif $probe != null then {title: "its liveness or startup probe fails", source: "the probe", quote: $probe, next: "check the probe's path, port and timeouts against how long the start takes"}
    elif $last.exitCode == 126 or $last.exitCode == 127 or $last.reason == "StartError" or $last.reason == "ContainerCannotRun" then
      {title: "its command cannot be run", source: "the runtime", quote: (($last.message // "") | if . == "" then null else clip(200) end), next: "correct command, args or the image"}
    elif log_has($log; $dependency) then {title: "something that it depends on cannot be reached", next: "check that what the line names runs, and that DNS and network policies let it through"} + quoted($dependency)
    elif log_has($log; $config) then {title: "its configuration is wrong", next: "correct its environment, ConfigMap, Secret or arguments"} + quoted($config)
    elif $last.exitCode == 0 then {title: "its program ends although it should go on", next: "run it in the foreground, or make it a Job"} + quoted("$^")
    elif log_has($log; $bug) then {title: "its program fails", next: "read the whole log, and what was deployed last (kubernetes-what-changed)"} + quoted($bug)
    else {title: "its program ends", next: "read the whole log, and what was deployed last (kubernetes-what-changed)"} + quoted("$^") end;

# "; pods: 2 CrashLoopBackOff, 1 ImagePullBackOff": why those of a workload are not ready, as far as their containers say.
def not_ready_words($pods; $owner): [$pods[] | alive | select((workload | key) == $owner and (ready | not))
    | ([container_statuses | .state.waiting.reason // empty][0]) // (if (condition("PodScheduled") | .status) == "False" then "Unschedulable" else "not ready" end)]
  | group_by(.) | map("\(length) \(.[0] | clip(60))") | if length == 0 then "" else "; pods: " + join(", ") end;

# Whether labels are chosen by a label selector.
def selected($s): . as $labels | all(($s.matchLabels // {}) | to_entries[]; $labels[.key] == .value)
  and all(($s.matchExpressions // [])[]; $labels[.key] as $value | .values as $values
    | if .operator == "In" then ($values // []) | index($value) != null elif .operator == "NotIn" then ($values // []) | index($value) == null
      elif .operator == "Exists" then $value != null else $value == null end);

# Workloads without a single pod wanted, whose pods a service would choose.
def stopped_behind: .spec.selector as $selector | .metadata.namespace as $namespace
  | [([$steps.deployments, "Deployment"], [$steps.statefulsets, "StatefulSet"]) as [$list, $kind] | $list | select(. != null) | items
     | select(.metadata.namespace == $namespace and .spec.replicas == 0 and (.spec.template.metadata.labels // {} | selected({matchLabels: ($selector // {})})))
     | {kind: $kind, name: .metadata.name, namespace: $namespace}];

# Every backend of every ingress, of networking.k8s.io/v1 and v1beta1.
def ingress_backends: [$steps.ingresses | items | select($params.name == null or .metadata.name == $params.name) | .metadata as $m
  | ((.spec.defaultBackend // .spec.backend // empty | {host: "", path: "(default)", backend: .}),
     (.spec.rules[]? | (.host // "") as $host | .http.paths[]? | {host: $host, path: (.path // "/"), backend}))
  | {namespace: $m.namespace, ingress: $m.name, host, path, service: (.backend.service.name // .backend.serviceName),
     port: (.backend.service.port.number // .backend.service.port.name // .backend.servicePort)}
  | select(.service != null)];

# Autoscalers of autoscaling/v2 and v1, which keeps conditions in an annotation.
def autoscalers: $steps.autoscalers | items | select($params.name == null or .metadata.name == $params.name or .spec.scaleTargetRef.name == $params.name)
  | {age: (.metadata.creationTimestamp | ago), name: .metadata.name, namespace: .metadata.namespace, target: .spec.scaleTargetRef, min: (.spec.minReplicas // 1), max: .spec.maxReplicas, current: (.status.currentReplicas // 0),
     conditions: ((.status.conditions // ((.metadata.annotations["autoscaling.alpha.kubernetes.io/conditions"] // "[]") | fromjson)) | map({key: .type, value: .}) | from_entries),
     load: (if .status.currentCPUUtilizationPercentage then ": cpu \(.status.currentCPUUtilizationPercentage)% of its requests, wanted \(.spec.targetCPUUtilizationPercentage // 80)%"
            else ([.status.currentMetrics[]? | .resource // empty | "\(.name) \(.current.averageUtilization // .current.averageValue)"] | if . == [] then "" else ": " + join(", ") end) end)};

# Failed jobs: those of one cron job are one thing, and none when a later run went well.
def failed_jobs: [$steps.jobs | items | select($params.name == null or .metadata.name == $params.name or workload.name == $params.name)
    | . as $job | condition("Failed") as $failed | (if workload.kind == "Job" or workload.kind == "Pod" then {kind: "Job", name: .metadata.name, namespace: .metadata.namespace} else workload | key end) as $workload
    | {job: .metadata.name, workload: $workload, at: ($failed.lastTransitionTime // .status.completionTime // .metadata.creationTimestamp),
       failed: ($failed.status == "True"), done: ((condition("Complete") | .status) == "True"), reason: $failed.reason, message: $failed.message}]
  | group_by(.workload) | map(sort_by(.at) | select(any(.[]; .failed)) | (map(select(.failed or .done)) | .[-1]) as $last | select($last.failed)
    | map(select(.failed)) | {count: length, again: (length > 1)} + .[-1]) | sort_by(.again | not)[]
  | . as $f | . + {pod: ([$steps.pods | select(. != null) | items | select(.metadata.namespace == $f.workload.namespace and any((.metadata.ownerReferences // [])[]; .kind == "Job" and .name == $f.job))
      | . as $pod | (.status.containerStatuses // [])[] | (.state.terminated // .lastState.terminated) as $ended | select($ended != null and $ended.exitCode != 0)
      | {namespace: $pod.metadata.namespace, name: $pod.metadata.name, container: .name, ended: $ended}][-1])};

# A label selector in words.
def selector_words: ([(.matchLabels // {}) | to_entries[] | "\(.key)=\(.value)"] + [(.matchExpressions // [])[] | "\(.key) \(.operator) \((.values // []) | join("|"))"])
  | if . == [] then "(everything)" else join(", ") end | clip(160);
def allows_dns: (.ports // []) as $ports | $ports == [] or any($ports[]; .port == null or (.port | tostring | test("^(53|dns|dns-tcp|5353)$")) or (.endPort != null and (.port | numbers) <= 53 and .endPort >= 53));

# When the certificates of a PEM text end, in seconds. Validity in DER is two times in a row: 17 0d, then YYMMDDHHMMSSZ,
# or 18 0f with four digits for the year. There is no other place of a certificate where two of them touch.
def base64_bytes: ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/" | explode | to_entries | map({key: (.value | tostring), value: .key}) | from_entries) as $value
  | [explode[] | $value[tostring] // empty] as $six
  | [range(0; ($six | length) - 1) | . as $i | ($i % 4) as $place
     | if $place == 0 then $six[$i] * 4 + ($six[$i + 1] / 16 | floor) elif $place == 1 then ($six[$i] % 16) * 16 + ($six[$i + 1] / 4 | floor)
       elif $place == 2 then ($six[$i] % 4) * 64 + $six[$i + 1] else empty end];
def asn1_time($at): . as $b | (if $b[$at] == 23 and $b[$at + 1] == 13 then 13 elif $b[$at] == 24 and $b[$at + 1] == 15 then 15 else null end) as $n
  | if $n == null then null else ($b[$at + 2:$at + 2 + $n] | implode) as $t
    | if $t | test("^[0-9]+Z$") then {next: ($at + 2 + $n), time: (if $n == 15 then $t elif $t[0:2] < "50" then "20" + $t else "19" + $t end | strptime("%Y%m%d%H%M%SZ") | mktime)} else null end end;
def der_end: . as $b | first(range(0; length) | select($b[.] == 23 or $b[.] == 24) | . as $i | ($b | asn1_time($i)) as $begin | select($begin != null) | ($b | asn1_time($begin.next)) as $over | select($over != null) | $over.time);
def pem_ends: split("-----BEGIN CERTIFICATE-----")[1:][] | split("-----END")[0] | base64_bytes | der_end;
def bundle_ends: @base64d | pem_ends;

# Rollouts of deployments by the creation of their ReplicaSets: what the newest has that the one before had not.
def window_begin: if ($params.since // "") == "" then $now - 86400 else $params.since | seconds end;
def template_words($old; $new):
  ([$new.spec.template | containers | {key: .name, value: .}] | from_entries) as $n | ([$old.spec.template | containers | {key: .name, value: .}] | from_entries) as $o
  | [($n | keys_unsorted[]) as $name | $n[$name] as $a | $o[$name] as $b
     | if $b == null then "container \($name) is new"
       else (if $a.image != $b.image then "image \($b.image | clip(80)) -> \($a.image | clip(80))" else empty end),
            (if $a.resources != $b.resources then "resources \(($b.resources // {}) | tojson | clip(80)) -> \(($a.resources // {}) | tojson | clip(80))" else empty end),
            (if $a.env != $b.env or $a.envFrom != $b.envFrom then "environment of \($name)" else empty end),
            (if $a.command != $b.command or $a.args != $b.args then "command of \($name)" else empty end),
            (if $a.livenessProbe != $b.livenessProbe or $a.readinessProbe != $b.readinessProbe then "probes of \($name)" else empty end) end]
    + [($o | keys_unsorted[]) | select($n[.] == null) | "container \(.) is gone"]
    + (if ($new.spec.template.metadata.annotations["kubectl.kubernetes.io/restartedAt"]) != ($old.spec.template.metadata.annotations["kubectl.kubernetes.io/restartedAt"]) then ["a restart was asked for"] else [] end)
  | some_of(4);
def recent_rollouts($begin): ([$steps.deployments | select(. != null) | items | {key: "\(.metadata.namespace)/\(.metadata.name)", value: .}] | from_entries) as $deployments
  | [$steps.replicasets | select(. != null) | items | ([(.metadata.ownerReferences // [])[] | select(.controller and .kind == "Deployment")][0].name) as $name | select($name != null and ($params.name == null or $name == $params.name)) | {key: "\(.metadata.namespace)/\($name)", set: .}]
  | [group_by(.key)[] | .[0].key as $key | map(.set) | sort_by((.metadata.annotations["deployment.kubernetes.io/revision"] // "0") | tonumber) | .[-1] as $new | .[-2] as $old
     | select($old != null) | $deployments[$key] as $d
     # Going back makes no ReplicaSet: the time is then the condition's.
     | ([$new.metadata.creationTimestamp, ($d | select($new.metadata.creationTimestamp < $old.metadata.creationTimestamp) | condition("Progressing") | .lastUpdateTime // empty)] | max) as $at
     | select(($at | seconds) >= $begin)
     | {workload: {kind: "Deployment", name: ($key | split("/")[1]), namespace: $new.metadata.namespace}, at: $at, revision: ($new.metadata.annotations["deployment.kubernetes.io/revision"] // "?"), words: template_words($old; $new),
        cause: (($new.metadata.annotations["kubernetes.io/change-cause"] // null) | if . then ", \"\(clip(120))\"" else "" end),
        state: "\($d.status.updatedReplicas // 0) of \($d.spec.replicas // 1) updated, \($d.status.availableReplicas // 0) available"}]
  | sort_by(.at) | reverse[];

# The pods that an audit is about: those of the system need what others should not have.
def containers_of($spec): [$spec | (.initContainers // [])[], (.containers // [])[]];
def of_system: test("^(kube-(system|public|node-lease|flannel)|gke-.*|gmp-system|openshift-.*|calico-.*|tigera-operator|cilium-.*|metallb-system|longhorn-system|rook-ceph)$");
def audited_pods: $steps.pods | items | asked | alive | select($params.system or (.metadata.namespace | of_system | not));

# Who has which rules: one grant a subject of a binding. What a cluster is born with (its bootstrapping label) is left out.
def grants:
  ([$steps.clusterroles | items | {key: .metadata.name, value: .rules}] | from_entries) as $cluster
  | ([$steps.roles | select(. != null) | items | {key: "\(.metadata.namespace)/\(.metadata.name)", value: .rules}] | from_entries) as $local
  | [([$steps.clusterbindings, "cluster"], [$steps.bindings, "local"]) as [$list, $from] | $list | select(. != null) | items | . as $b
     | select((.metadata.labels["kubernetes.io/bootstrapping"] // "") == "" or any(.subjects[]?; .name | . == "system:anonymous"))
     | (if $from == "local" then .metadata.namespace else null end) as $namespace
     | .subjects[]? | {subject: (. + (if .kind == "ServiceAccount" then {namespace: (.namespace // $namespace)} else {} end)), role: $b.roleRef.name, binding: $b.metadata.name, namespace: $namespace,
        binding_kind: (if $namespace then "rolebinding" else "clusterrolebinding" end), where: (if $namespace then "in namespace \($namespace)" else "in the whole cluster" end),
        resource: (if $namespace then "RoleBinding/\($namespace)/\($b.metadata.name)" else "ClusterRoleBinding/\($b.metadata.name)" end),
        rules: ((if $b.roleRef.kind == "ClusterRole" then $cluster[$b.roleRef.name] else $local["\($namespace)/\($b.roleRef.name)"] end) // [])}];
def subject_words: .subject | if .kind == "ServiceAccount" then "service account \(.namespace)/\(.name | clip(100))" else "\(.kind | ascii_downcase) \(.name | clip(100))" end;
def subject_user: .subject | if .kind == "ServiceAccount" then "system:serviceaccount:\(.namespace):\(.name)" elif .kind == "Group" then "someone --as-group=\(.name)" else .name end;
def rules_words: [.rules[] | "\((.verbs // []) | join("|")) \((.resources // .nonResourceURLs // []) | join("|"))"] | some_of(4) | clip(200);
def has($list; $word): ($list // []) | (index($word) != null or index("*") != null);
def all_powers: any(.rules[]; has(.verbs; "*") and has(.resources; "*") and has(.apiGroups; "*") and ((.resourceNames // []) == []));
def powers($g): [$g.rules[] | select((.resourceNames // []) == []) | . as $r
  | (if has(.verbs; "get") and has(.resources; "secrets") or (has(.verbs; "list") and has(.resources; "secrets")) then "reads secrets" else empty end),
    (if has(.verbs; "create") and has(.resources; "pods") and has(.apiGroups; "") then "makes pods" else empty end),
    (if has(.verbs; "create") and (has(.resources; "pods/exec") or has(.resources; "pods/attach")) then "runs commands in pods" else empty end),
    (if (has(.verbs; "escalate") or has(.verbs; "bind")) and (has(.resources; "clusterroles") or has(.resources; "roles")) then "may bind or raise roles" else empty end),
    (if has(.verbs; "impersonate") and (has(.resources; "users") or has(.resources; "groups") or has(.resources; "serviceaccounts")) then "may act as others" else empty end),
    (if has(.verbs; "create") and (has(.resources; "serviceaccounts/token")) then "makes tokens of service accounts" else empty end),
    (if (has(.verbs; "create") or has(.verbs; "patch") or has(.verbs; "update")) and (has(.resources; "rolebindings") or has(.resources; "clusterrolebindings")) then "writes bindings" else empty end),
    (if has(.verbs; "patch") and has(.resources; "nodes") then "changes nodes" else empty end),
    (if (has(.verbs; "create") or has(.verbs; "update") or has(.verbs; "patch")) and (has(.resources; "mutatingwebhookconfigurations") or has(.resources; "validatingwebhookconfigurations")) then "writes admission webhooks" else empty end)] | unique;

# Workloads by their templates, and those of which a container lacks something, as one thing.
def hygiene_workloads: ([$steps.deployments, "Deployment"], [$steps.statefulsets, "StatefulSet"], [$steps.daemonsets, "DaemonSet"]) as [$list, $kind] | $list | select(. != null) | items
  | select(($params.name == null or .metadata.name == $params.name) and ($params.system or (.metadata.namespace | of_system | not)))
  | {kind: $kind, name: .metadata.name, namespace: .metadata.namespace,
     replicas: (.spec.replicas // 1), labels: (.spec.template.metadata.labels // {}), own_labels: (.metadata.labels // {}), containers: (.spec.template.spec.containers // [])}
  | select(.replicas > 0);
def lacking_of($workloads; cond): [$workloads[] | select(any(.containers[]; cond))] | select(length > 0)
  | {count: plural(length; "workload"), names: (map(called) | some_of(6)), first: .[0]};
def lacking(cond): lacking_of([hygiene_workloads]; cond);

# A further label matcher of a Prometheus query.
def of_namespace: if $params.namespace then ",namespace=\"\($params.namespace)\"" else "" end;

# Use of a container against its requests and limits, from metrics.k8s.io.
def hungry_containers($what):
  ([$steps.pods | items | asked | alive | . as $pod | .spec.containers[] | {key: "\($pod.metadata.namespace)/\($pod.metadata.name)/\(.name)", value: {pod: $pod, resources: (.resources // {})}}] | from_entries) as $known
  | $steps.usage | select(. != null) | items | .metadata as $m | .containers[]? | .name as $container | $known["\($m.namespace)/\($m.name)/\($container)"] as $k | select($k != null)
  | {workload: ($k.pod | workload | key), pod: $m.name, container: $container, used: (.usage[$what] | quantity), request: ($k.resources.requests[$what] | quantity), limit: ($k.resources.limits[$what] | quantity)};
def change_before($rollouts): path as $path | [$rollouts[] | select((.workload | path) == $path)][0]
  | if . == null then "" else "; \(.at | ago | span) ago it was rolled out: \(if .words == "" then "its template was changed" else .words end) (revision \(.revision))" end;
