/** Child process: compares ONNX Runtime's outputs for each test with the reference's error bounds. */
import { compareWithBound, fromProto, interpretWithBounds } from "../../packages/reference/src/index.ts";
import { answerEach } from "./answer-each.js";
import { openCase } from "./cases.js";
import { checkOrt, fromOrt, runOrt } from "./run-ort.js";

const skipped = (reason) => ({ status: "skipped", reason });
const failed = (reason) => ({ status: "failed", reason });
const MODELS = ["statistical", "worst"];

answerEach(async (testCase) => {
  let opened;
  let bounded;
  try {
    opened = openCase(testCase);
    // First of all: types that the reference does not know have made ONNX Runtime's binding crash.
    opened.wanted.forEach(checkOrt);
    const feeds = Object.entries(opened.feeds).map(([name, proto]) => [name, fromProto(proto)]);
    bounded = MODELS.map((model) => interpretWithBounds(opened.model, Object.fromEntries(feeds), { model }));
  } catch (error) {
    const known = error.constructor.name === "Skip" || typeof error.code === "string";
    return known ? skipped(error.message) : failed(error.stack);
  }
  let seen;
  try {
    seen = await runOrt(testCase.model, opened.feeds);
  } catch {
    return skipped("ONNX Runtime does not run it");
  }
  for (const [place, { outputs, bounds }] of bounded.entries()) {
    for (const [name, reference] of outputs) {
      // How a float is printed does not depend on rounding.
      if (reference.dtype === "string") continue;
      const result = compareWithBound(fromOrt(seen[name]), reference, bounds.get(name).errors);
      if (!result.within) return failed(`${name}, ${MODELS[place]}: ${result.reason}`);
      if (result.unbounded > 0) return failed(`${name}, ${MODELS[place]}: says nothing`);
    }
  }
  return { status: "passed" };
});
