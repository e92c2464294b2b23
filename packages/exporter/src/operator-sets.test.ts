import { fileURLToPath } from "node:url";
import { OPERATOR_SETS } from "@congruent/onnx";
import { runPython } from "@congruent/toolchain";
import { expect, it } from "@jest/globals";

const script = fileURLToPath(new URL("../python/operator_sets.py", import.meta.url));

it("knows the operators that the onnx package knows, with the versions since which and until which they are", async () => {
  const { stdout } = await runPython({ environment: "export", args: [script], timeoutMs: 60_000 });
  const python = JSON.parse(stdout) as {
    newest: number;
    sets: Record<string, Record<string, [number, number | null]>>;
  };
  expect(OPERATOR_SETS[""]?.newest).toBe(python.newest);
  for (const domain of ["", "ai.onnx.ml"]) {
    const { since, until } = OPERATOR_SETS[domain] as (typeof OPERATOR_SETS)[string];
    const ours = Object.fromEntries(
      [...since].map(([name, version]) => [name, [version, until.get(name) ?? null]]),
    );
    expect(ours).toEqual(python.sets[domain]);
  }
});
