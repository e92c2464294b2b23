/**
 * Sets everything up: `npm run setup [-- FLAGS]`. Every step is skipped when it has nothing to do, so that it can be
 * run at any time, interrupted, and run again. `npm start`, `npm test` and `npm run web` begin with it.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { foreground } from "./set-up/child.mjs";
import { Ended, Failure, main } from "./set-up/failure.mjs";
import {
  build,
  checkNode,
  FROM_SOURCE,
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
  --tf2onnx     also TensorFlow and tf2onnx in Python, for export --via tf2onnx
  --classical   also scikit-learn and skl2onnx, for recipes of classical models
  --oracle      also scikit-learn, skl2onnx and the ONNX backend tests, which the tests compare with
  --browsers    also Firefox and WebKit, for the web runtimes: every browser
  --firefox     also Firefox
  --webkit      also WebKit (Linux)
  --no-browser  no browser: the web runtimes are then unavailable unless one is installed
  --verbose     where an error happened
  --help

example: npm run setup -- --cuda
`;

/** Needs of tests that a build meets. */
const BUILT = new Set(["web", "build"]);

/** What `npm start` needs: training, exporting, comparing. */
const DEFAULT_NEEDS = ["tensorflow", "browser"];

/** @typedef {"all" | "web" | "none"} Builds */

/**
 * @param {object} options
 * @param {string[] | (() => Promise<string[]>)} [options.needs] as `setUpSteps` of packages/toolchain knows them; a function is asked once
 * the dependencies are installed, and others than those of set-up are left to `builds`. Default: `tensorflow`, `browser`.
 * @param {Builds | ((needs: string[]) => Builds)} [options.builds] every package, the web app alone, or nothing. Default: `all`.
 * @param {boolean} [options.again] look again for what a recent attempt did not find. Default: false.
 * @returns {Promise<number>} what it took, in seconds
 */
export async function setUp({ needs = DEFAULT_NEEDS, builds = "all", again = false } = {}) {
  checkNode();
  const start = performance.now();
  const printer = createPrinter();
  const release = await acquireLock(join(root, ".tools", "setup.lock"), {
    onWait: (owner) => printer.line(`… waiting for another set-up (process ${owner})`),
  });
  try {
    await printer.step("pnpm", providePnpm);
    await printer.step("JavaScript dependencies", installDependencies);
    process.env.PATH = projectEnvironment().PATH;
    const needed = typeof needs === "function" ? await needs() : needs;
    const provided = needed.filter((need) => !BUILT.has(need));
    if (provided.length > 0) await provide(provided, again);
    const built = typeof builds === "function" ? builds(needed) : builds;
    if (built === "all") await printer.step("build", (progress) => build([], progress));
    if (built === "web") {
      await printer.step("web app", (progress) => build(["--filter=@congruent/web"], progress));
    }
  } finally {
    release();
  }
  const seconds = (performance.now() - start) / 1000;
  printer.line(`✔ set up in ${seconds.toFixed(1)} s`);
  return seconds;
}

async function provide(needs, again) {
  const flags = [...(again ? ["--again"] : []), ...(process.argv.includes("--verbose") ? ["--verbose"] : [])];
  const args = [...FROM_SOURCE, join(root, "scripts", "set-up", "provide.mjs"), ...needs, ...flags];
  const code = await foreground(process.execPath, args, { cwd: root, env: projectEnvironment() });
  if (code !== 0) throw new Ended(code);
}

/** @throws Failure `E_USAGE` (exit 2) for a flag that is not there. */
export function parseFlags(args) {
  const needs = new Set(DEFAULT_NEEDS);
  const add = (...more) =>
    more.forEach((need) => {
      needs.add(need);
    });
  const flags = {
    "--gpu": () => add("gpu"),
    "--cuda": () => add("cuda"),
    "--tf2onnx": () => add("export"),
    "--classical": () => add("baselines"),
    "--oracle": () => add("oracle", "baselines", "backend-tests"),
    "--browsers": () => add("browser", "firefox", "webkit"),
    "--firefox": () => add("firefox"),
    "--webkit": () => add("webkit"),
    "--no-browser": () => {
      for (const need of ["browser", "firefox", "webkit"]) needs.delete(need);
    },
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
  return { needs: [...needs], again: true };
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
