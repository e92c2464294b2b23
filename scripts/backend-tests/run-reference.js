import { fromProto, interpret } from "../../packages/reference/src/index.ts";
import { openCase, Skip } from "./cases.js";
import { difference, TIGHT, TOLERANCE } from "./compare.js";

/** Codes of refusals: what the reference says that it does not compute. */
const REFUSALS = {
  E_OPERATOR: ({ what }) => /does not know (\S+)/.exec(what)?.[1] ?? what,
  E_VALUE_DTYPE: ({ what }) => `${/is of type (\S+),/.exec(what)?.[1] ?? what} values`,
  E_NODE_RANDOM: () => "random numbers",
  E_OPSET: ({ what }) => what,
};

/**
 * One test through the reference.
 *
 * @returns {{ status: "passed" | "failed" | "skipped", reason?: string, tight?: boolean, operators: string[] }}
 */
export function runReference(testCase) {
  let operators = [];
  try {
    const { model, feeds, wanted } = openCase(testCase);
    operators = [
      ...new Set(model.graph.node.map(({ domain, opType }) => (domain ? `${domain}.${opType}` : opType))),
    ];
    const inputs = Object.fromEntries(Object.entries(feeds).map(([name, proto]) => [name, fromProto(proto)]));
    const expected = wanted.map(fromProto);
    const { outputs } = interpret(model, inputs);
    const got = model.graph.output.map(({ name }) => outputs.get(name));
    const wrong = expected
      .map((each, i) => difference(each, got[i], TOLERANCE))
      .find((each) => each !== null);
    if (wrong !== undefined) return { status: "failed", reason: wrong, operators };
    return {
      status: "passed",
      tight: expected.every((each, i) => difference(each, got[i], TIGHT) === null),
      operators,
    };
  } catch (error) {
    if (error instanceof Skip) return { status: "skipped", reason: error.message, operators };
    const refusal = REFUSALS[error.code]?.(error);
    if (refusal) return { status: "skipped", reason: refusal, operators };
    return { status: "failed", reason: error.message.split("\n")[0], operators };
  }
}
