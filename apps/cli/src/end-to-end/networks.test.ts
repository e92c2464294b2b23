import { architectures } from "@congruent/zoo";
import { expect, it } from "@jest/globals";
import { expectExported, MOST_NODES } from "../testing/expect-exported.js";

it("every network has its limit of nodes", () => {
  expect(Object.keys(MOST_NODES).sort()).toEqual(Object.keys(architectures).sort());
});

/** The one with the most nodes; the others are in the full test. */
it("transformer becomes an ONNX file without junk, which computes what tfjs computes", async () => {
  await expectExported("transformer");
}, 300_000);
