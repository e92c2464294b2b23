/** docs/exported-models.md: what became of each model. */
import { formatBytes, markdownTable } from "../../packages/report/src/index.ts";

const columns = [
  { title: "model" },
  { title: "package" },
  { title: "weights", numeric: true },
  { title: "layers", numeric: true },
  { title: "nodes", numeric: true },
  { title: "file", numeric: true },
  { title: "off tfjs", numeric: true },
  { title: "native", numeric: true },
  { title: "native, verified", numeric: true },
  { title: "tf2onnx, verified", numeric: true },
];

const time = (value) => (typeof value === "number" ? `${value.toFixed(1)} s` : `– (${value})`);

/** @param rows of `measure` @param {string} machine */
export function pageOf(rows, machine) {
  const table = markdownTable(
    columns,
    rows.map((row) => [
      row.title,
      row.package,
      row.weights.toLocaleString("en-US"),
      String(row.layers),
      String(row.nodes),
      formatBytes(row.onDisk),
      row.off.toExponential(1),
      time(row.native),
      time(row.verified),
      time(row.tf2onnx),
    ]),
  );
  return `# Published layers models, exported

Models of public npm packages in the tfjs layers format, which nobody here wrote, as ONNX files. \`npm run test:full -- export\` fetches them, exports them and writes this page.

${table}

- off tfjs: the largest difference between ONNX Runtime on the CPU and tfjs-node on two random pictures, as a part of the largest output. The test demands 1e-6.
- native: reading the files, converting, all passes, and encoding; nothing is verified. Native, verified: all of \`congruent export\`, which compares the file with tfjs
  before it appears. tf2onnx, verified: the same with \`--via tf2onnx\`; its errors: E_INPUT_SHAPE where height and width are free, E_CAPTURE_LAYER and the like.
- The ESRGAN has two layers of its own, which are registered with tfjs and with the exporter (scripts/exported-models/upscaler-layers.mjs).
- Weights that a package keeps in eight bits are exported as the float32 that tfjs makes of them.
- Measured one after the other on ${machine}.
`;
}
