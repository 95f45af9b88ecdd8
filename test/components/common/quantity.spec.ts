import assert from "node:assert/strict";
import { mebibytesOf, millicoresOf } from "../../../components/common/quantity";

describe("Quantities", () => {
    it("are read as Kubernetes writes them", () => {
        assert.deepEqual(["500m", "2", "0.5", 6].map(millicoresOf), [500, 2000, 500, 6000]);
        assert.deepEqual(
            ["24576Mi", "1Gi", "1048576", "512Ki", "150M"].map(
                (each) => Math.round((mebibytesOf(each) ?? 0) * 10) / 10,
            ),
            [24_576, 1024, 1, 0.5, 143.1],
        );
    });

    it("are none where the text is something else", () => {
        assert.deepEqual(["", "a", "5 m", undefined, "-1"].map(millicoresOf), Array(5).fill(undefined));
        assert.deepEqual(["Mi", "1X", undefined].map(mebibytesOf), Array(3).fill(undefined));
    });
});
