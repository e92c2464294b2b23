/** The page that runs a repro in a browser, as text: it carries the model and the data. */
import { type Tensor, tensorBytes } from "@congruent/core";

export interface PageFacts {
  title: string;
  /** As ONNX Runtime names it. */
  provider: string;
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
 * One file that fetches nothing but onnxruntime-web, from a place that stands at its top. It says what came out, and in
 * \`document.body.dataset.state\`: \`differs\`, \`agrees\` or \`failed\`.
 */
export function htmlPage(facts: PageFacts): string {
  const { title, provider, version, model, inputs, output, expected, tolerance } = facts;
  const data = {
    provider,
    output,
    tolerance,
    model: base64(model),
    inputs: Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, packed(value)])),
    expected: packed(expected),
  };
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${escaped(title)}</title>
<h1>${escaped(title)}</h1>
<pre id="said">running …</pre>
<script type="application/json" id="data">${JSON.stringify(data).replaceAll("<", "\\u003c")}</script>
<script type="module">
// Where onnxruntime-web lies; for a copy of your own write "./node_modules/onnxruntime-web/dist/" and serve this folder.
const ORT = new URLSearchParams(location.search).get("ort") ?? "https://cdn.jsdelivr.net/npm/onnxruntime-web@${version}/dist/";

const said = document.getElementById("said");
try {
  const ort = await import(new URL("ort.webgpu.min.mjs", new URL(ORT, location.href)).href);
  ort.env.wasm.numThreads = 1;
  const data = JSON.parse(document.getElementById("data").textContent);
  const arrays = {
    float32: Float32Array, float64: Float64Array, int32: Int32Array, int64: BigInt64Array, uint8: Uint8Array, bool: Uint8Array,
  };
  const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const tensor = ({ dtype, dims, base64 }) => new ort.Tensor(dtype, new arrays[dtype](bytes(base64).buffer), dims);
  const session = await ort.InferenceSession.create(bytes(data.model), { executionProviders: [data.provider] });
  const feeds = Object.fromEntries(Object.entries(data.inputs).map(([name, value]) => [name, tensor(value)]));
  const { [data.output]: observed } = await session.run(feeds);
  const expected = tensor(data.expected);
  let worst = { error: 0, at: -1 };
  for (let i = 0; i < expected.data.length; i++) {
    const [a, b] = [Number(expected.data[i]), Number(observed.data[i])];
    if (a === b || (Number.isNaN(a) && Number.isNaN(b))) continue;
    const error = Number.isNaN(a - b) ? Infinity : Math.abs(a - b);
    if (error > worst.error) worst = { error, at: i };
  }
  const differs = String(expected.dims) !== String(observed.dims) || worst.error > data.tolerance;
  const info = (await navigator.gpu?.requestAdapter())?.info;
  said.textContent = [
    \`onnxruntime-web \${ort.env.versions.web ?? ort.env.versions.common}, \${data.provider}: \${data.output} \${differs ? "DIFFERS" : "agrees"}\`,
    \`largest difference \${worst.error}, allowed \${data.tolerance}\`,
    worst.at < 0 ? "" : \`at element \${worst.at}: \${observed.data[worst.at]} instead of \${expected.data[worst.at]}\`,
    navigator.userAgent,
    info ? \`adapter: \${[info.vendor, info.architecture, info.device, info.description].filter(Boolean).join(" ")}\` : "no WebGPU",
  ].join("\\n");
  document.body.dataset.state = differs ? "differs" : "agrees";
} catch (error) {
  said.textContent = String(error);
  document.body.dataset.state = "failed";
}
</script>
</html>
`;
}

function packed(value: Tensor) {
  return { dtype: value.dtype, dims: value.dims, base64: base64(tensorBytes(value)) };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
