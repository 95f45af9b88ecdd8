/** What an update changes in the stacks of kept-plans.txt, and why: all of it in place. The release notes tell users the same. */
export const changedOnPurpose: readonly { readonly what: RegExp; readonly why: string }[] = [
    {
        what: /^kubernetes:\S+ inputs\.metadata\.labels(\.pulumi-stack|\["app\.kubernetes\.io\/(managed-by|part-of)"\])?$/,
        why: "project, stack and manager are told by every Kubernetes object, and each namespace enforces a level of Pod Security",
    },
    {
        what: /^azure-native:\S+ inputs\.(agentPoolProfiles\[system\]\.)?tags\.managed-by$/,
        why: "project, stack and manager are told alike on all clouds",
    },
    {
        what: /^digitalocean:index\/kubernetes\w+:\w+ inputs\.(nodePool\.)?tags$/,
        why: "project, stack and manager are told alike on all clouds",
    },
    {
        what: /^(azure-native:dns:RecordSet|digitalocean:index\/dnsRecord:DnsRecord|gcp:dns\/recordSet:RecordSet) inputs\.ttl$/,
        why: "clients follow a load balancer's new address after a minute: dns.ttlSeconds, default 60",
    },
    {
        what: /^kubernetes:apps\/v1:Deployment inputs\.spec\.template\.spec\.containers\[haproxy\]\.resources\.requests\.(cpu|memory)$/,
        why: "HAProxy pods reserve what was measured, so that they fit the nodes",
    },
    {
        what: /^kubernetes:core\/v1:ConfigMap inputs\.data\["(haproxy\.cfg|certificate-renewal\.lua)"\]$/,
        why: "comments were reworded; HAProxy pods share the keys of session tickets, so that devices resume TLS sessions at any of them",
    },
    {
        what: /^kubernetes:core\/v1:ConfigMap inputs\.data\["session-tickets\.lua"\]$/,
        why: "new: the keys of session tickets",
    },
    {
        what: /^kubernetes:apps\/v1:Deployment inputs\.spec\.template\.metadata\.annotations\["vernemq\.io\/config-checksum"\]$/,
        why: "follows from haproxy.cfg",
    },
    {
        what: /^aws:lb\/loadBalancer:LoadBalancer options\.replaceOnChanges$/,
        why: "a preview shows a replacement while the subnets are not known; subnets that stay replace nothing",
    },
    {
        what: /^aws:eks\/addon:Addon dependencies/,
        why: "the EBS CSI driver waits for the policy of its cluster's volumes",
    },
    {
        what: /^aws:eks\/cluster:Cluster inputs\.upgradePolicy$/,
        why: "extended support is a setting now; what AWS does by default is written out",
    },
    {
        what: /^pulumi:pulumi:Stack outputs\.edge$/,
        why: "renamed, now: terminates TLS",
    },
    {
        what: /^kubernetes:monitoring\.coreos\.com\/v1:PrometheusRule inputs\.spec\.groups\[vernemq-certificate\]\.rules$/,
        why: "new: alerts for a certificate that is not issued and an issuer that fails",
    },
    {
        what: /^gcp:compute\/securityPolicy:SecurityPolicy inputs\.rules\[\]\.description$/,
        why: "the last rule's description was reworded",
    },
    {
        what: /^kubernetes:core\/v1:ConfigMap inputs\.data\["vernemq\.json"\]$/,
        why: "renamed on the dashboard, now: no subscriber",
    },
    {
        what: /^kubernetes:(monitoring\.coreos\.com\/v1:PrometheusRule inputs\.spec\.groups\[[\w-]+\]\.rules\[\]\.annotations\.(summary|description|runbook_url)|core\/v1:ConfigMap inputs\.data\["vernemq\.rules\.yaml"\])$/,
        why: "alerts were reworded (timeout, valid, no subscriber), and runbooks moved to docs/guides/",
    },
];

/** What an update deletes: nothing that holds data or serves devices. */
export const deletedOnPurpose: readonly { readonly what: RegExp; readonly why: string }[] = [
    {
        what: /::vernemq-cluster-pod-addons-aws-ebs-csi-driver-iam-AmazonEBSCSIDriverPolicy is deleted$/,
        why: "the EBS CSI driver may manage the cluster's volumes, not all of the account",
    },
];
