import type { Evaluator } from "./evaluator.js";

/** This project's `evaluate` as users call it: all scores, curves and checks included. */
export const congruent: Evaluator = {
  name: "congruent",
  title: "Congruent",
  peer: false,
  configurations: () => [{ title: "evaluate(), as it is by default", values: {} }],
  command: (jobFile) => ({
    script: new URL("../workers/evaluation.js", import.meta.url),
    args: [jobFile],
  }),
};
