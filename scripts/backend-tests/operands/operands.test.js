/**
 * Every operand of every operator in ONNX's node tests, made shorter, longer and of another shape: the reference refuses it by a coded
 * error, or computes what onnx.reference computes. It never reads past an operand.
 *
 * @needs backend-tests export
 */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it, jest } from "@jest/globals";
import { timeLimits } from "../../../packages/core/src/testing.ts";
import { encodeTensorProto, makeTensor } from "../../../packages/onnx/src/index.ts";
import { fromProto, interpret, toTensor } from "../../../packages/reference/src/index.ts";
import { runPython } from "../../../packages/toolchain/src/index.ts";
import { openCase, readCases } from "../cases.js";
import { changedOperands } from "./changed-operands.js";

jest.setTimeout(timeLimits.training);

/** Larger operands show nothing that smaller ones do not. */
const MOST_ELEMENTS = 3000;

/** Where the two differ, and the reference is right. */
const DIFFER = [
  [/dynamicquantizelinear/, "an element lies between two integers; see explanations.js"],
  [/globalmaxpool/, "onnx.reference reduces the last two axes alone, whatever the rank"],
  [/lstm_with_peepholes X/, "onnx.reference does not look at sequence_lens"],
  [
    /range_.*_expanded (limit|delta)/,
    "onnx.reference stacks scans of [1] to [n, 1]; here one element is a scalar",
  ],
  [/loop11 y/, "the recorded body keeps [1]; numpy broadcasts the state against a larger one"],
];

/** Where onnx.reference refuses what is right, by its message or by the operand. */
const REFUSED = [
  [
    / \[1?\] (flat|one axis more|one axis more at the end|one axis less):/,
    "one element is a scalar in every runtime",
  ],
  [
    / (X|x|data|indices|signal) \[[\d,]+\] axis \d shorter: .*(size 0|division by zero|0-dim|empty|does not return a tuple|at least one|read-only|Issues with types)/,
    "numpy refuses where nothing is in it, and the result is empty as well",
  ],
  [/mean_.* data_/, "onnx.reference adds in place, and does not broadcast the first operand"],
  [/No registered implementation/, "onnx.reference lacks the operator"],
  [/scan_sum/, "Scan of opset 8 is not known to onnx.reference"],
  [/lrn.* index \d+ is out of bounds/, "onnx.reference mixes batch and channels up where they differ"],
  [
    /convtranspose.* (X|W) \[[\d,]+\] axis \d/,
    "onnx.reference's col2im does not know output_shape with other sizes, nor filters of several in a group",
  ],
  [/all dimensions of index and self should be the same size/, "the standard asks for the same rank alone"],
  [/tree_ensemble.* X \[\d,\d\] flat/, "one sample, as ONNX Runtime takes it"],
  [/LRN only applies on 4D tensors/, "the standard asks for two axes or more"],
  [/unique_not_sorted_without_axis/, "onnx.reference counts in the wrong axis"],
  [/qlinearmatmul_.* a_zero_point/, "the standard has a zero point for each row"],
];

const base64 = (bytes) => Buffer.from(bytes).toString("base64");

/** The operators of a case and which inputs they have: cases alike in this show the same. */
function kindOf(model, feeds) {
  const nodes = model.graph.node.map(({ opType, input, attribute }) => [
    opType,
    input.map((name) => (name === "" ? 0 : 1)),
    attribute.map(({ name }) => name),
  ]);
  return JSON.stringify([nodes, Object.values(feeds).map(({ dims }) => dims.length)]);
}

function changedRuns() {
  const [runs, crashes, kinds] = [[], [], new Set()];
  let refused = 0;
  for (const testCase of readCases()) {
    let [model, feeds] = [];
    try {
      const opened = openCase(testCase);
      model = opened.model;
      feeds = Object.fromEntries(
        Object.entries(opened.feeds).map(([name, proto]) => [name, fromProto(proto)]),
      );
      interpret(model, feeds);
    } catch {
      continue;
    }
    const kind = kindOf(model, feeds);
    if (kinds.has(kind) || Object.values(feeds).some(({ data }) => data.length > MOST_ELEMENTS)) continue;
    kinds.add(kind);
    for (const [operand, right] of Object.entries(feeds)) {
      for (const { how, value } of changedOperands(right)) {
        const name = `${testCase.name} ${operand} [${right.dims}] ${how}`;
        const given = { ...feeds, [operand]: value };
        try {
          const { outputs } = interpret(model, given);
          runs.push({ name, model: testCase.model, feeds: Object.entries(given), outputs: [...outputs] });
        } catch (error) {
          if (error.code) refused++;
          else crashes.push(`${name}: ${error.message}`);
        }
      }
    }
  }
  return { runs, refused, crashes, kinds: kinds.size };
}

/** Types that numpy lacks are left to the reference alone. */
function encoded(values) {
  return Object.fromEntries(
    values.map(([name, value]) => [name, base64(encodeTensorProto(makeTensor(name, toTensor(value))))]),
  );
}

describe("operands of the wrong shape", () => {
  let found;
  let answers;
  beforeAll(async () => {
    found = changedRuns();
    const lines = found.runs.flatMap(({ name, model, feeds, outputs }) => {
      try {
        const line = { model: base64(model), feeds: encoded(feeds), outputs: encoded(outputs) };
        return [[name, JSON.stringify(line)]];
      } catch (error) {
        if (error.code === "E_DTYPE") return [];
        throw new Error(name, { cause: error });
      }
    });
    const folder = mkdtempSync(join(tmpdir(), "congruent-operands-"));
    try {
      const file = join(folder, "runs.jsonl");
      writeFileSync(file, lines.map(([, line]) => line).join("\n"));
      const script = join(__dirname, "reference_evaluator.py");
      const { stdout } = await runPython({ environment: "export", args: [script, file], timeoutMs: 300_000 });
      const said = stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
      answers = lines.map(([name], i) => [name, ...said[i]]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 600_000);

  const unexplained = (kind, explanations) =>
    answers.flatMap(([name, answer, why]) => {
      const text = `${name}: ${why}`;
      return answer === kind && !explanations.some(([pattern]) => pattern.test(text)) ? [text] : [];
    });

  it("are refused by a code, or computed", () => {
    expect(found.crashes).toEqual([]);
    expect(found.kinds).toBeGreaterThan(500);
    expect(found.refused).toBeGreaterThan(4000);
    expect(answers.length).toBeGreaterThan(3500);
  });

  it("give what onnx.reference gives", () => {
    expect(unexplained("differs", DIFFER)).toEqual([]);
    expect(answers.filter(([, answer]) => answer === "same").length).toBeGreaterThan(3500);
  });

  it("are refused where onnx.reference refuses them", () => {
    expect(unexplained("refused", REFUSED)).toEqual([]);
  });
});
