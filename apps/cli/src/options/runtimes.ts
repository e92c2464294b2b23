import { CongruentError, RUNTIMES, type RuntimeName } from "@congruent/core";

/** `a,b,c` as names of runtimes. @throws CongruentError `E_RUNTIME_NAME` */
export function runtimeList(text: string): RuntimeName[] {
  return text.split(",").map((part) => {
    const name = RUNTIMES.find((known) => known === part.trim());
    if (name) return name;
    throw new CongruentError({
      code: "E_RUNTIME_NAME",
      what: `there is no runtime "${part.trim()}"`,
      expected: `one of ${RUNTIMES.join(", ")}`,
      fix: "separate several by commas, without spaces",
    });
  });
}

/** The runtimes that the Node package of the runtime can open. */
export const NODE_RUNTIMES = ["node-cpu", "node-webgpu", "node-cuda"] as const;
