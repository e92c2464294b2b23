/** What must hold of a model before any runtime sees it; what decoding alone cannot tell. */
import { CongruentError } from "@congruent/core";
import type { GraphProto, ModelProto } from "./generated/onnx/onnx-ml_pb.js";
import { bodies, indexGraph } from "./graph/graph-index.js";
import { inlineFunctions } from "./graph/inline-functions.js";
import { nodeNames } from "./graph/node-names.js";
import { isSorted, topologicalOrder } from "./graph/topological-order.js";
import { knownShapes, operandFlaw } from "./operands/index.js";
import { arityFlaw } from "./operator-arity.js";
import { OPEN_DOMAINS, OPERATOR_SETS, operatorFlaw } from "./operator-sets.js";

/** The newest form of the file itself that is known here: that of onnx 1.23, whose operator sets are listed as well. */
export const NEWEST_IR = 14;

/**
 * Checks a decoded model by ONNX's rules: a known form of file, operator sets and operators that exist, nodes with as many inputs and
 * outputs as their operators take, names that are given once, values that something makes, nodes in order, operands of shapes that fit
 * each other, as far as the file fixes them. Functions are checked as they are inlined. A file that passes may still be refused by a runtime, for shapes or types that do not fit.
 *
 * @param source name of the file, for errors
 * @throws CongruentError `E_ONNX_IR`, `E_ONNX_OPSET`, `E_ONNX_OPERATOR`, `E_ONNX_ARITY`, `E_ONNX_NAME`, `E_ONNX_VALUE`, `E_ONNX_CYCLE`,
 * `E_ONNX_ORDER`, `E_ONNX_FUNCTION`, `E_ONNX_SHAPE` for an operand that does not fit, naming the thing
 * @example
 * ```ts
 * const value = (name) => makeTensorValueInfo(name, "float32", [2]);
 * const graph = makeGraph([makeNode("Relu", ["x"], ["y"])], "g", [value("x")], [value("y")]);
 * checkModel(makeModel(graph, { opset: 21 })); // => undefined
 * ```
 */
