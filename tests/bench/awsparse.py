#!/usr/bin/env python3
"""awsparse.py FILE ROUNDS: writes a 5 MB answer of ec2 DescribeInstances, and prints botocore's median CPU time for it in ms."""
import datetime
import random
import statistics
import sys
import time

import botocore.session
from botocore import parsers
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model


def instance(r, i):
    return {
        "InstanceId": f"i-{i:017x}", "ImageId": "ami-0abcdef1234567890", "InstanceType": "m5.large", "KeyName": "ops",
        "State": {"Code": 16, "Name": "running"}, "PrivateDnsName": f"ip-10-0-{i % 256}-7.ec2.internal", "AmiLaunchIndex": i,
        "LaunchTime": datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc), "EbsOptimized": r.random() < 0.5,
        "Placement": {"AvailabilityZone": "eu-west-1a", "Tenancy": "default", "GroupName": ""}, "Monitoring": {"State": "disabled"},
        "SubnetId": "subnet-0123456789abcdef0", "VpcId": "vpc-0123456789abcdef0", "Architecture": "x86_64", "RootDeviceName": "/dev/xvda",
        "BlockDeviceMappings": [{"DeviceName": d, "Ebs": {"VolumeId": f"vol-{i:017x}", "Status": "attached", "DeleteOnTermination": True}}
                                for d in ("/dev/xvda", "/dev/xvdb")],
        "SecurityGroups": [{"GroupId": f"sg-{n}", "GroupName": f"group <{n}>"} for n in range(3)],
        "NetworkInterfaces": [{"NetworkInterfaceId": f"eni-{i:017x}", "Status": "in-use", "SourceDestCheck": True,
                               "Attachment": {"AttachmentId": "eni-attach-1", "DeviceIndex": 0, "Status": "attached"},
                               "PrivateIpAddresses": [{"PrivateIpAddress": f"10.0.0.{i % 256}", "Primary": True}]}],
        "Tags": [{"Key": k, "Value": f"{k} & {i}"} for k in ("Name", "team", "environment", "cost-centre")],
        "MetadataOptions": {"State": "applied", "HttpTokens": "required", "HttpPutResponseHopLimit": 2, "HttpEndpoint": "enabled"},
        "CpuOptions": {"CoreCount": 1, "ThreadsPerCore": 2}, "VirtualizationType": "hvm", "Hypervisor": "xen",
    }


def body(size):
    r = random.Random(1)
    operation = get_service_model("ec2").operation_model("DescribeInstances")

    def of(n):
        reservations = [{"ReservationId": f"r-{i}", "OwnerId": "123456789012", "Instances": [instance(r, i)]} for i in range(n)]
        text = get_serializer_class("ec2", "ec2")(operation_model=operation).serialize({"Reservations": reservations})["body"]
        return text.encode() if isinstance(text, str) else text

    return of(int(size / (len(of(20)) / 20)))


def main():
    made = body(5_000_000)
    with open(sys.argv[1], "wb") as f:
        f.write(made)
    factory = parsers.ResponseParserFactory()
    factory.set_parser_defaults(timestamp_parser=lambda x: x, blob_parser=lambda x: x)
    shape = botocore.session.get_session().get_service_model("ec2").operation_model("DescribeInstances").output_shape
    times = []
    for _ in range(int(sys.argv[2])):
        before = time.process_time()
        factory.create_parser("ec2").parse({"status_code": 200, "headers": {}, "body": made}, shape)
        times.append((time.process_time() - before) * 1000)
    print(f"{statistics.median(times):.2f}")


main()
