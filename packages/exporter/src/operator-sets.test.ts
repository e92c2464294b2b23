/** @needs export tensorflow */

import { fileURLToPath } from "node:url";
import { timeLimits } from "@congruent/core/testing";
import { NEWEST_IR, OPERATOR_SETS, operatorArity, operatorVersions } from "@congruent/onnx";
import { runPython } from "@congruent/toolchain";
import { beforeAll, expect, it, jest } from "@jest/globals";

jest.setTimeout(timeLimits.training);

const script = fileURLToPath(new URL("../python/operator_sets.py", import.meta.url));

interface Published {
  newest: number;
  ir: number;
  sets: Record<string, Record<string, [number, number | null]>>;
  arities: [domain: string, name: string, since: number, inputs: Range, outputs: Range][];
}
type Range = [least: number, most: number | null];

let python: Published;
beforeAll(async () => {
  const { stdout } = await runPython({ environment: "export", args: [script], timeoutMs: 150_000 });
  python = JSON.parse(stdout);
});

it("knows the operators that the onnx package knows, with the versions since which and until which they are", () => {
  expect(NEWEST_IR).toBe(python.ir);
  expect(OPERATOR_SETS[""]?.newest).toBe(python.newest);
  for (const domain of ["", "ai.onnx.ml"]) {
    const { since, until } = OPERATOR_SETS[domain] as (typeof OPERATOR_SETS)[string];
    const ours = Object.fromEntries(
      [...since].map(([name, version]) => [name, [version, until.get(name) ?? null]]),
    );
    expect(ours).toEqual(python.sets[domain]);
  }
});

it("knows how many inputs and outputs every version of every operator takes", () => {
  const listed = python.arities.filter(([domain]) => OPERATOR_SETS[domain]);
  expect(listed.length).toBeGreaterThan(600);
  const range = ({ least = -1, most = -1 } = {}): Range => [least, Number.isFinite(most) ? most : null];
  const ours = listed.map(([domain, name, since]) => {
    const arity = operatorArity(name, since);
    return [domain, name, since, range(arity?.inputs), range(arity?.outputs)];
  });
  expect(ours).toEqual(listed);
});

it("knows in which versions each operator took another form", () => {
  const published = new Map<string, number[]>();
  for (const [domain, name, since] of python.arities.filter(([each]) => OPERATOR_SETS[each])) {
    const key = `${domain}/${name}`;
    published.set(
      key,
      [...(published.get(key) ?? []), since].toSorted((a, b) => a - b),
    );
  }
  const ours = [...published.keys()].map((key) => {
    const [domain = "", name = ""] = key.split("/");
    return [key, operatorVersions(domain, name)];
  });
  expect(ours).toEqual([...published]);
});
