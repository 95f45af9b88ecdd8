import * as aws from "../components/aws/resource-roles";
import * as azure from "../components/azure/resource-roles";
import type { ResourceRoles } from "../components/common/resource-role";
import * as digitalocean from "../components/digitalocean/resource-roles";
import * as google from "../components/google/resource-roles";
import * as kubernetes from "../components/kubernetes/resource-roles";

/** What the types of every platform are to those who run brokers. */
export const resourceRoles: ResourceRoles = {
    ...aws.resourceRoles,
    ...azure.resourceRoles,
    ...digitalocean.resourceRoles,
    ...google.resourceRoles,
    ...kubernetes.resourceRoles,
};
