/**
 * Child process: the tests from a number on through ONNX Runtime's CPU kernels, one after the other. Each answer goes out before the next
 * test begins, so that the parent knows which one a crash belongs to.
 */
import { fromProto } from "../../packages/reference/src/index.ts";
import { answerEach } from "./answer-each.js";
import { openCase, Skip } from "./cases.js";
import { difference, TOLERANCE } from "./compare.js";
import { checkOrt, fromOrt, runOrt } from "./run-ort.js";

/** Messages about the machine, not about the runtime. */
const LOCALE = "this machine lacks the locale en_US.UTF-8";

const LACKS = [
  [/Could not find an implementation for (\S+?)(\(\d+\))? node/, (m) => `no CPU kernel for ${m[1]}`],
  [/(\S+)\((-?\d+)\) is not a registered function\/op/, (m) => `no operator ${m[1]}`],
  [/No Op registered for (\S+)/, (m) => `no operator ${m[1]}`],
  [/Fatal error: (\S+) is not a registered/, (m) => `no operator ${m[1].replace(/\(.*/, "")}`],
  [/Opset (\d+) is under development/i, (m) => `opset ${m[1]} is not released there`],
  [
    /Unsupported (?:model IR version|tensor type|data type): (\S+)/i,
    (m) => `unsupported type or version ${m[1]}`,
  ],
  [
    /Type 'tensor\((\w+)\)' of input parameter .* is invalid/,
    (m) => `${m[1]} is no type of this operator there`,
  ],
  [/string_normalizer.*(?:Locale|locale|setlocale)/, () => LOCALE],
  [/NOT_IMPLEMENTED : (.{0,60})/, (m) => `not implemented: ${m[1]}`],
];

async function run(testCase) {
  try {
    const { model, feeds, wanted } = openCase(testCase);
    const expected = wanted.map(fromProto);
    wanted.forEach(checkOrt);
    const outputs = await runOrt(testCase.model, feeds);
    const wrong = model.graph.output
      .map(({ name }, i) => difference(expected[i], fromOrt(outputs[name]), TOLERANCE))
      .find((each) => each !== null);
    return wrong === undefined ? { status: "passed" } : { status: "failed", reason: wrong };
  } catch (error) {
    if (error instanceof Skip || error.code === "E_VALUE_DTYPE") {
      const reason = /is of type (\S+),/.exec(error.message)?.[1];
      return { status: "skipped", reason: reason ? `${reason} values` : error.message };
    }
    for (const [pattern, say] of LACKS) {
      const match = pattern.exec(error.message);
      if (match) return { status: "skipped", reason: say(match) };
    }
    // A path of the build machine and a signature say nothing to a reader.
    const words = error.message.split("\n")[0].replace(/^.*onnxruntime::.*?\)\s*(?:\[with .*?\] )?/, "");
    return { status: "failed", reason: words.slice(0, 160) };
  }
}

answerEach(run);
