import assert from "node:assert/strict";
import { BlockList } from "node:net";
import * as fc from "fast-check";
import {
    addressAfter,
    isInside,
    isIpv4Network,
    isOpenToAll,
    keepsNobodyOut,
    overlaps,
    parseAddress,
    parseNetwork,
    parseRange,
    subnetOf,
} from "../../../components/common/addresses";

/** Prefixes and the addresses that they leave: the table of RFC 4632, section 3.1. */
const sizes = [
    [0, 4_294_967_296],
    [1, 2_147_483_648],
    [2, 1_073_741_824],
    [4, 268_435_456],
    [8, 16_777_216],
    [12, 1_048_576],
    [16, 65_536],
    [19, 8192],
    [20, 4096],
    [22, 1024],
    [24, 256],
    [28, 16],
    [30, 4],
    [31, 2],
    [32, 1],
] as const;

/** Special networks with their first and last addresses: RFC 5735, section 3 and 4. */
const specialNetworks = [
    ["10.0.0.0/8", "10.0.0.0", "10.255.255.255"],
    ["127.0.0.0/8", "127.0.0.0", "127.255.255.255"],
    ["169.254.0.0/16", "169.254.0.0", "169.254.255.255"],
    ["172.16.0.0/12", "172.16.0.0", "172.31.255.255"],
    ["192.0.2.0/24", "192.0.2.0", "192.0.2.255"],
    ["192.168.0.0/16", "192.168.0.0", "192.168.255.255"],
    ["198.18.0.0/15", "198.18.0.0", "198.19.255.255"],
    ["198.51.100.0/24", "198.51.100.0", "198.51.100.255"],
    ["224.0.0.0/4", "224.0.0.0", "239.255.255.255"],
    ["240.0.0.0/4", "240.0.0.0", "255.255.255.255"],
    ["2001:db8::/32", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"],
    ["fe80::/10", "fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
] as const;

/** What inet_aton, some browsers or a careless reader would take for an address. */
const notNetworks = [
    "10.0.0.0",
    "10.0.0.0/33",
    "10.0.0.0/-1",
    "10.0.0.0/08",
    "10.0.0.0/",
    "/8",
    "10.0.0/8",
    "10/8",
    "10.0.0.256/24",
    "010.0.0.0/8",
    "10.0.00.0/8",
    "0x0a.0.0.0/8",
    "167772160/8",
    "10.0.0.0/8/8",
    " 10.0.0.0/8",
    "10.0.0.0/8\n",
    "10.0.0.0/255.0.0.0",
    "2001:db8::/129",
    "2001:db8::1::/64",
    "fe80::1%eth0/64",
    "::ffff:192.0.02.1/128",
    "0.0.0.0-255.255.255.255",
    "",
    undefined,
    10,
];

const ipv4Networks = fc
    .tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 }))
    .map(([address, prefix]) => `${address}/${prefix}`);

