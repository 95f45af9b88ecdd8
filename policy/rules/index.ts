import type { Rule } from "../rule";
import { brokerRules } from "./broker";
import { cloudRules } from "./cloud";
import { connectionRules } from "./connection";
import { podRules } from "./pods";

/** Every rule, in the order of the documentation. */
export const rules: readonly Rule[] = [...connectionRules, ...brokerRules, ...cloudRules, ...podRules];
