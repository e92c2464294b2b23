/** The script that runs a repro in Node, as text. */
import { COMPARE } from "./compare-text.js";

export interface ScriptFacts {
  /** As ONNX Runtime names it. */
  provider: string;
  inputs: readonly string[];
  output: string;
  /** The largest error that a correct runtime may make. */
  tolerance: number;
}

/** Needs onnxruntime-node and nothing else; exits with 1 where the output differs, with 3 where there is nothing to run it on. */
export function nodeScript({ provider, inputs, output, tolerance }: ScriptFacts): string {
  return `// npm install, then: node repro.mjs [execution provider]
// Exits with 1 where the output differs from the expected one or the model is refused, with 0 where it agrees,
// with 3 where the execution provider is not there.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";

const provider = process.argv[2] ?? ${JSON.stringify(provider)};
const inputs = ${JSON.stringify(inputs)};
const output = ${JSON.stringify(output)};
const tolerance = ${tolerance};

if (provider === "webgpu" && process.platform === "linux") findVulkan();
const module = await import(process.env.ONNXRUNTIME_NODE ?? "onnxruntime-node").catch(absent);
const ort = module.default ?? module;

const folder = new URL("./test_data_set_0/", import.meta.url);
const feeds = Object.fromEntries(
  inputs.map((name, i) => [name, readTensor(readFileSync(new URL(\`input_\${i}.pb\`, folder)))]),
);
const expected = readTensor(readFileSync(new URL("output_0.pb", folder)));
const model = readFileSync(new URL("./model.onnx", import.meta.url));
const session = await ort.InferenceSession.create(model, { executionProviders: [provider] }).catch(refused);
const { [output]: observed } = await session.run(feeds);

const { differs, words } = compare(observed, expected, tolerance);
const version = module.env?.versions?.node ?? ort.env?.versions?.node ?? "";
console.log(\`onnxruntime-node \${version}, \${provider}: \${output} \${differs ? "DIFFERS" : "agrees"}\`);
console.log(words.join("\\n"));
process.exitCode = differs ? 1 : 0;

// Without a Vulkan driver WebGPU runs on SwiftShader, a driver in software that Chromium and Chrome bring.
function findVulkan() {
  process.env.XDG_RUNTIME_DIR ??= tmpdir();
  if (process.env.VK_ICD_FILENAMES || process.env.VK_DRIVER_FILES) return;
  const drivers = ["/usr/share/vulkan/icd.d", "/etc/vulkan/icd.d", "/usr/local/share/vulkan/icd.d"];
  if (drivers.some((place) => existsSync(place) && readdirSync(place).some((file) => file.endsWith(".json")))) return;
  const places = ["/usr/lib/chromium", "/usr/lib/chromium-browser", "/opt/google/chrome", "/opt/microsoft/msedge"];
  const found = places.map((place) => place + "/vk_swiftshader_icd.json").find((file) => existsSync(file));
  if (!found) return;
  process.env.VK_ICD_FILENAMES = found;
  console.log("no Vulkan driver is installed, so this runs on SwiftShader: VK_ICD_FILENAMES=" + found);
}

function refused(error) {
  if (/adapter|not available|not found/i.test(error.message)) absent(error);
  console.error(\`\${provider} REFUSES the model: \${error.message}\`);
  process.exit(1);
}

function absent(error) {
  console.error(\`\${provider} is not there, so nothing was compared: \${error.message}\`);
  if (provider === "webgpu" && process.platform === "linux") {
    console.error("WebGPU needs libvulkan1 and a Vulkan driver: a GPU's, or Chromium's SwiftShader (apt-get install chromium libvulkan1),");
    console.error("elsewhere than /usr/lib/chromium by VK_ICD_FILENAMES=FOLDER/vk_swiftshader_icd.json npm start");
  }
  process.exit(3);
}

${COMPARE}
${READ_TENSOR}`;
}

/** Decodes the fields of a TensorProto that a repro's files have: dims (1), data_type (2), raw_data (9). */
const READ_TENSOR = `function readTensor(bytes) {
  const dims = [];
  let [type, raw, at] = [0, null, 0];
  const varint = () => {
    let [value, shift] = [0n, 0n];
    for (;;) {
      const byte = bytes[at++];
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return Number(value);
      shift += 7n;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const [field, wire] = [tag >> 3, tag & 7];
    if (wire === 0) {
      const value = varint();
      if (field === 1) dims.push(value);
      if (field === 2) type = value;
      continue;
    }
    const end = varint() + at;
    if (field === 1) while (at < end) dims.push(varint());
    if (field === 9) raw = bytes.slice(at, end);
    at = end;
  }
  const [name, array] = {
    1: ["float32", Float32Array], 2: ["uint8", Uint8Array], 6: ["int32", Int32Array],
    7: ["int64", BigInt64Array], 9: ["bool", Uint8Array], 11: ["float64", Float64Array],
  }[type];
  const data = new array(new Uint8Array(raw ?? []).buffer);
  return new ort.Tensor(name, data, dims);
}
`;