describe("addresses", () => {
    it("gives a network as many addresses as RFC 4632 does", () => {
        for (const [prefix, size] of sizes) {
            const network = parseNetwork(`0.0.0.0/${prefix}`);
            assert.ok(network !== undefined);
            assert.equal(Number(network.last - network.first) + 1, size, `/${prefix}`);
            assert.equal(network.prefix, prefix);
        }
    });

    it("begins and ends the special networks where RFC 5735 does", () => {
        for (const [cidr, first, last] of specialNetworks) {
            const network = parseNetwork(cidr);
            assert.deepEqual(
                [network?.first, network?.last],
                [parseAddress(first)?.first, parseAddress(last)?.first],
                cidr,
            );
        }
    });

    it("refuses what is no network, octets with leading zeros among it", () => {
        for (const text of notNetworks) {
            assert.equal(parseNetwork(text), undefined, String(text));
        }
        assert.equal(parseAddress("192.0.2.01"), undefined);
        assert.equal(parseAddress("192.0.2.1/32"), undefined);
    });

    it("tells a network that is written with another address than its first", () => {
        assert.equal(isIpv4Network("10.0.0.0/16"), true);
        assert.equal(isIpv4Network("10.0.0.1/16"), false);
        assert.equal(isIpv4Network("2001:db8::/32"), false);
        assert.equal(parseNetwork("10.0.3.7/22")?.first, parseAddress("10.0.0.0")?.first);
        assert.equal(parseNetwork("2001:db8::1/32")?.isCanonical, false);
    });

    it("reads ranges whose ends are in order and of one version", () => {
        assert.deepEqual(parseRange("10.0.0.1-10.0.0.2"), { version: 4, first: 167_772_161n, last: 167_772_162n });
        for (const text of ["10.0.0.2-10.0.0.1", "10.0.0.1-2001:db8::1", "10.0.0.1-", "10.0.0.1-10.0.0.2-10.0.0.3"]) {
            assert.equal(parseRange(text), undefined, text);
        }
    });

    it("knows overlap and containment at the edges, and none between IPv4 and IPv6", () => {
        assert.equal(overlaps("10.0.0.0/24", "10.0.0.255-10.0.1.3"), true);
        assert.equal(overlaps("10.0.0.0/24", "10.0.1.0/24"), false);
        assert.equal(isInside("10.0.0.255", "10.0.0.0/24"), true);
        assert.equal(isInside("10.0.0.255-10.0.1.0", "10.0.0.0/24"), false);
        assert.equal(isInside("10.0.0.0/24", "::/0"), false);
        assert.equal(overlaps("0.0.0.0/0", "::/0"), false);
        assert.equal(overlaps("10.0.0.0/24", "nothing"), false);
    });

    it("finds the addresses of a network that node's own BlockList finds", () => {
        fc.assert(
            fc.property(ipv4Networks, fc.ipV4(), (network, address) => {
                const [first = "", prefix] = network.split("/");
                const block = new BlockList();
                block.addSubnet(first, Number(prefix));
                assert.equal(isInside(address, network), block.check(address));
            }),
        );
    });

    it("reads every network of IPv4 and IPv6 that fast-check writes", () => {
        fc.assert(fc.property(ipv4Networks, (network) => parseNetwork(network)?.version === 4));
        fc.assert(fc.property(fc.ipV6(), (address) => parseNetwork(`${address}/64`)?.version === 6));
    });

    it("counts addresses over the end of a network, and not over the last of all", () => {
        assert.equal(addressAfter("127.0.0.1", 0), "127.0.0.1");
        assert.equal(addressAfter("127.0.0.255", 1), "127.0.1.0");
        assert.equal(addressAfter("127.0.255.250", 10), "127.1.0.4");
        assert.equal(addressAfter("10.100.3.9/16", 10), "10.100.0.10");
        assert.throws(() => addressAfter("255.255.255.255", 1));
    });

    it("cuts a network into subnets and no further", () => {
        assert.equal(subnetOf("10.0.0.0/16", 24, 1), "10.0.1.0/24");
        assert.equal(subnetOf("172.16.16.0/20", 26, 61), "172.16.31.64/26");
        assert.equal(subnetOf("0.0.0.0/0", 1, 1), "128.0.0.0/1");
        assert.throws(() => subnetOf("10.0.0.0/16", 24, 256), /no \/24 with the index 256/);
        assert.throws(() => subnetOf("10.0.0.0/16", 8, 0), RangeError);
    });
});

describe("open to all", () => {
    const open = [
        ["0.0.0.0/0"],
        ["::/0"],
        ["10.0.0.0/8", "0.0.0.0/0"],
        ["192.0.2.1/0"],
        ["0.0.0.0/1", "128.0.0.0/1"],
        ["128.0.0.0/1", "64.0.0.0/2", "0.0.0.0/2"],
        ["::/1", "8000::/1"],
        ["0.0.0.0/0", "::/0"],
    ];
    const closed = [
        [],
        ["10.0.0.0/8"],
        ["0.0.0.0/1"],
        ["128.0.0.0/1"],
        ["0.0.0.0/1", "128.0.0.0/2"],
        ["0.0.0.0/2", "128.0.0.0/1"],
        ["::/1"],
        ["0.0.0.0/1", "8000::/1"],
        ["nothing"],
    ];

    it("is what holds every address of IPv4 or of IPv6, in one or in parts", () => {
        for (const networks of open) {
            assert.equal(isOpenToAll(networks), true, networks.join(" "));
        }
        for (const networks of closed) {
            assert.equal(isOpenToAll(networks), false, networks.join(" "));
            assert.equal(keepsNobodyOut(networks), false, networks.join(" "));
        }
    });

    it("needs a rule all the same where it still keeps someone out", () => {
        assert.equal(keepsNobodyOut(["0.0.0.0/0"]), true);
        assert.equal(keepsNobodyOut(["0.0.0.0/1", "128.0.0.0/1"]), true);
        assert.equal(keepsNobodyOut(["0.0.0.0/0", "::/0"]), true);
        assert.equal(keepsNobodyOut(["::/0", "10.0.0.0/8"]), false);
        assert.equal(keepsNobodyOut(["0.0.0.0/0", "2001:db8::/32"]), false);
    });

    it("stays open when a network is cut in halves, whatever the order", () => {
        fc.assert(
            fc.property(
                fc.array(fc.integer({ min: 0, max: 1 }), { maxLength: 24 }),
                fc.func(fc.integer()),
                (path, order) => {
                    const parts: string[] = [];
                    let rest = "0.0.0.0/0";
                    for (const [depth, half] of path.entries()) {
                        parts.push(subnetOf(rest, depth + 1, half));
                        rest = subnetOf(rest, depth + 1, 1 - half);
                    }
                    const all = [...parts, rest].sort((a, b) => order(a) - order(b));
                    assert.equal(isOpenToAll(all), true);
                    for (const missing of all) {
                        assert.equal(isOpenToAll(all.filter((part) => part !== missing)), false);
                    }
                },
            ),
        );
    });
});
