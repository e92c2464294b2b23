import { wholeNumber } from "../options/numbers.js";
import { note } from "../output/output.js";
import { type CommonOptions, defineVerb, reported } from "../verb.js";

interface BenchReferenceOptions extends CommonOptions {
  rounds: number;
  shape?: string[];
  fill?: string[];
  timeout: number;
}

const collect = (text: string, before: string[] = []) => [...before, text];

export const benchReference = defineVerb<[models: string[]], BenchReferenceOptions>({
  name: "bench reference",
  description:
    "one sample in double precision, with and without error bounds, beside Python's onnx.reference",
  examples: [
    "congruent bench reference models/lenet/model.onnx",
    "congruent bench reference a.onnx b.onnx --shape s=12 --rounds 7 --report reference.md",
  ],
  reports: true,
  configure: (command) =>
    command
      .argument("<models...>", "ONNX files")
      .option("--rounds <n>", "how often the contenders take turns", wholeNumber("--rounds"), 5)
      .option("--shape <name=sizes>", "of the inputs: INPUT=1,3,224,224 or AXIS=4; may be repeated", collect)
      .option("--fill <strategy>", "of the inputs: STRATEGY or INPUT=STRATEGY; may be repeated", collect)
      .option("--timeout <s>", "seconds that each process may take", wholeNumber("--timeout"), 300),
  async run([models], { rounds, shape = [], fill = [], timeout }) {
    const { provisionEnvironment } = await import("@congruent/toolchain");
    note("the environment of Python's onnx …");
    await provisionEnvironment("export", () => undefined);
    const bench = await import("@congruent/bench");
    const result = await bench.benchReference({
      models,
      shapes: shape,
      fills: fill,
      rounds,
      timeoutMs: timeout * 1000,
      onProgress: note,
    });
    return { report: reported("referenceBench", result) };
  },
});
