import assert from "node:assert/strict";
import { compact } from "../../../components/common/compact";

describe("compact", () => {
    it("leaves out what does not hold and keeps all else in its order, empty strings and zeros too", () => {
        const isPublic = Date.now() < 0;
        assert.deepEqual(compact(["a", isPublic && "b", undefined, "", "c"]), ["a", "", "c"]);
        assert.deepEqual(compact([0, isPublic && 1, 2]), [0, 2]);
    });
});
