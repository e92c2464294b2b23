import { valueDType } from "../../packages/reference/src/from-proto.ts";
import { fromProto, interpret } from "../../packages/reference/src/index.ts";
import { absent, sequenceOf } from "../../packages/reference/src/sequence.ts";
import { openCase, Skip } from "./cases.js";
import { difference, TIGHT, TOLERANCE } from "./compare.js";

/** Codes of refusals: what the reference says that it does not compute. */
const REFUSALS = {
  E_OPERATOR: ({ what }) => /does not know (\S+)/.exec(what)?.[1] ?? what,
  E_VALUE_DTYPE: ({ what }) => `${/is of type (\S+),/.exec(what)?.[1] ?? what} values`,
  E_NODE_RANDOM: () => "random numbers",
  E_OPSET: ({ what }) => what,
};

/** A recorded tensor, sequence or optional as a value of the reference. */
function recordedValue(recorded) {
  if (!("items" in recorded)) return fromProto(recorded);
  const dtype = valueDType(recorded.type, "the recorded value");
  return recorded.items === null ? absent(dtype) : sequenceOf(recorded.items.map(fromProto), dtype);
}

/**
 * One test through the reference.
 *
 * @returns {{ status: "passed" | "failed" | "skipped", reason?: string, tight?: boolean, operators: string[] }}
 */
export function runReference(testCase) {
  let operators = [];
  try {
    const { model, feeds, wanted } = openCase(testCase, true);
    operators = [
      ...new Set(model.graph.node.map(({ domain, opType }) => (domain ? `${domain}.${opType}` : opType))),
    ];
    const inputs = Object.fromEntries(
      Object.entries(feeds).map(([name, proto]) => [name, recordedValue(proto)]),
    );
    const expected = wanted.map(recordedValue);
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
