import type { Rule } from "../provider";
import { entryAt, isMatch, rule } from "../rules";

const annotations =
    "https://github.com/digitalocean/digitalocean-cloud-controller-manager/blob/v0.1.68/docs/controllers/services/annotations.md";
const controller =
    "https://github.com/digitalocean/digitalocean-cloud-controller-manager/blob/v0.1.68/cloud-controller-manager/do/loadbalancers.go";
const prefix = "service.beta.kubernetes.io/do-loadbalancer-";

function annotation(name: string, text: string, source: string, pattern: RegExp): Rule {
    return rule(`metadata.annotations.${prefix}${name}`, text, source, ({ inputs }) => {
        const value = entryAt(inputs, "metadata.annotations", `${prefix}${name}`);
        return value === undefined || isMatch(value, pattern);
    });
}

/** What DigitalOcean's cloud controller manager refuses of a Service. */
export const digitaloceanServiceRules: readonly Rule[] = [
    annotation("type", "REGIONAL or REGIONAL_NETWORK", controller, /^REGIONAL(_NETWORK)?$/),
    annotation("network", "EXTERNAL or INTERNAL", controller, /^(EXTERNAL|INTERNAL)$/),
    annotation("protocol", "one of tcp, http, https, http2, http3", annotations, /^(tcp|https?|http[23])$/),
    annotation("enable-proxy-protocol", 'the text "true" or "false"', annotations, /^(true|false)$/),
    annotation(
        "size-unit",
        "a number of nodes from 1 to 200, as text",
        "https://docs.digitalocean.com/products/networking/load-balancers/how-to/scale/",
        /^([1-9]\d?|1\d\d|200)$/,
    ),
    annotation(
        "name",
        "at most 255 letters, digits, dots and hyphens that start with a letter or digit and do not end with a hyphen",
        annotations,
        /^[a-zA-Z0-9]([a-zA-Z0-9.-]{0,253}[a-zA-Z0-9.])?$/,
    ),
];
