import { CongruentError, closest } from "@congruent/core";
import { inlineFunctions, type ModelProto, type NodeProto, OPERATOR_SETS } from "@congruent/onnx";
import { describeNode, type Kernel } from "./call.js";
import { operators } from "./operators/index.js";

/** Versions of the standard operator set that are known here. Of those before 7, when broadcasting was an attribute, few operators are. */
export const OPSETS = { oldest: 1, newest: 28 } as const;

/** Versions of operator sets by domain; the standard's is "". */
export type Opsets = ReadonlyMap<string, number>;

export function domainOf(node: NodeProto): string {
  return node.domain === "ai.onnx" ? "" : node.domain;
}

/**
 * The operator sets that a model imports.
 *
 * @throws CongruentError `E_OPSET` for a version of the standard set that is not known here
 */
export function opsetsOf({ opsetImport }: Pick<ModelProto, "opsetImport">): Opsets {
  const opsets = new Map(
    opsetImport.map(({ domain, version }) => [domain === "ai.onnx" ? "" : domain, Number(version)]),
  );
  const standard = opsets.get("");
  if (standard !== undefined && (standard < OPSETS.oldest || standard > OPSETS.newest)) {
    throw new CongruentError({
      code: "E_OPSET",
      what: `the model uses version ${standard} of the standard operator set`,
      expected: `${OPSETS.oldest} to ${OPSETS.newest}`,
      fix: "convert it with onnx.version_converter, or export it again for another opset",
    });
  }
  return opsets;
}

/**
 * What computes a node at the version of its operator set.
 *
 * @throws CongruentError `E_OPERATOR` (exit 3) for one that the reference does not know, naming node and operator
 */
export function findKernel(node: NodeProto, opsets: Opsets): { kernel: Kernel; opset: number } {
  const domain = domainOf(node);
  const opset = opsets.get(domain);
  if (opset === undefined) {
    throw new CongruentError({
      code: "E_OPSET",
      what: `${describeNode(node)}: the model imports no operator set of the domain "${domain}"`,
    });
  }
  const forms = operators[domain]?.[node.opType] ?? {};
  const since = Math.max(
    ...Object.keys(forms)
      .map(Number)
      .filter((version) => version <= opset),
  );
  const kernel = forms[since];
  if (kernel) return { kernel, opset };
  const meant = OPERATOR_SETS[domain]?.since.has(node.opType)
    ? undefined
    : closest(node.opType, Object.keys(operators[domain] ?? {}));
  throw new CongruentError({
    code: "E_OPERATOR",
    what: `${describeNode(node)}: the reference does not know ${node.opType} of opset ${opset}`,
    fix:
      meant === undefined
        ? "compare the other runtimes without it; packages/reference/README.md lists what it knows"
        : `did you mean "${meant}"?`,
    exit: 3,
  });
}

/** A node whose operator the reference does not know. */
export interface UnknownOperator {
  node: NodeProto;
  index: number;
  error: CongruentError;
}

/** The nodes that keep a model from being run here, its own functions inlined: none, when it can be. */
export function unknownOperators(source: ModelProto): UnknownOperator[] {
  const model = inlineFunctions(source);
  const opsets = opsetsOf(model);
  return (model.graph?.node ?? []).flatMap((node, index) => {
    try {
      findKernel(node, opsets);
      return [];
    } catch (error) {
      if (error instanceof CongruentError) return [{ node, index, error }];
      throw error;
    }
  });
}