export function checkModel(model: ModelProto, source = "the model"): void {
  checkIrVersion(model, source);
  const imports = checkOperatorSets(model, source);
  const functions = new Set(model.functions.map(({ domain, name }) => `${domain}/${name}`));
  checkGraph(model.graph as GraphProto, new Set());
  const inlined = inSource(source, () => inlineFunctions(model));
  // Names and operators of functions are known to be right only once they stand in the graph.
  if (inlined !== model) checkModel(inlined, source);
  else checkOperands(model.graph as GraphProto, new Map());

  /** Operands whose shapes the file fixes. */
  function checkOperands(graph: GraphProto, outer: ReadonlyMap<string, readonly number[]>): void {
    const shapes = knownShapes(graph, outer);
    const names = nodeNames(graph);
    graph.node.forEach((proto, index) => {
      const version = imports.get(proto.domain === "ai.onnx" ? "" : proto.domain) ?? 1;
      const given = proto.input.map((name) => (name === "" ? undefined : (shapes.get(name) ?? null)));
      const wrong = operandFlaw(proto, version, given);
      if (wrong !== null)
        throw flaw(
          "E_ONNX_SHAPE",
          `has a node ${names[index]} (${proto.opType}) that cannot be computed: ${wrong}`,
        );
      for (const body of proto.attribute.flatMap(bodies)) checkOperands(body, shapes);
    });
  }

  function checkGraph(graph: GraphProto, outer: ReadonlySet<string>): void {
    const index = inSource(source, () => indexGraph({ ...model, graph }));
    const fed = graph.input.map(({ name }) => name).filter((name) => !index.weights.has(name));
    for (const [kind, names] of [
      ["input", graph.input.map(({ name }) => name)],
      ["weight", graph.initializer.map(({ name }) => name)],
      ["output", graph.output.map(({ name }) => name)],
    ] as const) {
      const twice = firstTwice(names);
      if (twice !== undefined) throw flaw("E_ONNX_NAME", `has two ${kind}s named ${twice}`);
    }
    for (const name of [...fed, ...index.weights.keys()]) {
      const node = index.producerOf.get(name);
      if (node)
        throw flaw("E_ONNX_NAME", `has an input or weight ${name} that the node ${node.name} makes as well`);
    }
    const own = new Set([...graph.input.map(({ name }) => name), ...index.constants]);
    const there = new Set([...outer, ...index.inputs, ...index.constants, ...index.producerOf.keys()]);
    inSource(source, () => topologicalOrder({ ...index, inputs: new Set([...index.inputs, ...outer]) }));
    if (!isSorted(index)) {
      const late = index.nodes.find((node) =>
        node.reads.some((value) => (index.producerOf.get(value)?.index ?? -1) >= node.index),
      );
      throw flaw(
        "E_ONNX_ORDER",
        `has its nodes out of order: ${late?.name} stands before a node whose value it reads`,
      );
    }
    for (const { name } of graph.output) {
      if (!there.has(name)) throw flaw("E_ONNX_VALUE", `has an output ${name} that nothing makes`);
      if (!index.producerOf.has(name) && outer.has(name) && !own.has(name)) {
        throw flaw(
          "E_ONNX_VALUE",
          `has an inner graph ${graph.name} that hands out ${name}, which no node in it makes: it belongs to the graph around it`,
        );
      }
    }
    for (const { proto, name } of index.nodes) {
      const { domain, opType } = proto;
      const operator = domain === "" ? opType : `${domain}.${opType}`;
      if (!functions.has(`${domain}/${opType}`)) {
        const version = imports.get(domain === "ai.onnx" ? "" : domain);
        if (version === undefined) {
          throw flaw(
            "E_ONNX_OPSET",
            `has a node ${name} of the operator ${operator}, whose operator set it does not import`,
          );
        }
        const wrong = operatorFlaw(domain, opType, version);
        if (wrong) throw flaw("E_ONNX_OPERATOR", `has a node ${name} whose operator ${operator} ${wrong}`);
        const miscounted = OPEN_DOMAINS.has(domain) ? null : arityFlaw(proto, version);
        if (miscounted) throw flaw("E_ONNX_ARITY", `has a node ${name} (${operator}) that ${miscounted}`);
      }
      for (const body of proto.attribute.flatMap(bodies)) checkGraph(body, there);
    }
  }

  function flaw(code: string, what: string): CongruentError {
    return new CongruentError({
      code,
      what: `${source} ${what}`,
      expected: "a valid ONNX model",
      fix: "export it again, or repair it with the onnx package (onnx.checker names such flaws)",
    });
  }
}

/** The first name that is there a second time. */
function firstTwice(names: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return names.find((name) => seen.size === seen.add(name).size);
}

function checkIrVersion({ irVersion }: ModelProto, source: string): void {
  if (irVersion <= BigInt(NEWEST_IR)) return;
  throw new CongruentError({
    code: "E_ONNX_IR",
    what: `${source} is of IR version ${irVersion}, which is not known here`,
    expected: `1 to ${NEWEST_IR}`,
    fix: "save it in an older form: onnx.helper.make_model(graph, ir_version=10), or model.ir_version = 10",
  });
}

/** The version of each imported operator set by domain, the standard's under "". */
function checkOperatorSets({ opsetImport }: ModelProto, source: string): Map<string, number> {
  const imports = new Map<string, number>();
  for (const { domain, version } of opsetImport) {
    const known = OPERATOR_SETS[domain];
    const name = domain === "" ? "the standard operator set" : `the operator set ${domain}`;
    if (version < 1n || (known && version > BigInt(known.newest))) {
      throw new CongruentError({
        code: "E_ONNX_OPSET",
        what: `${source} imports version ${version} of ${name}`,
        expected: known ? `1 to ${known.newest}` : "a version of at least 1",
        fix: "export it for an older operator set, or convert it with onnx.version_converter",
      });
    }
    imports.set(domain === "ai.onnx" ? "" : domain, Number(version));
  }
  return imports;
}

/** Errors about the graph, with the file's name. */
function inSource<T>(source: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof CongruentError ? error.within(source) : error;
  }
}
