/** @needs tensorflow */
import { timeLimits } from "@congruent/core/testing";
import { architectures } from "@congruent/zoo";
import { expect, it, jest } from "@jest/globals";
import { expectExported } from "../testing/expect-exported.js";
import { mostNodes } from "../testing/most-nodes.js";

jest.setTimeout(timeLimits.training);

it("every layer of every network has its number of nodes in ONNX", async () => {
  for (const network of Object.keys(architectures)) expect(await mostNodes(network)).toBeGreaterThan(9);
});

/** The one with the most nodes; the others are in the full test. */
it("transformer becomes an ONNX file without junk, which computes what tfjs computes", async () => {
  await expectExported("transformer");
}, 300_000);
