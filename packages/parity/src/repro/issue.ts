/** A text to paste into an issue. */
import type { Cure, ParityCell } from "@congruent/core/schemas";
import { describeDims, type ModelProto, modelInterface } from "@congruent/onnx";
import { INSTALL } from "./package-json.js";
import type { Failing } from "./smallest-failing.js";

export interface IssueFacts {
  failing: Failing;
  cell: Pick<ParityCell, "runtime" | "versions" | "adapter" | "driver">;
  provider: string;
  /** Which build of ONNX Runtime has it: `onnxruntime-web/webgpu, native WebGPU EP`. */
  build: string;
  oracle: string;
  /** What the repro printed when it was run, and whether it failed then. */
  said: string;
  fails: boolean;
  platform: string;
  cure: Cure | null;
}

export function issueTitle({ failing, provider }: Pick<IssueFacts, "failing" | "provider">): string {
  const operators = failing.nodes.map(({ opType }) => opType).join(" → ");
  return failing.agreement
    ? `[${provider}] ${operators} computes wrong values`
    : `[${provider}] ${operators} breaks the runtime`;
}

export function issueText(facts: IssueFacts): string {
  const { failing, cell, provider, build, oracle, said, fails, platform } = facts;
  const { agreement, broken, output, expected, model } = failing;
  const versions = Object.entries(cell.versions).map(([name, version]) => `- ${name} ${version}`);
  const wrong = agreement
    ? [
        `| output | shape | difference at the worst element | allowed there |`,
        `| --- | --- | ---: | ---: |`,
        `| \`${output}\` | [${expected.dims.join(", ")}] | ${agreement.maxAbs?.toPrecision(3) ?? "another shape, NaN or infinity"} | ${agreement.bound.toPrecision(3)} |`,
        "",
        ...(agreement.at === null
          ? []
          : [
              `At element ${agreement.at} it gives ${agreement.observed} instead of ${agreement.expected}.`,
              "",
            ]),
        `The expected values are those of ${oracle === "reference" ? "an interpreter in double precision" : oracle}. Allowed is what float32 arithmetic explains: ${agreement.why}.`,
      ]
    : [`It breaks: \`${broken?.code}\` ${broken?.what}`];
  return [
    `# ${issueTitle(facts)}`,
    "",
    `Cut out of a larger model and fed with right values, ${failing.nodes.length === 1 ? "one node" : `${failing.nodes.length} connected nodes`} ${agreement ? "computes wrong ones" : "breaks the runtime"} on the execution provider \`${provider}\` (${build}).`,
    ...(failing.nodes.length > 1
      ? [
          "",
          "It is right when the values between these nodes are outputs too: a fused kernel is to be suspected.",
        ]
      : []),
    "",
    "## The model",
    "",
    ...nodeLines(model),
    "",
    ...modelInterface(model).inputs.map(
      ({ name, dtype, dims }) => `- input \`${name}\`: ${dtype} ${describeDims(dims)}`,
    ),
    ...(model.graph?.initializer ?? []).map(({ name, dims }) => `- weight \`${name}\`: [${dims.join(", ")}]`),
    "",
    "## What comes out",
    "",
    ...wrong,
    "",
    "## To reproduce",
    "",
    "The folder holds `model.onnx` and its data in the layout of ONNX's backend tests.",
    "",
    ...(provider === "cuda"
      ? ["`npm install` (which fetches the CUDA libraries), then"]
      : [`\`${INSTALL}\` (the scripts would fetch CUDA libraries), then`]),
    "",
    "- Node: `npm start`, or `node repro.mjs PROVIDER` for another execution provider",
    ...(provider === "webgpu"
      ? [
          "  (on Linux WebGPU needs libvulkan1 and a Vulkan driver; without one the script takes SwiftShader from an installed Chromium, or from `VK_ICD_FILENAMES=…/vk_swiftshader_icd.json`)",
        ]
      : []),
    "- Browser: `npm run page`, and open the address that it prints; the page takes onnxruntime-web from `node_modules`",
    "",
    fails ? "Run so, it says:" : "**Run so on this machine it does not fail**; it says:",
    "",
    "```",
    said,
    "```",
    "",
    ...cureLines(facts.cure),
    "## Versions",
    "",
    ...versions,
    `- ${platform}`,
    ...(cell.adapter === null ? [] : [`- adapter: ${cell.adapter}`]),
    ...(cell.driver === null ? [] : [`- driver: ${cell.driver}`]),
    "",
  ].join("\n");
}

/** What helps in the meantime. */
function cureLines(cure: Cure | null): string[] {
  if (!cure?.best) return [];
  const { what, latency } = cure.best;
  const cost = latency ? `, in ${latency.ratio.toPrecision(3)} times the time` : "";
  return [
    "## What makes it right",
    "",
    `The whole model is right on ${cure.samples} samples with ${what}${cost}. As session options:`,
    "",
    "```json",
    JSON.stringify(cure.options, null, 2),
    "```",
    "",
  ];
}

function nodeLines({ graph, opsetImport }: ModelProto): string[] {
  const opsets = opsetImport.map(({ domain, version }) => `${domain === "" ? "opset" : domain} ${version}`);
  return (graph?.node ?? []).map(({ opType, name, attribute }) => {
    const settings = attribute.map((each) => `${each.name} = ${settingOf(each)}`);
    const named = name === "" ? "" : ` "${name}"`;
    return `- \`${opType}\`${named} (${[...opsets, ...settings].join(", ")})`;
  });
}

type Attribute = NonNullable<ModelProto["graph"]>["node"][number]["attribute"][number];

function settingOf({ type, i, f, s, ints, floats }: Attribute): string {
  const values: Partial<Record<number, string>> = {
    1: String(f),
    2: String(i),
    3: new TextDecoder().decode(s),
    6: `[${floats.join(", ")}]`,
    7: `[${ints.join(", ")}]`,
  };
  return values[type] ?? "…";
}
