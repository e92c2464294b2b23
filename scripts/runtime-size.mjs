/**
 * `node scripts/runtime-size.mjs`: how many bytes an app's page loads of @congruent/runtime, without ONNX Runtime, minified and by gzip; and what a
 * bundle of it must not contain. Ends with 1 where a limit is passed. `--modules` also lists what is in each bundle.
 */

import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";
import { root } from "./set-up/javascript.mjs";

const source = (name) => JSON.stringify(join(root, "packages", "runtime", "src", `${name}.ts`));
const limits = { load: 15_000, verify: 8_000 };
const failures = [];

/** What is loaded at once, and what only when it is used, of an app that is this code. */
async function bundled(code) {
  const bundle = await rolldown({
    input: "app",
    external: [/^onnxruntime-/],
    platform: "browser",
    logLevel: "silent",
    resolve: { conditionNames: ["@congruent/source", "browser", "import", "default"] },
    plugins: [
      {
        name: "app",
        resolveId: (id) => (id === "app" ? join(root, "packages", "runtime", "src", "app.js") : null),
        load: (id) => (id.endsWith(join("src", "app.js")) ? code : null),
      },
    ],
  });
  const { output } = await bundle.generate({ format: "esm", minify: true });
  await bundle.close();
  const chunks = new Map(
    output.filter(({ type }) => type === "chunk").map((chunk) => [chunk.fileName, chunk]),
  );
  const first = output.find(({ isEntry }) => isEntry);
  const atOnce = new Set();
  const follow = (name) => {
    const chunk = chunks.get(name);
    if (!chunk || atOnce.has(chunk)) return;
    atOnce.add(chunk);
    for (const next of chunk.imports) follow(next);
  };
  follow(first.fileName);
  const all = [...chunks.values()];
  /** The files of a chunk that is imported when it is needed, without what is there already. */
  const of = (name) => {
    const before = new Set(atOnce);
    for (const chunk of chunks.values())
      if (chunk.facadeModuleId?.endsWith(`${name}.ts`)) follow(chunk.fileName);
    const more = [...atOnce].filter((chunk) => !before.has(chunk));
    for (const chunk of more) atOnce.delete(chunk);
    return bytesOf(more);
  };
  return {
    passport: of("load-verified"),
    atOnce: bytesOf([...atOnce]),
    later: bytesOf(all.filter((chunk) => !atOnce.has(chunk))),
    builds: [
      ...new Set(all.flatMap(({ dynamicImports }) => dynamicImports).filter((id) => id.startsWith("onnx"))),
    ].sort(),
    code: all.map(({ code: text }) => text).join("\n"),
    modules: all
      .flatMap(({ modules }) => Object.entries(modules))
      .filter(([, { renderedLength }]) => renderedLength > 0),
  };
}

function bytesOf(chunks) {
  return chunks.reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length, 0);
}

function say(what, bytes, limit) {
  const over = bytes > limit;
  process.stdout.write(`${over ? "✖" : "✔"} ${what}: ${bytes} bytes (at most ${limit})\n`);
  if (over) failures.push(what);
}

function expect(what, found, wanted) {
  const same = JSON.stringify(found) === JSON.stringify(wanted);
  process.stdout.write(`${same ? "✔" : "✖"} ${what}: ${JSON.stringify(found)}\n`);
  if (!same) failures.push(what);
}

const plain = await bundled(`export { load } from ${source("wasm")};`);
const verified = await bundled(`export { load, verify } from ${source("wasm")};`);
say("load, run and classify", plain.atOnce, limits.load);
say("verify more", verified.atOnce - plain.atOnce, limits.verify);
say("load with a passport more", plain.passport, limits.verify);
say(
  "whatever else is loaded only when it is used, such as texts of errors",
  plain.later - plain.passport,
  limits.verify,
);

const whole = await bundled(`export * from ${source("index")};`);
expect("builds of ONNX Runtime: wasm", plain.builds, ["onnxruntime-web/wasm"]);
const gpu = await bundled(`export { load } from ${source("webgpu")};`);
expect("builds of ONNX Runtime: webgpu", gpu.builds, ["onnxruntime-web/webgpu"]);
expect("builds of ONNX Runtime: all", whole.builds, [
  "onnxruntime-web",
  "onnxruntime-web/wasm",
  "onnxruntime-web/webgpu",
]);
const strange = whole.modules.filter(([id]) => /node_modules[\\/](zod|@bufbuild)[\\/]/.test(id));
expect("schema libraries in the bundle", strange.length, 0);
expect("dynamic code", whole.code.match(/\beval\(|\bFunction\(/g) ?? [], []);

if (process.argv.includes("--modules")) {
  for (const [id, { renderedLength }] of plain.modules.sort(
    (a, b) => b[1].renderedLength - a[1].renderedLength,
  )) {
    process.stdout.write(`${renderedLength} ${id.replace(root, "").replace(/.*node_modules/, "")}\n`);
  }
}
process.exitCode = failures.length === 0 ? 0 : 1;
