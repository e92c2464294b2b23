/** A model's own functions, put in the place of the nodes that call them. */
import { CongruentError } from "@congruent/core";
import type {
  AttributeProto,
  FunctionProto,
  GraphProto,
  ModelProto,
  NodeProto,
  ValueInfoProto,
} from "../generated/onnx/onnx-ml_pb.js";
import { operatorSince } from "../operator-history.js";
import { changed } from "./changed.js";
import { bodies } from "./graph-index.js";
import { namesIn } from "./names-in.js";

/** Calls within calls; functions may not call themselves, so that more is no honest file. */
const DEEPEST = 64;
/** A short file can call itself up to any size: each function twice in the next. */
const MOST_NODES = 200_000;

/**
 * The model without functions of its own: each call is replaced by the function's nodes, whose names and values get the call's name as a
 * prefix. Attributes that the function refers to are those of the call, or the function's defaults; what is given in neither is left
 * out. Shares all else with the model given, which stays as it is; one without functions is handed back itself.
 *
 * @throws CongruentError `E_ONNX_FUNCTION` for a function that calls itself, is called with too many values, makes no value of an output,
 * or uses an operator that means something else in the version of the operator set that the model imports
 * @example
 * ```ts
 * const value = (name) => makeTensorValueInfo(name, "float32", [2]);
 * const plain = makeModel(makeGraph([makeNode("Relu", ["x"], ["y"])], "g", [value("x")], [value("y")]));
 * inlineFunctions(plain) === plain; // => true
 * ```
 */
export function inlineFunctions(model: ModelProto): ModelProto {
  if (model.functions.length === 0 || !model.graph) return model;
  const functions = new Map(
    model.functions.map((each) => [keyOf(each.domain, each.name, each.overload), each]),
  );
  const imports = importsOf(model);
  const opsetImport = [...model.opsetImport];
  const taken = namesIn(model.graph);
  let nodes = 0;

  const graph = inlined(model.graph, []);
  const called = new Set(model.functions.map(({ domain }) => domain));
  return changed(model, {
    graph,
    functions: [],
    // A domain that only has functions would be one that no runtime knows.
    opsetImport: opsetImport.filter(
      ({ domain }) =>
        !called.has(domain) || usesDomain(graph, domain) || domain === "" || domain === "ai.onnx",
    ),
  });

  function inlined(body: GraphProto, calls: readonly FunctionProto[]): GraphProto {
    return changed(body, { node: body.node.flatMap((node, index) => expand(node, index, calls)) });
  }

  function expand(node: NodeProto, index: number, calls: readonly FunctionProto[]): NodeProto[] {
    nodes++;
    if (nodes > MOST_NODES) throw flaw(`its functions become more than ${MOST_NODES} nodes`);
    const found =
      functions.get(keyOf(node.domain, node.opType, node.overload)) ??
      functions.get(keyOf(node.domain, node.opType, ""));
    if (!found) {
      const attribute = node.attribute.map((each) => withBodies(each, (inner) => inlined(inner, calls)));
      return [attribute.every((each, i) => each === node.attribute[i]) ? node : changed(node, { attribute })];
    }
    if (calls.includes(found) || calls.length >= DEEPEST) {
      throw flaw(`the function ${found.name} calls itself`);
    }
    checkVersions(found);
    const prefix = node.name || `${node.opType}_${index}`;
    const within = [...calls, found];
    return bodyOf(found, node, prefix).flatMap((each, i) => expand(each, i, within));
  }

  /** The function's nodes with the caller's values and attributes, under names of their own. */
  function bodyOf(found: FunctionProto, call: NodeProto, prefix: string): NodeProto[] {
    if (call.input.length > found.input.length || call.output.length > found.output.length) {
      throw flaw(
        `the node ${prefix} gives the function ${found.name} ${call.input.length} values for ${call.output.length} outputs, and it takes ` +
          `${found.input.length} for ${found.output.length}`,
      );
    }
    const names = new Map<string, string>();
    for (const [i, name] of found.input.entries()) names.set(name, call.input[i] ?? "");
    const made = new Set(found.node.flatMap(({ output }) => output));
    const copies: NodeProto[] = [];
    found.output.forEach((name, i) => {
      const wanted = call.output[i] ?? "";
      if (wanted === "") return;
      if (made.has(name) && !names.has(name)) names.set(name, wanted);
      else if (names.has(name)) copies.push(identity(names.get(name) as string, wanted, prefix));
      else throw flaw(`the function ${found.name} makes no value of its output ${name}`);
    });
    for (const name of made) if (name !== "" && !names.has(name)) names.set(name, fresh(`${prefix}/${name}`));
    const attributes = attributesOf(found, call);
    const copied = found.node.map((node, i) => {
      const renamed = rename(withAttributes(node, attributes), names);
      return changed(renamed, { name: fresh(`${prefix}/${node.name || `${node.opType}_${i}`}`) });
    });
    return [...copied, ...copies];
  }

  function identity(from: string, to: string, prefix: string): NodeProto {
    const [any] = model.graph?.node ?? [];
    return changed(any as NodeProto, {
      opType: "Identity",
      domain: "",
      overload: "",
      name: fresh(`${prefix}/Identity`),
      input: [from],
      output: [to],
      attribute: [],
    });
  }

  /** An output given twice, or that is an input, keeps one name; names of the file are never used again. */
  function fresh(wish: string): string {
    let name = wish;
    for (let i = 1; taken.has(name); i++) name = `${wish}_${i}`;
    taken.add(name);
    return name;
  }

  function rename(node: NodeProto, names: ReadonlyMap<string, string>): NodeProto {
    return changed(node, {
      input: node.input.map((name) => names.get(name) ?? name),
      output: node.output.map((name) => names.get(name) ?? name),
      attribute: node.attribute.map((each) => withBodies(each, (inner) => renameBody(inner, names))),
    });
  }

  /** Values that a body makes get names of their own as well: the same function may be called twice in one graph. */
  function renameBody(body: GraphProto, outer: ReadonlyMap<string, string>): GraphProto {
    const names = new Map(outer);
    const own = [
      ...body.input.map(({ name }) => name),
      ...body.initializer.map(({ name }) => name),
      ...body.sparseInitializer.map(({ values }) => values?.name ?? ""),
      ...body.node.flatMap(({ output }) => output),
    ];
    for (const name of new Set(own)) if (name !== "") names.set(name, fresh(name));
    const renamed = (value: ValueInfoProto) => changed(value, { name: names.get(value.name) ?? value.name });
    return changed(body, {
      node: body.node.map((node) => rename(node, names)),
      input: body.input.map(renamed),
      output: body.output.map(renamed),
      initializer: body.initializer.map((each) => changed(each, { name: names.get(each.name) ?? each.name })),
      sparseInitializer: body.sparseInitializer.map((each) =>
        each.values
          ? changed(each, {
              values: changed(each.values, { name: names.get(each.values.name) ?? each.values.name }),
            })
          : each,
      ),
      valueInfo: body.valueInfo.map(renamed),
    });
  }

  /** Operators of the function must mean the same in the operator sets of the model. */
  function checkVersions(found: FunctionProto): void {
    for (const [domain, version] of importsOf(found)) {
      const own = imports.get(domain);
      if (own === undefined) {
        imports.set(domain, version);
        opsetImport.push(
          ...found.opsetImport.filter((each) => (each.domain === "ai.onnx" ? "" : each.domain) === domain),
        );
        continue;
      }
      if (own === version) continue;
      for (const node of allNodes(found.node)) {
        if ((node.domain === "ai.onnx" ? "" : node.domain) !== domain) continue;
        if (functions.has(keyOf(node.domain, node.opType, node.overload))) continue;
        if (operatorSince(domain, node.opType, own) === operatorSince(domain, node.opType, version)) continue;
        throw flaw(
          `the function ${found.name} is written for version ${version} of ${domain || "the standard operator set"}, in which ` +
            `${node.opType} is another operator than in version ${own}, which the model imports`,
        );
      }
    }
  }
}

