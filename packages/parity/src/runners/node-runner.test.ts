import { NODE_ORT_RUNTIMES } from "@congruent/core";
import { describeRunner } from "../testing/describe-runner.js";
import { whyAbsent } from "../testing/why-absent.js";
import { nodeRunner } from "./node-runner.js";

for (const runtime of NODE_ORT_RUNTIMES) {
  const runner = nodeRunner(runtime);
  describeRunner({ runner, readsModel: true, absent: whyAbsent(runner) });
}
