/**
 * Sets everything up: `npm run setup [-- FLAGS]`. Every step is skipped when it has nothing to do, so that it can be
 * run at any time, interrupted, and run again. `npm start`, `npm test` and `npm run web` begin with it.
 */
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Failure, main } from "./set-up/failure.mjs";
import {
  build,
  checkNode,
  installDependencies,
  projectEnvironment,
  providePnpm,
  root,
} from "./set-up/javascript.mjs";
import { acquireLock } from "./set-up/lock.mjs";
import { createPrinter } from "./set-up/printer.mjs";

const HELP = `npm run setup [-- FLAGS]

  --gpu         also TensorFlow's CUDA build, for training with --device gpu
  --cuda        also ONNX Runtime's CUDA provider, for the runtime node-cuda
  --oracle      also scikit-learn, skl2onnx and the ONNX backend tests, which the tests compare with
  --browsers    also Firefox and WebKit, for the web runtimes: every browser
  --firefox     also Firefox
  --webkit      also WebKit (Linux)
  --no-browser  no browser: the web runtimes are then unavailable unless one is installed
  --verbose     where an error happened
  --help

example: npm run setup -- --cuda
`;

/**
 * @param {{python?: boolean, oracle?: boolean, browsers?: string[] | "all", again?: boolean, gpu?: boolean, cuda?: boolean}} options
 * As `setUpSteps` of packages/toolchain takes them.
 */
export async function setUp(options = {}) {
  checkNode();
  const start = performance.now();
  const printer = createPrinter();
  const release = await acquireLock(join(root, ".tools", "setup.lock"), {
    onWait: (owner) => printer.line(`… waiting for another set-up (process ${owner})`),
  });
  try {
    await printer.step("pnpm", providePnpm);
    await printer.step("JavaScript dependencies", installDependencies);
    await printer.step("build", build);
    process.env.PATH = projectEnvironment().PATH;
    const compiled = pathToFileURL(join(root, "packages", "toolchain", "dist", "set-up.js"));
    const { setUpSteps } = await import(compiled.href);
    for (const { title, run } of setUpSteps(options)) await printer.step(title, run);
  } finally {
    release();
  }
  printer.line(`✔ set up in ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

/** @throws Failure `E_USAGE` (exit 2) for a flag that is not there. */
export function parseFlags(args) {
  const options = { again: true };
  const browsers = new Set(["chromium"]);
  const flags = {
    "--gpu": () => Object.assign(options, { gpu: true }),
    "--cuda": () => Object.assign(options, { cuda: true }),
    "--oracle": () => Object.assign(options, { oracle: true }),
    "--browsers": () => Object.assign(options, { browsers: "all" }),
    "--firefox": () => browsers.add("firefox"),
    "--webkit": () => browsers.add("webkit"),
    "--no-browser": () => browsers.clear(),
    "--verbose": () => undefined,
  };
  for (const arg of args) {
    if (!Object.hasOwn(flags, arg)) {
      throw new Failure({
        code: "E_USAGE",
        what: `unknown argument ${JSON.stringify(arg)}`,
        expected: Object.keys(flags).join(", "),
        fix: "npm run setup -- --help",
        exit: 2,
      });
    }
    flags[arg]();
  }
  return { browsers: [...browsers], ...options };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const args = process.argv.slice(2);
  await main(
    async () => {
      if (args.includes("--help")) process.stdout.write(HELP);
      else await setUp(parseFlags(args));
      return 0;
    },
    { verbose: args.includes("--verbose") },
  );
}
