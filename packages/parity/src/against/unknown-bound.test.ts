import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tensor } from "@congruent/core";
import { timeLimits } from "@congruent/core/testing";
import {
  encodeModel,
  makeGraph,
  makeModel,
  makeNode,
  makeTensor,
  makeTensorValueInfo,
} from "@congruent/onnx";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { runnerOf } from "../runners/index.js";
import { runAgainst } from "./run-against.js";

jest.setTimeout(timeLimits.programs);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "against-unknown-"));
});
afterAll(() => rm(folder, { recursive: true }));

const LENGTH = 4;

/** `whole` is x · factor rounded to whole numbers, `scaled` is x · other. */
async function file(name: string, factor: number, other = 1): Promise<string> {
  const number = (label: string, x: number) => makeTensor(label, tensor("float32", Float32Array.of(x), [1]));
  const dims = ["n", LENGTH];
  const graph = makeGraph(
    [
      makeNode("Mul", ["x", "factor"], ["product"]),
      makeNode("Round", ["product"], ["whole"]),
      makeNode("Mul", ["x", "other"], ["scaled"]),
    ],
    "rounded",
    [makeTensorValueInfo("x", "float32", dims)],
    [makeTensorValueInfo("whole", "float32", dims), makeTensorValueInfo("scaled", "float32", dims)],
    [number("factor", factor), number("other", other)],
  );
  const path = join(folder, `${name}.onnx`);
  await writeFile(path, encodeModel(makeModel(graph, { opset: 17 })));
  return path;
}

const x = tensor(
  "float32",
  Float32Array.from({ length: 3 * LENGTH }, (_, i) => i + 1),
  [3, LENGTH],
);
const against = async (modelPath: string, againstPath: string) =>
  runAgainst({
    ...{ modelPath, againstPath },
    inputs: { source: "three rows", tensors: { x } },
    runners: [runnerOf("node-cpu")],
  });

describe("an output behind a rounding to whole numbers", () => {
  it("that differs proves nothing: two right files may differ as much", async () => {
    const { verdict, because, runtimes } = await against(await file("one", 1), await file("two", 1.1));
    expect(runtimes[0]?.status).toBe("inconclusive");
    expect({ verdict, because }).toEqual({
      verdict: "inconclusive",
      because: expect.stringMatching(/^node-cpu: whole differs by 1\.00, and no bound is known/),
    });
  });

  it("that is equal passes", async () => {
    expect((await against(await file("one", 1), await file("same", 1.0000001))).verdict).toBe("pass");
  });

  it("does not excuse another output, which has a bound", async () => {
    const report = await against(await file("one", 1), await file("both", 1.1, 1.01));
    expect(report.runtimes[0]?.status).toBe("fail");
    expect(report.verdict).toBe("fail");
  });

  it("does not excuse NaN", async () => {
    const report = await against(await file("one", 1), await file("nan", Number.NaN));
    expect(report.verdict).toBe("fail");
  });
});
