# What the Kubernetes playbooks share.
def plural($n; $word): if $n == 1 then "1 \($word)" else "\($n) \($word)s" end;
