import { identityRules } from "../identities/identity-rules.js";
import type { Pass } from "../pass.js";
import { bypass } from "../substitute.js";

/** Takes away nodes that hand on their input as it is: Identity, Dropout, Cast to the same type, Reshape to the same shape and their like. */
export const dropIdentities: Pass = {
  title: "drops nodes that change nothing",
  run(scope) {
    const found = new Map<number, readonly string[]>();
    for (const { proto, index } of scope.index.nodes) {
      const operator = scope.operator(proto);
      const [given = ""] = proto.input;
      if (operator === null || given === "" || !proto.output[0]) continue;
      if (identityRules[operator]?.(proto, scope)) found.set(index, [given]);
    }
    return found.size === 0 ? scope.graph : bypass(scope, found);
  },
};
