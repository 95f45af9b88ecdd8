import assert from "node:assert/strict";
import { mebibytesOf, millicoresOf } from "../../../components/common/quantity";

describe("Quantities", () => {
    it("are read as Kubernetes writes them", () => {
        assert.deepEqual(["500m", "2", "0.5", 6].map(millicoresOf), [500, 2000, 500, 6000]);
        assert.deepEqual(
            ["24576Mi", "1.5Gi", "1048576", "512Ki", "150M", "3e9", "2Pi"].map(
                (each) => Math.round((mebibytesOf(each) ?? 0) * 10) / 10,
            ),
            [24_576, 1536, 1, 0.5, 143.1, 2861, 2 ** 31],
        );
    });

    it("are none where the text is something else", () => {
        assert.deepEqual(["", "a", "5 m", undefined, "-1"].map(millicoresOf), Array(5).fill(undefined));
        assert.deepEqual(["", "Mi", "1X", "1Xi", "1 Gi", undefined].map(mebibytesOf), Array(6).fill(undefined));
    });
});
