import assert from "node:assert/strict";
import { hostname } from "node:os";
import { creationLockAdvice, describeLock, lockAdvice, lockIn } from "../../pipeline/lock";

const message = [
    "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with `pulumi cancel`.",
    "  file:///state/.pulumi/locks/organization/vernemq/dev/2c744b08.json?no_tmp_dir=true: created by ann@build-7 (pid 12504) at 2026-11-23T13:40:49Z",
].join("\n");

describe("A held lock", () => {
    it("is read from the engine's words: who, since when and where", () => {
        const lock = lockIn(message);
        assert.deepEqual(
            { ...lock, message: undefined },
            {
                message: undefined,
                holder: "ann@build-7",
                pid: 12504,
                since: "2026-11-23T13:40:49Z",
                place: "file:///state/.pulumi/locks/organization/vernemq/dev/2c744b08.json",
            },
        );
        assert.equal(
            describeLock("dev", lock ?? { message: "" }),
            "dev is held by ann@build-7 (process 12504) since 2026-11-23T13:40:49Z.",
        );
    });

    it("is known on Pulumi Cloud too, in its words", () => {
        const lock = lockIn("error: [409] Conflict: Another update is currently in progress.");
        assert.equal(lock?.message, "[409] Conflict: Another update is currently in progress.");
        assert.match(describeLock("dev", lock), /^dev is held by another update: \[409\]/);
    });

    it("is told in sentences of one full stop each, whether the backend's words end with one or not", () => {
        for (const end of ["", "."]) {
            const lock = lockIn(`error: [409] Conflict: Another update is currently in progress${end}`);
            const told = `${describeLock("dev", lock ?? { message: "" })} ${lockAdvice("dev", lock ?? { message: "" })}`;
            assert.match(told, /currently in progress\. Wait for it/);
            assert.doesNotMatch(told, /\.\./);
        }
    });

    it("is named by its object where the engine cannot remove it: on an object store, before there is a stack", () => {
        const place = "s3://state/.pulumi/locks/organization/vernemq/dev/2c744b08.json";
        const held = lockIn(
            message.replace(/file:\S+\?no_tmp_dir=true/, `${place}?endpoint=minio:9000&s3ForcePathStyle=true`),
        );
        assert.equal(held?.place, place);
        assert.ok(creationLockAdvice(place).includes(`delete the object ${place} yourself`));
        assert.doesNotMatch(creationLockAdvice(place), /--break-lock/);
    });

    it("is not seen in other failures", () => {
        assert.equal(lockIn("error: no such bucket"), undefined);
    });

    it("is left alone: only where its process has gone from this machine is the way to remove it named", () => {
        const here = { holder: `ann@${hostname()}`, pid: 4242, message: "" };
        assert.match(
            lockAdvice("dev", here, () => false),
            /repair --stack dev --break-lock/,
        );
        assert.doesNotMatch(
            lockAdvice("dev", here, () => true),
            /Once you are sure of it/,
        );
        assert.doesNotMatch(
            lockAdvice("dev", { ...here, holder: "ann@elsewhere" }, () => false),
            /Once you are sure of it/,
        );
    });
});
