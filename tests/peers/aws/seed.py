# SPDX-License-Identifier: Apache-2.0
"""seed.py user NAME POLICY | role NAME POLICY [TRUST] | account REGION...: things in moto's account, by real API calls."""
import io
import json
import sys
import zipfile

import boto3
from botocore.config import Config

ACCOUNT = "123456789012"
TRUST = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}]}


def client(service, region="us-east-1"):
    return boto3.client(service, region_name=region, config=Config(retries={"max_attempts": 0}))


def make_user(name, policy):
    iam = client("iam")
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="test", PolicyDocument=policy)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    print(key["AccessKeyId"], key["SecretAccessKey"])


def make_role(name, policy, trust=""):
    iam = client("iam")
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust or json.dumps(TRUST))["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="test", PolicyDocument=policy)
    print(arn)


# ---- an account with one of many things

def seed_iam():
    iam = client("iam")
    for i in range(130):  # more than a page
        iam.create_user(UserName=f"person-{i:03}", Tags=[{"Key": "team", "Value": f"t{i % 3}"}])
    iam.create_access_key(UserName="person-001")
    iam.create_group(GroupName="admins")
    iam.add_user_to_group(GroupName="admins", UserName="person-001")
    everything = json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "*", "Resource": "*", "Sid": "Ünicode"}]})
    iam.put_user_policy(UserName="person-002", PolicyName="inline", PolicyDocument=everything)
    policy = iam.create_policy(PolicyName="everything", PolicyDocument=everything)["Policy"]["Arn"]
    iam.create_role(RoleName="worker", AssumeRolePolicyDocument=json.dumps(TRUST), Description="does <things> & more")
    iam.attach_role_policy(RoleName="worker", PolicyArn=policy)
    iam.attach_group_policy(GroupName="admins", PolicyArn=policy)
    iam.create_instance_profile(InstanceProfileName="profile")
    iam.add_role_to_instance_profile(InstanceProfileName="profile", RoleName="worker")
    iam.create_account_alias(AccountAlias="example-alias")
    iam.update_account_password_policy(MinimumPasswordLength=12)
    iam.create_login_profile(UserName="person-003", Password="Secret-Password-1")


def seed_ec2(region):
    ec2 = client("ec2", region)
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.1.1.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="web", Description="ports < 1024 & more", VpcId=vpc)["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[
        {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "all"}]},
        {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}])
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    instances = ec2.run_instances(ImageId=image, MinCount=4, MaxCount=4, SubnetId=subnet, SecurityGroupIds=[group],
                                  InstanceType="t3.micro")["Instances"]
    ec2.create_tags(Resources=[instances[0]["InstanceId"]], Tags=[{"Key": "Name", "Value": "web-1 & <co>"}])
    ec2.stop_instances(InstanceIds=[instances[1]["InstanceId"]])
    volume = ec2.create_volume(AvailabilityZone=region + "a", Size=8, VolumeType="gp2")["VolumeId"]
    ec2.create_snapshot(VolumeId=volume, Description="of a test")
    ec2.allocate_address(Domain="vpc")
    ec2.create_key_pair(KeyName="key")
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    ec2.create_route_table(VpcId=vpc)
    ec2.create_network_acl(VpcId=vpc)
    ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=f"com.amazonaws.{region}.s3")
    ec2.create_launch_template(LaunchTemplateName="template", LaunchTemplateData={"InstanceType": "t3.micro"})
    ec2.create_dhcp_options(DhcpConfigurations=[{"Key": "domain-name", "Values": ["example.com"]}])
    return vpc, subnet, group


def seed_network(region, vpc, subnet, group):
    elb = client("elbv2", region)
    ec2 = client("ec2", region)
    second = ec2.create_subnet(VpcId=vpc, CidrBlock="10.1.2.0/24", AvailabilityZone=region + "b")["Subnet"]["SubnetId"]
    balancer = elb.create_load_balancer(Name="web", Subnets=[subnet, second], SecurityGroups=[group])["LoadBalancers"][0]
    target = elb.create_target_group(Name="web", Protocol="HTTP", Port=80, VpcId=vpc)["TargetGroups"][0]["TargetGroupArn"]
    elb.create_listener(LoadBalancerArn=balancer["LoadBalancerArn"], Protocol="HTTP", Port=80,
                        DefaultActions=[{"Type": "forward", "TargetGroupArn": target}])
    scaling = client("autoscaling", region)
    scaling.create_launch_configuration(LaunchConfigurationName="l", ImageId="ami-12c6146b", InstanceType="t3.micro")
    scaling.create_auto_scaling_group(AutoScalingGroupName="g", LaunchConfigurationName="l", MinSize=0, MaxSize=2,
                                      VPCZoneIdentifier=subnet)
    client("rds", region).create_db_instance(
        DBInstanceIdentifier="orders", Engine="postgres", DBInstanceClass="db.t3.micro", AllocatedStorage=20,
        MasterUsername="root", MasterUserPassword="not-a-real-one", PubliclyAccessible=True)
    client("efs", region).create_file_system(CreationToken="t", Tags=[{"Key": "Name", "Value": "files"}])
    client("eks", region).create_cluster(name="main", version="1.30", roleArn=f"arn:aws:iam::{ACCOUNT}:role/worker",
                                         resourcesVpcConfig={"subnetIds": [subnet, second]})


