import type { Subjects } from "../subjects";
import { certificateAlerts } from "./certificate";
import { clientAlerts } from "./clients";
import { clusterAlerts } from "./cluster";
import { edgeAlerts } from "./edge";
import { machineAlerts } from "./machine";
import { messageAlerts } from "./messages";
import type { AlertGroup } from "./rule";

/** All alerts about what is measured. Pure: the deployed rules and the ones that promtool tests are the same. */
export function alertGroups(subjects: Subjects): AlertGroup[] {
    return [
        { name: "vernemq-cluster", alerts: clusterAlerts(subjects) },
        { name: "vernemq-clients", alerts: clientAlerts(subjects) },
        { name: "vernemq-messages", alerts: messageAlerts(subjects) },
        { name: "vernemq-machine", alerts: machineAlerts(subjects) },
        { name: "vernemq-edge", alerts: edgeAlerts(subjects) },
        { name: "vernemq-certificate", alerts: certificateAlerts(subjects) },
    ];
}
