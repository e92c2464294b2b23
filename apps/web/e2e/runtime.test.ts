/**
 * The runtime package in a page of its own, where nothing but the package keeps order.
 *
 * @needs browser web
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Passport } from "@congruent/core/schemas";
import { describeIf, timeLimits } from "@congruent/core/testing";
import type { Selection } from "@congruent/runtime";
import { launchChromium } from "@congruent/toolchain";
import { afterAll, beforeAll, expect, it, jest } from "@jest/globals";
import type { Browser, Page } from "playwright-core";
import { bandGolden, bandModel } from "./band-model.js";
import { generator } from "./digits.js";
import { whySkipped, withPage } from "./open-page.js";
import type { Overlay } from "./serve-app.js";

jest.setTimeout(timeLimits.programs);

const skipped = whySkipped();
const inBrowser = describeIf(skipped === null, skipped ?? "");

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** The package as an app would bundle it, as one file whose exports are the page's `runtime`. */
async function bundledRuntime(): Promise<Uint8Array> {
  const cache = join(root, "apps", "web", "node_modules", ".cache");
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, "runtime-"));
  try {
    const source = join(root, "packages", "runtime", "src", "index.ts");
    await writeFile(join(folder, "entry.js"), `export * from ${JSON.stringify(source)};`);
    await writeFile(
      join(folder, "vite.config.mjs"),
      `import { defaultClientConditions } from "vite";
      export default {
        resolve: { conditions: ["@congruent/source", ...defaultClientConditions] },
        build: {
          target: "es2023",
          minify: false,
          lib: { entry: "entry.js", formats: ["es"], fileName: "runtime" },
          // What is loaded only when it is used comes along: the page has this one file.
          rolldownOptions: { external: /^onnxruntime-web/, output: { codeSplitting: false } },
        },
      };`,
    );
    const vite = join(root, "apps", "web", "node_modules", "vite", "bin", "vite.js");
    await promisify(execFile)(process.execPath, [vite, "build", "--logLevel", "warn"], { cwd: folder });
    return await readFile(join(folder, "dist", "runtime.js"));
  } finally {
    await rm(folder, { recursive: true });
  }
}

const ORT = join(root, "packages", "runtime", "node_modules", "onnxruntime-web", "dist");
const BUILDS = {
  "onnxruntime-web": "ort.bundle.min.mjs",
  "onnxruntime-web/wasm": "ort.wasm.bundle.min.mjs",
  "onnxruntime-web/webgpu": "ort.webgpu.bundle.min.mjs",
};

async function pageOf(runtime: Uint8Array): Promise<Overlay> {
  const imports = Object.fromEntries(Object.entries(BUILDS).map(([name, file]) => [name, `/ort/${file}`]));
  const files = [
    ...Object.values(BUILDS),
    "ort-wasm-simd-threaded.wasm",
    "ort-wasm-simd-threaded.jsep.wasm",
    "ort-wasm-simd-threaded.asyncify.wasm",
  ];
  const served = await Promise.all(
    files.map(async (file) => [`/ort/${file}`, await readFile(join(ORT, file))] as const),
  );
  return {
    "/page.html": `<!doctype html><link rel="icon" href="data:,"><script type="importmap">${JSON.stringify({ imports })}</script>
      <script type="module">window.runtime = await import("/runtime.mjs");
      window.bytes = new Uint8Array(await (await fetch("/band.onnx")).arrayBuffer());
      document.body.dataset.ready = "";</script><body></body>`,
    "/runtime.mjs": runtime,
    "/band.onnx": bandModel(),
    ...(await wrongOnWebgpu()),
    ...Object.fromEntries(served),
  };
}

/** LeNet as it was before exports were portable, which WebGPU computes wrongly, with the passport of the one that is exported now: the same weights. */
async function wrongOnWebgpu(): Promise<Overlay> {
  const model = await readFile(join(root, "packages", "parity", "src", "fixtures", "lenet-6-channels.onnx"));
  const written = await readFile(join(root, "models", "lenet", "model.passport.json"), "utf8");
  const passport = JSON.parse(written) as Passport;
  passport.model.sha256 = createHash("sha256").update(model).digest("hex");
  passport.model.bytes = model.length;
  return { "/lenet.onnx": model, "/lenet.json": JSON.stringify(passport) };
}

