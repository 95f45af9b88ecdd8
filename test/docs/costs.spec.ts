import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { exampleOf, planOf } from "../support";
import { blocksOf, pages, shellCommands, stackOf, textOf } from "./pages";

interface Row {
    readonly component: string;
    readonly quantity: string;
    readonly unitPrice: string;
    readonly month: string;
}

const clouds = pages.filter((page) => rowsOf(page).length > 0);

/** The rows of a page's table of costs, without its head. */
function rowsOf(page: string): readonly Row[] {
    const [, section = ""] = /^## 9\. What it costs$([\s\S]*?)^## 10\./m.exec(textOf(page)) ?? [];
    const lines = section.split("\n").filter((line) => line.startsWith("|"));
    return lines.slice(2).map((line) => {
        const [component = "", quantity = "", unitPrice = "", month = ""] = line
            .split("|")
            .slice(1)
            .map((cell) => cell.trim());
        return { component, quantity, unitPrice, month };
    });
}

/** `3 m7i.large` at `0.1 an hour (Ohio, 2026-09) [2]`: what a month of 730 hours costs, or undefined where the page has the command alone. */
function costOf({ quantity, unitPrice }: Row): number | undefined {
    if (unitPrice.startsWith("read it")) {
        return undefined;
    }
    const pattern = /^([\d.]+) (an hour|a GiB|a month) \((?:[\w. ]+, )?20\d\d(?:-[01]\d)?\) \[\d\]$/;
    const [, price = "", unit = ""] = pattern.exec(unitPrice) ?? [];
    assert.notEqual(price, "", `no price with place, date and source: ${unitPrice}`);
    const count = Number(/^\d+/.exec(quantity)?.[0]);
    return count * Number(price) * (unit === "an hour" ? 730 : 1);
}

const numberIn = (cell: string) => Number(cell.replace(",", ""));

describe("the costs in docs/get-started", () => {
    it("are on the page of each cloud", () => {
        assert.deepEqual(clouds, ["aks.md", "doks.md", "eks.md", "gke.md"]);
    });

    for (const page of clouds) {
        it(`${page} has a price with its place, date and source for each component, and multiplies and adds them up`, () => {
            const rows = rowsOf(page);
            let sum = 0;
            for (const row of rows.slice(0, -1)) {
                const cost = costOf(row);
                assert.equal(
                    row.month,
                    cost === undefined ? "" : Math.round(cost).toLocaleString("en-US"),
                    row.component,
                );
                sum += cost === undefined ? 0 : Math.round(cost);
            }
            const last = rows.at(-1);
            assert.match(last?.component ?? "", /^sum/);
            assert.equal(numberIn(last?.month ?? ""), sum);
        });

        it(`${page} leads from each number in brackets to its source`, () => {
            const text = textOf(page);
            const used = new Set([...text.matchAll(/\[(\d)\](?!:)/g)].map(([, mark]) => mark));
            const defined = [...text.matchAll(/^\[(\d)\]: https:\/\/\S+/gm)].map(([, mark]) => mark);
            assert.deepEqual([...used].sort(), defined);
        });

        it(`${page} counts the machines, disks, nodes and quotas that its example plans`, async () => {
            const plan = await planOf(exampleOf(stackOf(page) ?? ""));
            const json = JSON.stringify(plan);
            const room = plan.checks.find(({ detail }) => /^\d+ x \S+: .* left/.test(detail))?.detail ?? "";
            const planned = [...room.matchAll(/(\d+) x ([\w.-]+):/g)].map(
                ([, count = "", machine = ""]) => `${count} \`${machine}\``,
            );
            const machines = rowsOf(page)
                .map(({ quantity }) => quantity)
                .filter((quantity) => quantity.includes("`"));
            assert.deepEqual(machines.sort(), planned.sort());
            const text = textOf(page);
            const [, taken = ""] =
                /the example takes (\d+) (?:vCPUs|Droplets)/.exec(text.replaceAll(/\s+/g, " ")) ?? [];
            const used = plan.quotas.filter(({ quota }) => /vCPUs|^CPUS_ALL|^Droplets/.test(quota));
            assert.ok(
                used.some((each) => each.used === Number(taken)),
                `the quota that takes ${taken}`,
            );
            const [, nodes, disk] = /(\d+) (?:x|P6, of 64 GiB, for) (\d+) (?:nodes|each)/.exec(text) ?? [];
            if (nodes !== undefined && disk !== undefined) {
                const count = planned.reduce((total, each) => total + Number.parseInt(each, 10), 0);
                assert.equal(Number(nodes), count);
                assert.match(json, new RegExp(`"(?:volumeSize|diskSizeGb|osDiskSizeGB)":${disk}\\b`));
            }
            assert.match(text, /3 (?:x 20 brokers|P4, of 32 GiB, for 20 each)/);
            assert.match(json, /"size":"20Gi"/);
        });
    }

    /** Runs what a page puts behind the API's answer, on an answer of the form that the API documents. */
    function filtered(page: string, program: string, answer: unknown): string {
        const command = blocksOf(page)
            .filter(({ language }) => language === "sh")
            .flatMap(({ text }) => shellCommands(text))
            .find((each) => each.startsWith(program) && each.includes(" | node"));
        const { status, stdout, stderr } = spawnSync(
            "bash",
            ["-c", command?.slice(command.indexOf("|") + 1) ?? "false"],
            {
                encoding: "utf8",
                input: JSON.stringify(answer),
            },
        );
        assert.equal(status, 0, stderr);
        return stdout.trim();
    }

    it("eks.md reads the current price from an answer of AWS's Price List API", () => {
        // The form: https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-price-list-query-api.html
        const product = {
            product: { productFamily: "Compute Instance", sku: "ABC" },
            terms: {
                OnDemand: {
                    "ABC.JRTCKXETXF": {
                        priceDimensions: {
                            "ABC.JRTCKXETXF.6YS6EN2CT7": {
                                unit: "Hrs",
                                description: "$0.483 per On Demand Linux m7i.2xlarge Instance Hour",
                                pricePerUnit: { USD: "0.4830000000" },
                            },
                        },
                    },
                },
                Reserved: { other: { priceDimensions: { a: { description: "Upfront Fee" } } } },
            },
        };
        assert.equal(
            filtered("eks.md", "aws pricing", { FormatVersion: "aws_v1", PriceList: [JSON.stringify(product)] }),
            "$0.483 per On Demand Linux m7i.2xlarge Instance Hour",
        );
    });

    it("aks.md reads the current price from an answer of Azure's Retail Prices API", () => {
        // The form: https://learn.microsoft.com/rest/api/cost-management/retail-prices/azure-retail-prices
        const item = {
            currencyCode: "USD",
            retailPrice: 0.46,
            armRegionName: "westeurope",
            meterName: "D8s v5",
            productName: "Virtual Machines DSv5 Series",
            skuName: "D8s v5",
            unitOfMeasure: "1 Hour",
            type: "Consumption",
            armSkuName: "Standard_D8s_v5",
        };
        assert.equal(
            filtered("aks.md", "curl", { BillingCurrency: "USD", Items: [item], NextPageLink: null, Count: 1 }),
            "Virtual Machines DSv5 Series | D8s v5 | 0.46 | 1 Hour",
        );
    });
});
