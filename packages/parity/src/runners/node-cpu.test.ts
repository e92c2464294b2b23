import { describeRunner } from "./describe-runner.test.suite.js";
import { nodeCpu } from "./node-cpu.js";

describeRunner({ runner: nodeCpu, readsModel: true, provider: "CPUExecutionProvider" });
