#!/usr/bin/env bash
# The protocols of AWS against botocore (see aws-oracle.py): the services that playbooks use most, and all of what is quick.
# ORACLE=all, or make oracle: every operation of every service, 100 s of CPU.
# timeout: 1200
. "$(dirname "$0")/../tap.sh"

services=ec2,s3,s3control,iam,sts,lambda,dynamodb,cloudwatch,logs,kinesis,rds,route53,cloudfront,sqs,eks,ecs,elbv2,autoscaling
services+=,cloudtrail,config,guardduty,securityhub,ce,budgets,organizations,kms,secretsmanager,ssm,glacier,apigateway,cloudformation
[ "${ORACLE-}" = all ] && services=

if ! python3 -c 'import botocore, moto.core.serialize' 2>/dev/null; then
	skip 'the protocols of AWS' 'no botocore and moto here'
else
	for part in responses requests errors expressions pages waiters; do
		ok "$part" python3 "$TOP/tests/peers/aws-oracle.py" "$BIN/tests/extra/awswire" "$BIN/catalog/aws.apis" "$part" ${services:+--only $services}
		sed 's/^/# /' "$OUT"
	done
fi
done_testing
