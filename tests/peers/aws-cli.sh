#!/usr/bin/env bash
# timeout: 3600
# The real aws CLI and co-exec, side by side: a slice by default, as the CLI needs a second for each; make aws-cli asks everything in two
# regions. AWS_CLI_SERVICES narrows it (""; all), AWS_CLI_REGIONS are where, AWS_CLI_LEAST is how many outputs must have been compared.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/peers/aws/lib.sh"

missing=$(aws_missing)
python3 -c 'import awscli.clidriver' 2>/dev/null || missing=${missing:-"no aws CLI for $(command -v python3)"}
if [ -n "$missing" ]; then
	skip 'co-exec answers as the aws CLI does' "$missing"
	done_testing
	exit
fi
export AWS_MAX_ATTEMPTS=1 # what moto does not know ends in a 501
export AWS_CLI_SERVICES=${AWS_CLI_SERVICES-"iam elbv2 sns kms ssm dynamodb ecs lambda"} AWS_CLI_LEAST=${AWS_CLI_LEAST-60}
start_front
# shellcheck disable=SC2086 # a list
seed ${AWS_CLI_REGIONS:-eu-west-1} || { echo "Bail out! the account cannot be filled"; exit 1; }
# shellcheck disable=SC2086
python3 "$AWS_HERE/cli.py" "$BIN/co-exec" "$TOP/lib/catalog/aws" ${AWS_CLI_REGIONS:-eu-west-1}
