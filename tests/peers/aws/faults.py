# SPDX-License-Identifier: Apache-2.0
"""faults.py REGION [tidy]: an account in which something of every kind is wrong (or nothing is), by real API calls to moto."""
import json
import os
import sys
import urllib.request
from datetime import datetime, timedelta, timezone

from seed import ACCOUNT, client

ALL = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})


def network(region):
    ec2 = client("ec2", region)
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    subnets = [s["SubnetId"] for s in ec2.describe_subnets()["Subnets"]][:2]
    group = ec2.create_security_group(GroupName="bastion", Description="d", VpcId=vpc)["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[
        {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}])
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    ids = [i["InstanceId"] for i in ec2.run_instances(ImageId=image, MinCount=2, MaxCount=2, SubnetId=subnets[0], SecurityGroupIds=[group],
                                                      InstanceType="t3.micro")["Instances"]]
    address = ec2.allocate_address(Domain="vpc")
    ec2.associate_address(InstanceId=ids[0], AllocationId=address["AllocationId"])
    ec2.stop_instances(InstanceIds=ids[1:])
    ec2.create_volume(AvailabilityZone=region + "a", Size=100, VolumeType="gp2")
    ec2.allocate_address(Domain="vpc")
    elb = client("elbv2", region)
    balancer = elb.create_load_balancer(Name="edge", Subnets=subnets)["LoadBalancers"][0]["LoadBalancerArn"]
    target = elb.create_target_group(Name="shop", Protocol="HTTP", Port=80, VpcId=vpc)["TargetGroups"][0]["TargetGroupArn"]
    elb.create_listener(LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=[{"Type": "forward", "TargetGroupArn": target}])
    return "/".join(balancer.split("/")[1:])


def data(region):
    s3 = client("s3", "us-east-1")
    for name in ("lark-brochures", "lark-ledger"):
        s3.create_bucket(Bucket=name)
    s3.put_bucket_acl(Bucket="lark-brochures", ACL="public-read")
    s3.put_public_access_block(Bucket="lark-ledger", PublicAccessBlockConfiguration={
        "BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": True})
    client("rds", region).create_db_instance(
        DBInstanceIdentifier="orders", Engine="postgres", DBInstanceClass="db.t3.micro", AllocatedStorage=20, MasterUsername="root",
        MasterUserPassword="not-a-real-one", PubliclyAccessible=True, BackupRetentionPeriod=0, StorageEncrypted=False)
    client("efs", region).create_file_system(CreationToken="t", Encrypted=False)
    client("kms", region).create_key(Description="ledger")
    client("secretsmanager", region).create_secret(Name="db", SecretString="canary-of-a-secret")
    logs = client("logs", region)
    logs.create_log_group(logGroupName="/app/for-ever")
    logs.create_log_group(logGroupName="/app/for-a-week")
    logs.put_retention_policy(logGroupName="/app/for-a-week", retentionInDays=7)


def people():
    iam = client("iam")
    for name in ("nora", "svc-exporter"):
        iam.create_user(UserName=name)
    iam.create_login_profile(UserName="nora", Password="Not-A-Real-One-1")
    iam.attach_user_policy(UserName="nora", PolicyArn=iam.create_policy(PolicyName="platform", PolicyDocument=ALL)["Policy"]["Arn"])
    iam.create_access_key(UserName="svc-exporter")
    iam.create_role(RoleName="partner", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}))


