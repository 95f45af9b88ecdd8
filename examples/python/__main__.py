"""VerneMQ on the cluster of the machine's kubeconfig. First: pulumi package add ../../plugin"""

import pulumi
import pulumi_vernemq as vernemq

mqtt = vernemq.VerneMq(
    "mqtt",
    host="mqtt.example.com",
    issuer_name="letsencrypt",
    image_repository="registry.example.com/vernemq",
    image_tag="2.1.2",
    users=[{"name": "device"}],
    volume_gi_b=50,
)

pulumi.export("endpoints", mqtt.endpoints)
pulumi.export("address", mqtt.address)
pulumi.export("passwords", mqtt.passwords)
