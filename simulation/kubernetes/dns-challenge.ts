import { jsonIn } from "../../components/common/json";
import { at, listAt, type Properties, type SimulatedResource, type World } from "../provider";
import { ofType } from "../rules";

/** The TXT record by which an ACME server is shown that a name is yours (RFC 8555 section 8.4), and the solver that writes it. */
export interface Challenge {
    /** Its full name, `_acme-challenge.mqtt.example.com`. */
    readonly record: string;
    /** The DNS service, as `dns01` of a solver calls it. */
    readonly service: string;
    readonly solver: unknown;
}

/** Whether a solver is for a name: https://cert-manager.io/docs/configuration/acme/#adding-multiple-solver-types. */
export function isCovered(host: unknown, solver: unknown): boolean {
    const names = listAt(solver, "selector.dnsNames");
    const zones = listAt(solver, "selector.dnsZones");
    return (
        names.length + zones.length === 0 ||
        names.includes(host) ||
        zones.some((zone) => String(host).endsWith(`.${String(zone)}`))
    );
}

/** The challenges of a certificate's names. One for a wildcard is that of the name below it. */
export function challengesOf(certificate: SimulatedResource, solvers: readonly unknown[]): readonly Challenge[] {
    return listAt(certificate.inputs, "spec.dnsNames").flatMap((host) => {
        const found = solvers.find((solver) => isCovered(host, solver));
        const [entry] = Object.entries((at(found, "dns01") ?? {}) as Record<string, unknown>);
        return entry === undefined
            ? []
            : [
                  {
                      record: `_acme-challenge.${String(host).replace(/^\*\./, "")}`,
                      service: entry[0],
                      solver: entry[1],
                  },
              ];
    });
}

/**
 * Why a challenge fails, in cert-manager's words, or undefined where its record is there and found: the record is written only by who may
 * write that very record, and found only in the zone that the name is looked up in.
 */
export function challengeFault(challenge: Challenge, world: World): string | undefined {
    const { record, service, solver } = challenge;
    const hasCredentials = JSON.stringify(solver).includes("SecretRef");
    if (!hasCredentials && permissions[service]?.(challenge, world) === false) {
        return `the challenge is not presented: ${service} refuses access to the zone for record ${record} (AccessDenied)`;
    }
    const domain = domainOf(challenge, world);
    return domain === undefined || record.endsWith(`.${domain}`)
        ? undefined
        : `Waiting for DNS-01 challenge propagation: DNS record for "${record}" not yet propagated: zone ${domain} is not the one that it is looked up in`;
}

/** The domain of the zone that a record is written to: its name, or what a zone of the world says; undefined where only the cloud knows it. */
function domainOf({ service, solver }: Challenge, world: World): string | undefined {
    if (service === "azureDNS") {
        return String(at(solver, "hostedZoneName"));
    }
    const zone = zones[service];
    const found = zone && ofType(world, zone.type).find(({ inputs }) => zone.isOf(inputs, solver));
    const name = zone && found?.inputs[zone.domain];
    return typeof name === "string" ? name.replace(/\.$/, "") : undefined;
}

/** Zones that the simulated cloud holds, by service: how a solver names one, and where it says its domain. */
const zones: Readonly<
    Record<
        string,
        {
            readonly type: string;
            readonly isOf: (zone: Properties, solver: unknown) => boolean;
            readonly domain: string;
        }
    >
> = {
    route53: {
        type: "aws:route53/zone:Zone",
        isOf: ({ zoneId }, solver) => zoneId === at(solver, "hostedZoneID"),
        domain: "name",
    },
    cloudDNS: {
        type: "gcp:dns/managedZone:ManagedZone",
        isOf: ({ name }, solver) => name === at(solver, "hostedZoneName"),
        domain: "dnsName",
    },
};

const pods = ["cert-manager", "cert-manager"] as const;

/** By service: whether cert-manager's pods have, in this world, the right to write this record to this zone. */
const permissions: Readonly<Record<string, (challenge: Challenge, world: World) => boolean>> = {
    route53: ({ record, solver }, world) =>
        ofType(world, "aws:eks/podIdentityAssociation:PodIdentityAssociation").some(
            ({ inputs }) => inputs["namespace"] === pods[0] && inputs["serviceAccount"] === pods[1],
        ) &&
        ofType(world, "aws:iam/rolePolicy:RolePolicy")
            .flatMap(({ inputs }) => listAt(jsonIn(inputs["policy"]), "Statement"))
            .some((statement) => allowsRecord(statement, record, `hostedzone/${String(at(solver, "hostedZoneID"))}`)),
    azureDNS: ({ solver }, world) =>
        ofType(world, "azure-native:managedidentity:FederatedIdentityCredential").some(
            ({ inputs }) => inputs["subject"] === `system:serviceaccount:${pods.join(":")}`,
        ) &&
        ofType(world, "azure-native:authorization:RoleAssignment").some(({ inputs }) =>
            String(inputs["scope"]).endsWith(
                `/resourceGroups/${String(at(solver, "resourceGroupName"))}/providers/Microsoft.Network/dnsZones/${String(at(solver, "hostedZoneName"))}`,
            ),
        ),
    cloudDNS: ({ solver }, world) =>
        ofType(world, "gcp:serviceaccount/iAMMember:IAMMember").some(({ inputs }) =>
            String(inputs["member"]).endsWith(`.svc.id.goog[${pods.join("/")}]`),
        ) &&
        ofType(world, "gcp:dns/dnsManagedZoneIamMember:DnsManagedZoneIamMember").some(
            ({ inputs }) => inputs["managedZone"] === at(solver, "hostedZoneName"),
        ),
};

/** https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/specifying-conditions-route53.html: without a condition all records. */
function allowsRecord(statement: unknown, record: string, zone: string): boolean {
    const condition = at(statement, "Condition.ForAllValues:StringEquals") as Record<string, unknown> | undefined;
    const allows = (key: string, value: string) => {
        const values = condition?.[`route53:ChangeResourceRecordSets${key}`];
        return values === undefined || [values].flat().includes(value);
    };
    return (
        [at(statement, "Action")].flat().includes("route53:ChangeResourceRecordSets") &&
        String(at(statement, "Resource")).endsWith(zone) &&
        allows("RecordTypes", "TXT") &&
        allows("NormalizedRecordNames", record)
    );
}
