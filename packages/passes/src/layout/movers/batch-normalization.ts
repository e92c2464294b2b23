import type { Mover } from "../mover.js";

/** Its channels are axis 1; all other axes are alike. */
const mover: Mover = (node, scope) => {
  const rank = scope.rank(node.input[0] ?? "");
  // Further outputs are statistics of a training; in version 1 to 8 `spatial` could mean every position by itself.
  if (rank === undefined || rank < 2 || scope.opset < 9 || node.output.slice(1).some((name) => name !== ""))
    return null;
  return { rank, inputs: [0], accepts: (label) => label[1] === 1 };
};

export const batchNormalization: Readonly<Record<string, Mover>> = { BatchNormalization: mover };
