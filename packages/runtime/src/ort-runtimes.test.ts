import { BROWSER_RUNTIMES, NODE_ORT_RUNTIMES, runtimeDefinition } from "@congruent/core/essentials";
import { expect, it } from "@jest/globals";
import { PROVIDERS } from "./ort-runtimes.js";
import { remedyOf } from "./remedy.js";

it("the providers are those of core's definitions", () => {
  const names = [...NODE_ORT_RUNTIMES, ...BROWSER_RUNTIMES];
  const defined = names.map((name) => [name, runtimeDefinition(name).ort.name]);
  expect(Object.entries(PROVIDERS).toSorted()).toEqual(defined.toSorted());
});

it("no remedy sends an app's developer to commands of this repository", () => {
  for (const name of Object.keys(PROVIDERS) as (keyof typeof PROVIDERS)[]) {
    expect(remedyOf(name)).not.toMatch(/npm (run|start)|pnpm|congruent|doctor/);
    expect(remedyOf(name).length).toBeGreaterThan(20);
  }
});
