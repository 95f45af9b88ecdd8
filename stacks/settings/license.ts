import { isObject } from "../../components/common/is-object";
import { isOfficialImage } from "../../components/broker/versions";

/** What a run says that creates nothing and goes on without an answer about the license. */
export const licenseIsOpen =
    "vernemq:broker.acceptLicense is not set: this run assumes that you accept the license of VerneMQ's image, because it creates nothing. A real update is refused until you set it.";

/**
 * A broker's settings for a run that creates nothing, a plan or an update in simulated clouds: with the license accepted where the stack
 * file leaves that open. Undefined where it decides, or needs not.
 */
export function withLicenseForPlanning(broker: unknown): Readonly<Record<string, unknown>> | undefined {
    if (!isObject(broker) || "acceptLicense" in broker) {
        return undefined;
    }
    const repository = isObject(broker["image"]) ? broker["image"]["repository"] : undefined;
    return typeof repository === "string" && !isOfficialImage(repository)
        ? undefined
        : { ...broker, acceptLicense: true };
}