def watching(region, balancer):
    client("s3", "us-east-1").create_bucket(Bucket="lark-trail")
    trails = client("cloudtrail", region)
    trails.create_trail(Name="main", S3BucketName="lark-trail", IsMultiRegionTrail=False)
    trails.start_logging(Name="main")
    trails.stop_logging(Name="main")
    watch = client("cloudwatch", region)
    watch.put_metric_alarm(AlarmName="orders-cpu", MetricName="CPUUtilization", Namespace="AWS/RDS", Statistic="Average", Period=300,
                           EvaluationPeriods=1, Threshold=80.5, ComparisonOperator="GreaterThanThreshold")
    watch.set_alarm_state(AlarmName="orders-cpu", StateValue="ALARM", StateReason="Threshold Crossed")
    at = datetime.now(timezone.utc) - timedelta(minutes=20)

    def put(space, dimension, value, **metrics):
        watch.put_metric_data(Namespace=space, MetricData=[{"MetricName": n, "Value": v, "Timestamp": at, "Dimensions": [
            {"Name": dimension, "Value": value}]} for n, v in metrics.items()])
    put("AWS/Lambda", "FunctionName", "vat-check", Invocations=100.0, Errors=40.0)
    put("AWS/ApplicationELB", "LoadBalancer", balancer, RequestCount=1000.0, HTTPCode_ELB_5XX_Count=300.0)
    put("AWS/RDS", "DBInstanceIdentifier", "orders", FreeStorageSpace=4e8, CPUUtilization=98.0)


def containers(region):
    ecs = client("ecs", region)
    ecs.create_cluster(clusterName="shop")
    task = ecs.register_task_definition(family="web", containerDefinitions=[{"name": "app", "image": "app", "memory": 64}])
    ecs.create_service(cluster="shop", serviceName="web", desiredCount=2, taskDefinition=task["taskDefinition"]["taskDefinitionArn"])


def bill():
    """Answers of Cost Explorer in the order in which they are asked for: moto gives them back as they are."""
    def of(keys, amount):
        return {"ResultsByTime": [{"TimePeriod": {"Start": "2026-11-01", "End": "2026-11-02"}, "Groups": [
            {"Keys": keys, "Metrics": {"UnblendedCost": {"Amount": amount, "Unit": "USD"}, "UsageQuantity": {"Amount": "10", "Unit": "N/A"}}}]}]}
    body = {"account_id": ACCOUNT, "region": "us-east-1", "results": [of(["Amazon EC2", "BoxUsage"], "200.0")] * 9}
    urllib.request.urlopen(urllib.request.Request(f"{os.environ['AWS_ENDPOINT_URL']}/moto-api/static/ce/cost-and-usage-results",
                                                  json.dumps(body).encode(), {"Content-Type": "application/json"}))


def tidy(region):
    """What nobody could complain about, but for the root user's second factor, which moto cannot have."""
    client("s3", "us-east-1").create_bucket(Bucket="lark-trail")
    trails = client("cloudtrail", region)
    trails.create_trail(Name="main", S3BucketName="lark-trail", IsMultiRegionTrail=True, EnableLogFileValidation=True)
    trails.start_logging(Name="main")
    config = client("config", region)
    config.put_configuration_recorder(ConfigurationRecorder={"name": "default", "roleARN": f"arn:aws:iam::{ACCOUNT}:role/r"})
    config.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": "lark-trail"})
    config.start_configuration_recorder(ConfigurationRecorderName="default")
    client("guardduty", region).create_detector(Enable=True)
    ec2 = client("ec2", region)
    ec2.enable_ebs_encryption_by_default()
    vpcs = [v["VpcId"] for v in ec2.describe_vpcs()["Vpcs"]]
    ec2.create_flow_logs(ResourceType="VPC", ResourceIds=vpcs, TrafficType="REJECT", LogDestinationType="s3", LogDestination="arn:aws:s3:::lark-trail")
    client("s3", "us-east-1").put_public_access_block(Bucket="lark-trail", PublicAccessBlockConfiguration={
        "BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": True})


if __name__ == "__main__":
    if sys.argv[2:] == ["tidy"]:
        tidy(sys.argv[1])
        sys.exit()
    balancer = network(sys.argv[1])
    data(sys.argv[1])
    people()
    watching(sys.argv[1], balancer)
    containers(sys.argv[1])
    bill()
