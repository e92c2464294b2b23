import { expect } from "@jest/globals";
import fc from "fast-check";
import { loadOn } from "../load.js";
import { damagedPairs } from "./damaged-pairs.js";
import { FakePlatform } from "./fake-platform.js";

/** Every damaged pair is refused by a code before a session is opened. */
export async function expectNoneLoads(numRuns: number): Promise<void> {
  const codes = new Map<string, number>();
  const property = fc.asyncProperty(damagedPairs, async ({ model, passport }) => {
    const platform = new FakePlatform([{ runtime: "node-cpu" }]);
    const refused = await loadOn(platform, model, { passport }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ name: "CongruentError", exit: 2 });
    const { code } = refused as { code: string };
    codes.set(code, (codes.get(code) ?? 0) + 1);
    expect(platform.opened).toEqual([]);
  });
  await fc.assert(property, { numRuns });
  // An empty file, and one whose beginning is another format's, are named as that.
  expect(
    [...codes.keys()].filter((code) => code !== "E_PASSPORT_MODEL" && code !== "E_ONNX_INVALID"),
  ).toEqual([]);
  expect(codes.get("E_PASSPORT_MODEL")).toBeGreaterThan(numRuns * 0.9);
}
