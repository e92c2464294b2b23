/** The page that runs a repro in a browser, as text: it carries the model and the data. */
import { type Tensor, tensorBytes } from "@congruent/core";
import { COMPARE } from "./compare-text.js";
import { INSTALL } from "./package-json.js";

export interface PageFacts {
  title: string;
  /** As ONNX Runtime names it. */
  provider: string;
  /** The file of onnxruntime-web's dist folder that has it. */
  bundle: string;
  /** Of onnxruntime-web. */
  version: string;
  model: Uint8Array;
  inputs: Readonly<Record<string, Tensor>>;
  output: string;
  expected: Tensor;
  /** The largest error that a correct runtime may make. */
  tolerance: number;
}

/**
 * One file that fetches nothing but onnxruntime-web: from the server of the folder (serve.mjs), or from the address that `?ort=` gives. It
 * shows the result as text and in `document.body.dataset.state`: `differs`, `agrees`, `failed`, or `unserved` when it was opened from the
 * disk, where browsers let a page load no script.
 */
export function htmlPage(facts: PageFacts): string {
  const { title, provider, bundle, version, model, inputs, output, expected, tolerance } = facts;
  const data = {
    provider,
    bundle,
    output,
    tolerance,
    model: base64(model),
    inputs: Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, packed(value)])),
    expected: packed(expected),
  };
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 50rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.25rem; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; }
</style>
<h1>${escaped(title)}</h1>
<pre id="said">running …</pre>
<div id="unserved" hidden>
<p>This page was opened from the disk, where browsers let a page load no script beside it. In this folder:</p>
<pre>${INSTALL}
npm run page</pre>
<p>and open the address that this prints. Or <a href="?ort=${escaped(cdn(version))}">load onnxruntime-web ${escaped(version)} from the network</a>.</p>
</div>
<script type="application/json" id="data">${JSON.stringify(data).replaceAll("<", "\\u003c")}</script>
<script type="module">
const place = new URLSearchParams(location.search).get("ort") ?? (location.protocol === "file:" ? null : "./ort/");
const said = document.getElementById("said");
if (place === null) {
  document.getElementById("unserved").hidden = false;
  said.hidden = true;
  document.body.dataset.state = "unserved";
} else await run(new URL(place, location.href));

${COMPARE}
async function run(place) {
  try {
    const data = JSON.parse(document.getElementById("data").textContent);
    // Each build has kernels of its own.
    const ort = await import(new URL(data.bundle, place).href);
    ort.env.wasm.numThreads = 1;
    const arrays = {
      float32: Float32Array, float64: Float64Array, int32: Int32Array, int64: BigInt64Array, uint8: Uint8Array, bool: Uint8Array,
    };
    const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    const tensor = ({ dtype, dims, base64 }) => new ort.Tensor(dtype, new arrays[dtype](bytes(base64).buffer), dims);
    const session = await ort.InferenceSession.create(bytes(data.model), { executionProviders: [data.provider] });
    const feeds = Object.fromEntries(Object.entries(data.inputs).map(([name, value]) => [name, tensor(value)]));
    const { [data.output]: observed } = await session.run(feeds);
    const expected = tensor(data.expected);
    const { differs, words } = compare(observed, expected, data.tolerance);
    const info = (await navigator.gpu?.requestAdapter())?.info;
    said.textContent = [
      \`onnxruntime-web \${ort.env.versions.web ?? ort.env.versions.common}, \${data.provider}: \${data.output} \${differs ? "DIFFERS" : "agrees"}\`,
      ...words,
      navigator.userAgent,
      info ? \`adapter: \${[info.vendor, info.architecture, info.device, info.description].filter(Boolean).join(" ")}\` : "no WebGPU",
    ].join("\\n");
    document.body.dataset.state = differs ? "differs" : "agrees";
  } catch (error) {
    said.textContent = String(error);
    document.body.dataset.state = "failed";
  }
}
</script>
</html>
`;
}

function cdn(version: string): string {
  return `https://cdn.jsdelivr.net/npm/onnxruntime-web@${version}/dist/`;
}

function packed(value: Tensor) {
  return { dtype: value.dtype, dims: value.dims, base64: base64(tensorBytes(value)) };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
