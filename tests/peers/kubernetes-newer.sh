#!/usr/bin/env bash
# timeout: 280
# The client's tests once more, on a server of today where somebody has put one (tests/peers/kubernetes/lib.sh says where);
# `make kubernetes` runs all of a cluster's tests on each version that is there.
KUBERNETES=1.32 exec "$(dirname "$0")/kubernetes-client.sh"