def seed_data(region):
    dynamo = client("dynamodb", region)
    dynamo.create_table(TableName="orders", BillingMode="PAY_PER_REQUEST", KeySchema=[
        {"AttributeName": "id", "KeyType": "HASH"}], AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}])
    dynamo.put_item(TableName="orders", Item={"id": {"S": "1"}, "n": {"N": "0.10"}, "b": {"B": b"\x00\xff"}})
    sqs = client("sqs", region)
    for i in range(3):
        sqs.create_queue(QueueName=f"queue-{i}")
    sns = client("sns", region)
    topic = sns.create_topic(Name="alerts")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="someone@example.com")
    client("kinesis", region).create_stream(StreamName="s", ShardCount=1)
    key = client("kms", region).create_key(Description="of a test")["KeyMetadata"]["KeyId"]
    client("kms", region).create_alias(AliasName="alias/test", TargetKeyId=key)
    client("secretsmanager", region).create_secret(Name="db", SecretString="canary-of-a-secret")
    ssm = client("ssm", region)
    for i in range(60):
        ssm.put_parameter(Name=f"/app/p{i:02}", Value=str(i), Type="String")
    client("ecr", region).create_repository(repositoryName="app")
    client("glue", region).create_database(DatabaseInput={"Name": "lake"})
    client("athena", region).create_work_group(Name="w")


def seed_watching(region):
    logs = client("logs", region)
    for i in range(120):
        logs.create_log_group(logGroupName=f"/app/{i:03}")
    logs.put_retention_policy(logGroupName="/app/001", retentionInDays=7)
    watch = client("cloudwatch", region)
    for i in range(3):
        watch.put_metric_alarm(AlarmName=f"a{i}", MetricName="CPUUtilization", Namespace="AWS/EC2", Statistic="Average",
                               Period=300, EvaluationPeriods=1, Threshold=80.5, ComparisonOperator="GreaterThanThreshold")
    watch.put_metric_data(Namespace="app", MetricData=[{"MetricName": "m", "Value": 0.1, "Unit": "Count"}])
    client("events", region).put_rule(Name="nightly", ScheduleExpression="rate(1 day)")
    client("s3", "us-east-1").create_bucket(Bucket=f"trail-{region}")
    client("cloudtrail", region).create_trail(Name="main", S3BucketName=f"trail-{region}", IsMultiRegionTrail=True)
    client("guardduty", region).create_detector(Enable=True)
    config = client("config", region)
    config.put_configuration_recorder(ConfigurationRecorder={"name": "default", "roleARN": f"arn:aws:iam::{ACCOUNT}:role/worker"})
    client("acm", region).request_certificate(DomainName="example.com")
    client("backup", region).create_backup_vault(BackupVaultName="vault")


def seed_compute(region):
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("f.py", "def f(e, c): return e\n")
    client("lambda", region).create_function(
        FunctionName="f", Runtime="python3.11", Role=f"arn:aws:iam::{ACCOUNT}:role/worker", Handler="f.f",
        Code={"ZipFile": code.getvalue()}, Environment={"Variables": {"A": "1"}})
    ecs = client("ecs", region)
    ecs.create_cluster(clusterName="main")
    ecs.register_task_definition(family="app", containerDefinitions=[{"name": "c", "image": "nginx", "memory": 64}])
    ecs.create_service(cluster="main", serviceName="web", taskDefinition="app", desiredCount=1)
    client("stepfunctions", region).create_state_machine(
        name="m", definition='{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}',
        roleArn=f"arn:aws:iam::{ACCOUNT}:role/worker")
    client("cloudformation", region).create_stack(StackName="s", TemplateBody=json.dumps(
        {"Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "from-stack"}}}}))


def seed_global():
    s3 = client("s3")
    s3.create_bucket(Bucket="plain")
    s3.create_bucket(Bucket="open")
    s3.put_bucket_policy(Bucket="open", Policy=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::open/*"}]}))
    s3.put_bucket_tagging(Bucket="plain", Tagging={"TagSet": [{"Key": "team", "Value": "a&b"}]})
    for key in ("a", "a b/c", "é+ü", "x=1&y", "dir/"):
        s3.put_object(Bucket="plain", Key=key, Body=b"content")
    zone = client("route53").create_hosted_zone(Name="example.com", CallerReference="1")["HostedZone"]["Id"]
    client("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": [
        {"Action": "CREATE", "ResourceRecordSet": {"Name": "www.example.com", "Type": "A", "TTL": 60,
                                                   "ResourceRecords": [{"Value": "192.0.2.1"}]}}]})
    client("organizations").create_organization(FeatureSet="ALL")
    client("budgets").create_budget(AccountId=ACCOUNT, Budget={
        "BudgetName": "month", "BudgetType": "COST", "TimeUnit": "MONTHLY", "BudgetLimit": {"Amount": "100", "Unit": "USD"}})


def seed_account(*regions):
    seed_iam()
    seed_global()
    for region in regions:
        seed_network(region, *seed_ec2(region))
        seed_data(region)
        seed_watching(region)
        seed_compute(region)


if __name__ == "__main__":
    {"user": make_user, "role": make_role, "account": seed_account}[sys.argv[1]](*sys.argv[2:])
