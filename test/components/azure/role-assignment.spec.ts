import assert from "node:assert/strict";
import fc from "fast-check";
import { azureRoles, roleAssignmentGuid, roleDefinitionId } from "../../../components/azure/role-assignment";

const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe("a role assignment in Azure", () => {
    it("is named by a version 8 UUID that is the same for the same grant", () => {
        fc.assert(
            fc.property(fc.string(), fc.string(), fc.string(), (scope, principal, role) => {
                const name = roleAssignmentGuid(scope, principal, role);
                assert.match(name, guid);
                assert.equal(roleAssignmentGuid(scope, principal, role), name);
            }),
        );
    });

    it("has another name for another scope, principal or role, and the same for a scope in other letters", () => {
        const name = roleAssignmentGuid("/subscriptions/a", "b", "c");
        assert.notEqual(roleAssignmentGuid("/subscriptions/x", "b", "c"), name);
        assert.notEqual(roleAssignmentGuid("/subscriptions/a", "x", "c"), name);
        assert.notEqual(roleAssignmentGuid("/subscriptions/a", "b", "x"), name);
        assert.equal(roleAssignmentGuid("/Subscriptions/A", "b", "c"), name);
    });

    it("names the role as the scope's subscription knows it", () => {
        assert.equal(
            roleDefinitionId("/subscriptions/1234/resourceGroups/edge", azureRoles.networkContributor),
            "/subscriptions/1234/providers/Microsoft.Authorization/roleDefinitions/4d97b98b-1d4f-4787-a291-c67834d212e7",
        );
    });
});