inBrowser("the runtime in a page of its own", () => {
  let browser: Browser;
  let overlay: Overlay;
  beforeAll(async () => {
    [browser, overlay] = await Promise.all([
      launchChromium({ webgpu: "software" }),
      bundledRuntime().then(pageOf),
    ]);
  });
  afterAll(() => browser?.close());

  const withRuntime = (use: (page: Page) => Promise<void>) =>
    withPage({ browser, path: "/page.html", overlay }, async ({ page, faults }) => {
      page.setDefaultTimeout(20_000);
      await page.locator("body[data-ready]").waitFor({ state: "attached" });
      await use(page);
      expect(faults).toEqual([]);
    });

  it.each([1, 2, 3])(
    "sessions opened, run and closed all at once compute what they should (%i)",
    async (seed) => {
      const { inputs, outputs } = bandGolden();
      const pixels = [...(inputs.pixels!.data as Float32Array)];
      const random = generator(seed);
      const names = ["web-wasm", "web-webgpu", "web-jsep"];
      const sessions = Array.from({ length: 6 }, () => ({
        runtime: names[Math.floor(random() * names.length)],
        pause: Math.floor(random() * 60),
        runs: 1 + Math.floor(random() * 2),
        // Some are given up while they are opened.
        abort: random() < 0.3 ? Math.floor(random() * 80) : null,
      }));
      await withRuntime(async (page) => {
        const found = (await page.evaluate(`(async () => {
        const data = Float32Array.from(${JSON.stringify(pixels)});
        const feeds = { pixels: { dtype: "float32", dims: [4, 28, 28, 1], data } };
        const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
        return Promise.all(${JSON.stringify(sessions)}.map(async ({ runtime, pause, runs, abort }) => {
          await wait(pause);
          const controller = new AbortController();
          if (abort !== null) wait(abort).then(() => controller.abort());
          try {
            const model = await window.runtime.load(window.bytes, { runtime, threads: 1, signal: controller.signal });
            const results = await Promise.all(Array.from({ length: runs }, () => model.run(feeds)));
            await model.close();
            return results.map(({ label, probabilities }) => [[...label.data].map(Number), [...probabilities.data]]);
          } catch (error) {
            return error.code ?? String(error);
          }
        }));
      })()`)) as (string | [number[], number[]][])[];
        found.forEach((result, index) => {
          const { abort, runtime, runs } = sessions[index]!;
          if (typeof result === "string") {
            const allowed = abort === null ? [] : ["E_ABORTED"];
            // A machine without an adapter has WebAssembly alone.
            if (runtime !== "web-wasm") allowed.push("E_RUNTIME_UNAVAILABLE");
            expect(allowed).toContain(result);
            return;
          }
          expect(result).toHaveLength(runs);
          for (const [label, probabilities] of result) {
            expect(label).toEqual([...(outputs.label!.data as BigInt64Array)].map(Number));
            probabilities.forEach((value, i) => {
              expect(value).toBeCloseTo(Number(outputs.probabilities!.data[i]), 5);
            });
          }
        });
        // Not everything may end so: what was not aborted ran where WebGPU needs none.
        expect(found.filter((result) => typeof result !== "string").length).toBeGreaterThan(0);
      });
    },
  );

  it("refuses pixels that are none, as in Node", async () => {
    await withRuntime(async (page) => {
      const codes = await page.evaluate(`(async () => {
        const model = await window.runtime.load(window.bytes, { threads: 1 });
        const code = (pictures) => model.classify(pictures).then((found) => found[0].label, ({ code }) => code);
        const filled = (value, length = 784) => [new Float32Array(length).fill(value)];
        return [
          await code(filled(NaN)), await code(filled(Infinity)), await code(filled(-1)), await code(filled(256)),
          await code(filled(1, 785)), await code({ dtype: "float32", dims: [1, 28, 28, 1], data: new Float32Array(800) }),
          await code(filled(255)),
        ];
      })()`);
      expect(codes).toEqual([
        ...Array.from({ length: 4 }, () => "E_PIXEL_VALUE"),
        ...Array.from({ length: 2 }, () => "E_INPUT_SHAPE"),
        expect.any(String),
      ]);
      expect((codes as string[]).at(-1)).not.toMatch(/^E_/);
    });
  });

  it("auto leaves a WebGPU that is wrong, answers right by WebAssembly, says why, and remembers it", async () => {
    await withRuntime(async (page) => {
      const found = (await page.evaluate(`(async () => {
        const passport = await (await fetch("/lenet.json")).json();
        const { decodeTensor, load } = window.runtime;
        const options = { passport, runtime: "auto", runtimes: ["web-webgpu", "web-wasm"], threads: 1 };
        const flipped = new Uint8Array(await (await fetch("/lenet.onnx")).arrayBuffer());
        flipped[flipped.length >> 1] ^= 1;
        const refused = await load(flipped, options).catch(({ code }) => code);
        const results = [];
        for (const time of [1, 2]) {
          const model = await load("/lenet.onnx", options);
          const answers = await model.classify(decodeTensor(passport.golden.inputs.pixels));
          results.push({ selection: model.selection, indices: answers.map(({ index }) => index) });
          await model.close();
        }
        return { refused, results, golden: [...decodeTensor(passport.golden.outputs.label).data].map(Number) };
      })()`)) as {
        refused: string;
        results: { selection: Selection; indices: number[] }[];
        golden: number[];
      };
      const { refused, results, golden } = found;
      expect(refused).toBe("E_PASSPORT_MODEL");
      expect(results.map(({ indices }) => indices)).toEqual([golden, golden]);
      const [first, second] = results.map(({ selection }) => selection);
      expect(first).toMatchObject({
        runtime: "web-wasm",
        remembered: false,
        tried: [
          { runtime: "web-webgpu", status: "wrong", worst: { output: "logits" } },
          { runtime: "web-wasm", status: "right" },
        ],
      });
      expect(second).toMatchObject({ runtime: "web-wasm", remembered: true, tried: [] });
    });
  });
});
