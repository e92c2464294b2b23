import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { strictObject } from "@congruent/core/schemas";
import { expect, it } from "@jest/globals";
import { spaceOf } from "../space/space.js";
import { describeSampler } from "../testing/describe-sampler.js";
import { registerSampler, samplerOf, samplers } from "./index.js";
import type { Sampler } from "./sampler.js";

const names = Object.keys(samplers);
for (const name of names) describeSampler(name);

it("every file that exports a sampler of its name is in the index", async () => {
  const folder = fileURLToPath(new URL(".", import.meta.url));
  const files = readdirSync(folder).filter((file) => file.endsWith(".ts") && !/test|^index/.test(file));
  const found = [];
  for (const file of files) {
    const name = file.replace(/\.ts$/, "");
    const exported = (await import(`./${file}`)) as Record<string, { name?: string; suggest?: unknown }>;
    if (exported[name]?.suggest) found.push(name);
  }
  expect(found.sort()).toEqual([...names].sort());
  for (const name of names) expect(samplers[name]?.name).toBe(name);
});

it("an unknown sampler is refused with those there are; a registered one is found", () => {
  for (const name of ["bayesian", "toString"]) {
    expect(() => samplerOf({ name })).toThrow(
      expect.objectContaining({ code: "E_SAMPLER", expected: expect.stringContaining("hyperband") }),
    );
  }
  expect(() => samplerOf({ name: "randm" })).toThrow(
    expect.objectContaining({ fix: 'did you mean "random"?' }),
  );
  const always: Sampler = {
    name: "always",
    options: strictObject({}),
    total: () => 1,
    suggest: () => ({ kind: "trial", values: { x: 1 } }),
  };
  registerSampler(always);
  expect(() => registerSampler(always)).toThrow(expect.objectContaining({ code: "E_SAMPLER" }));
  const space = spaceOf([{ type: "int", name: "x", min: 1, max: 1 }]);
  expect(samplerOf({ name: "always" }).total(space)).toBe(1);
});