function flaw(what: string): CongruentError {
  return new CongruentError({
    code: "E_ONNX_FUNCTION",
    what,
    expected: "functions that can be put in the place of their calls",
    fix: "export the model again with its functions inlined (onnx.inliner.inline_local_functions)",
  });
}

function keyOf(domain: string, name: string, overload: string): string {
  return `${domain === "ai.onnx" ? "" : domain}/${name}/${overload}`;
}

function importsOf({ opsetImport }: Pick<ModelProto | FunctionProto, "opsetImport">): Map<string, number> {
  return new Map(
    opsetImport.map(({ domain, version }) => [domain === "ai.onnx" ? "" : domain, Number(version)]),
  );
}

function allNodes(nodes: readonly NodeProto[]): NodeProto[] {
  return nodes.flatMap((node) => [
    node,
    ...node.attribute.flatMap(bodies).flatMap((body) => allNodes(body.node)),
  ]);
}

function usesDomain(graph: GraphProto, domain: string): boolean {
  return allNodes(graph.node).some((node) => node.domain === domain);
}

/** What the call says, then the function's defaults. */
function attributesOf(found: FunctionProto, call: NodeProto): ReadonlyMap<string, AttributeProto> {
  const known = new Map(found.attributeProto.map((each) => [each.name, each]));
  for (const each of call.attribute) known.set(each.name, each);
  return known;
}

/** References to the function's attributes replaced by what they stand for; one that stands for nothing is left out. */
function withAttributes(node: NodeProto, given: ReadonlyMap<string, AttributeProto>): NodeProto {
  const attribute = node.attribute.flatMap((each): AttributeProto[] => {
    if (each.refAttrName !== "") {
      const found = given.get(each.refAttrName);
      return found ? [changed(found, { name: each.name, refAttrName: "" })] : [];
    }
    return [
      withBodies(each, (body) =>
        changed(body, { node: body.node.map((inner) => withAttributes(inner, given)) }),
      ),
    ];
  });
  return changed(node, { attribute });
}

function withBodies(attribute: AttributeProto, work: (body: GraphProto) => GraphProto): AttributeProto {
  if (!attribute.g && attribute.graphs.length === 0) return attribute;
  return changed(attribute, {
    ...(attribute.g ? { g: work(attribute.g) } : {}),
    graphs: attribute.graphs.map(work),
  });
}
