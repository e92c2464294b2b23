import { CongruentError } from "@congruent/core";
import {
  changed,
  indexGraph,
  type ModelProto,
  makeNode,
  makeTensorValueInfo,
  namesIn,
  renameReads,
} from "@congruent/onnx";

const PIXELS = "pixels";
const LABEL = "label";
const PROBABILITIES = "probabilities";
const LOGITS = "logits";

/**
 * A converted classifier with the shared interface: its input as `pixels`; its output, a softmax, as `probabilities`; what the softmax is applied to as
 * `logits`; the class of the largest of them as `label`, int64 [batch].
 *
 * @throws CongruentError `E_MODEL_OUTPUT` for a model that does not have one input, or one output that ends in a softmax over classes
 */
export function asImageClassifier(model: ModelProto): ModelProto {
  const { graph, producerOf } = indexGraph(model);
  const [input, ...inputs] = graph.input;
  const [output, ...outputs] = graph.output;
  const softmax = output && producerOf.get(output.name)?.proto;
  const logits = softmax?.opType === "Softmax" ? softmax.input[0] : undefined;
  const type = output?.type?.value;
  const shape = type?.case === "tensorType" ? (type.value.shape?.dim ?? []) : [];
  if (!input || !output || logits === undefined || inputs.length + outputs.length > 0 || shape.length !== 2) {
    throw new CongruentError({
      code: "E_MODEL_OUTPUT",
      what: `the model has ${graph.input.length} inputs and ${graph.output.length} outputs, and ends in ${softmax?.opType ?? "no node"}`,
      expected: "one input, and one output [batch, classes] whose layer ends in the activation softmax",
      fix: "export a model of another kind without the image classifier's interface: exportModel, or congruent export model.json",
    });
  }
  const taken = namesIn(graph);
  const names = new Map([
    [input.name, PIXELS],
    [output.name, PROBABILITIES],
    [logits, LOGITS],
  ]);
  // A layer may bear one of these names.
  for (const name of [PIXELS, LABEL, PROBABILITIES, LOGITS]) {
    if (taken.has(name) && !names.has(name)) names.set(name, freshName(`${name}_inner`, taken));
  }
  const now = (name: string) => names.get(name) ?? name;
  const node = graph.node.map((each) => {
    const read = renameReads(each, names);
    return changed(read, { output: each.output.map(now) });
  });
  const decide = makeNode("ArgMax", [LOGITS], [LABEL], {
    name: freshName("label/ArgMax", taken),
    attributes: { axis: -1n, keepdims: 0n },
  });
  const [batch = null, classes = null] = shape.map(({ value }) => {
    if (value.case === "dimValue") return Number(value.value);
    return value.case === "dimParam" ? value.value : null;
  });
  const declared = new Set([input.name, output.name, logits]);
  return changed(model, {
    graph: changed(graph, {
      node: [...node, decide],
      input: [changed(input, { name: PIXELS })],
      output: [
        makeTensorValueInfo(LABEL, "int64", [batch]),
        makeTensorValueInfo(PROBABILITIES, "float32", [batch, classes]),
        makeTensorValueInfo(LOGITS, "float32", [batch, classes]),
      ],
      valueInfo: graph.valueInfo
        .filter(({ name }) => !declared.has(name))
        .map((value) => changed(value, { name: now(value.name) })),
    }),
  });
}

function freshName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let further = 1; taken.has(name); further++) name = `${wanted}_${further}`;
  taken.add(name);
  return name;
}
