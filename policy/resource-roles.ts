import * as aws from "../components/aws/roles";
import * as azure from "../components/azure/roles";
import type { ResourceRoles } from "../components/common/resource-role";
import * as digitalocean from "../components/digitalocean/roles";
import * as google from "../components/google/roles";
import * as kubernetes from "../components/kubernetes/roles";

/** What the types of every platform are to those who run brokers. */
export const resourceRoles: ResourceRoles = {
    ...aws.resourceRoles,
    ...azure.resourceRoles,
    ...digitalocean.resourceRoles,
    ...google.resourceRoles,
    ...kubernetes.resourceRoles,
};
