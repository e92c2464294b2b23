/** Changes to one node that a wrong kernel might amount to: each gives the nodes that are run in its place. */
import { type Tensor, tensor } from "@congruent/core";
import {
  type AttributeValue,
  changed,
  type ModelProto,
  makeAttribute,
  makeNode,
  makeTensor,
  type NodeProto,
  type TensorProto,
} from "@congruent/onnx";

/** What is run instead of a node, and weights that this takes. */
export interface Replacement {
  nodes: NodeProto[];
  weights: TensorProto[];
}

export interface Fault {
  name: string;
  apply(node: NodeProto, weights: ReadonlyMap<string, TensorProto>): Replacement;
}

/** Names of a fault's own values, none of which another node's fault has. */
const own = (node: NodeProto, what: string) => `fault/${node.name}/${what}`;

/** An attribute with another value. */
export function attribute(key: string, value: AttributeValue): Fault {
  return {
    name: `${key} ${Array.isArray(value) ? value.join(",") : value}`,
    apply: (node) => ({
      nodes: [
        changed(node, {
          attribute: [...node.attribute.filter(({ name }) => name !== key), makeAttribute(key, value)],
        }),
      ],
      weights: [],
    }),
  };
}

/** One number of a list attribute, changed by a factor. */
export function attributeElement(key: string, at: number, factor: number): Fault {
  return {
    name: `${key}[${at}] x ${factor}`,
    apply: (node, weights) => {
      const floats = node.attribute.find(({ name }) => name === key)?.floats ?? [];
      const value = floats.map((each, index) => (index === at ? each * factor : each));
      return attribute(key, value).apply(node, weights);
    },
  };
}

/** Another operator on the same inputs. */
export function operator(opType: string, attributes: Record<string, AttributeValue> = {}): Fault {
  return {
    name: `as ${opType}`,
    apply: (node) => ({
      nodes: [
        makeNode(opType, node.input, node.output, { name: node.name, domain: node.domain, attributes }),
      ],
      weights: [],
    }),
  };
}

/** One element of a weight, changed by a factor. */
export function weight(input: number, at: number, factor: number): Fault {
  return {
    name: `input ${input}[${at}] x ${factor}`,
    apply: (node, weights) => {
      const from = weights.get(node.input[input] ?? "");
      if (!from) throw new Error(`${node.name} has no weight as input ${input}`);
      const data = new Float32Array(new Uint8Array(from.rawData).buffer);
      data[at] = (data[at] as number) * factor;
      const value = tensor("float32", data, from.dims.map(Number));
      return {
        nodes: [withInput(node, input, "fault/weight")],
        weights: [makeTensor("fault/weight", value)],
      };
    },
  };
}

/** Another constant in place of an input. */
export function constant(input: number, value: Tensor): Fault {
  return {
    name: `input ${input} = ${value.data}`,
    apply: (node) => ({
      nodes: [withInput(node, input, own(node, "constant"))],
      weights: [makeTensor(own(node, "constant"), value)],
    }),
  };
}

/** Two inputs in the other order. */
export function swapped(a: number, b: number): Fault {
  return {
    name: `inputs ${a} and ${b} swapped`,
    apply: (node) => {
      const input = [...node.input];
      [input[a], input[b]] = [input[b] as string, input[a] as string];
      return { nodes: [changed(node, { input })], weights: [] };
    },
  };
}

/** The output in half precision, as a kernel that accumulates so would give it. */
export function rounded(): Fault {
  return {
    name: "rounded to float16",
    apply: (node) => ({
      nodes: [
        changed(node, { output: [own(node, "out")] }),
        makeNode("Cast", [own(node, "out")], [own(node, "half")], { attributes: { to: 10n } }),
        makeNode("Cast", [own(node, "half")], node.output, { attributes: { to: 1n } }),
      ],
      weights: [],
    }),
  };
}

/** The output times a factor. */
export function scaled(factor: number): Fault {
  return {
    name: `output x ${factor}`,
    apply: (node) => ({
      nodes: [
        changed(node, { output: [own(node, "out")] }),
        makeNode("Mul", [own(node, "out"), own(node, "factor")], node.output),
      ],
      weights: [makeTensor(own(node, "factor"), tensor("float32", Float32Array.of(factor), []))],
    }),
  };
}

/** The output, by whatever node comes after. */
export function after(
  opType: string,
  attributes: Record<string, AttributeValue> = {},
  inputs: readonly Tensor[] = [],
): Fault {
  return {
    name: `${opType} after it`,
    apply: (node) => ({
      nodes: [
        changed(node, { output: [own(node, "out")] }),
        makeNode(opType, [own(node, "out"), ...inputs.map((_, i) => own(node, `${i}`))], node.output, {
          attributes,
        }),
      ],
      weights: inputs.map((value, i) => makeTensor(own(node, `${i}`), value)),
    }),
  };
}

/** A share of a fault: the right value, moved by so much of what the fault moves it by. Of floats alone. */
export function weakened(fault: Fault, share: number): Fault {
  return {
    name: `${fault.name}, ${share} of it`,
    apply: (node, weights) => {
      const [y = ""] = node.output;
      const value = (what: string) => own(node, what);
      const whole = fault.apply(node, weights);
      const wrong = whole.nodes.map((each) =>
        changed(each, { output: each.output.map((name) => (name === y ? value("wrong") : name)) }),
      );
      const right = changed(node, { output: [value("right")], name: value("sound") });
      return {
        nodes: [
          right,
          ...wrong,
          makeNode("Sub", [value("wrong"), value("right")], [value("whole")]),
          makeNode("Mul", [value("whole"), value("share")], [value("part")]),
          makeNode("Add", [value("right"), value("part")], [y]),
        ],
        weights: [
          ...whole.weights,
          makeTensor(value("share"), tensor("float32", Float32Array.of(share), [])),
        ],
      };
    },
  };
}

function withInput(node: NodeProto, place: number, name: string): NodeProto {
  return changed(node, { input: node.input.map((each, index) => (index === place ? name : each)) });
}

/** A model, or any part of one, in which the node that makes `output` is faulty; null where it does not have that node. */
export function withFault(model: ModelProto, output: string, fault: Fault): ModelProto | null {
  const { graph } = model;
  const at = graph?.node.findIndex((node) => node.output.includes(output)) ?? -1;
  const node = graph?.node[at];
  if (!graph || !node) return null;
  const weights = new Map(graph.initializer.map((each) => [each.name, each]));
  const replacement = fault.apply(node, weights);
  const faulty = changed(graph, {
    node: graph.node.toSpliced(at, 1, ...replacement.nodes),
    initializer: [...graph.initializer, ...replacement.weights],
  });
  return changed(model, { graph: faulty });
}
