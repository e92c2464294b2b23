import { readCases } from "./cases.js";

/** In a child process: answers the tests from the number that the parent sends on, one after the other. */
export function answerEach(run) {
  process.once("message", async (begin) => {
    const cases = readCases();
    for (let index = begin; index < cases.length; index++) {
      const result = await run(cases[index]);
      await new Promise((resolve) => process.send({ index, result }, resolve));
    }
    process.disconnect();
  });
}
