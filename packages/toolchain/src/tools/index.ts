/** Every tool that `congruent doctor` looks at, in the order in which it lists them. */
import { BROWSERS, CongruentError, messageOf } from "@congruent/core";
import { browserTool } from "../browser/browser-tool.js";
import { isCheckout, setUpCommand } from "../home.js";
import { absent, type Inspection, type Tool } from "../tool.js";
import { compiler } from "./compiler.js";
import { cudaDriver, cudaLibraries, cudaProvider, cudnn } from "./cuda.js";
import { libtensorflow } from "./libtensorflow.js";
import { node } from "./node.js";
import { nodeWebgpu } from "./node-webgpu.js";
import { onnxruntimeNode, onnxruntimeWeb } from "./onnxruntime.js";
import { pnpm } from "./pnpm.js";
import { python } from "./python.js";
import { pythonExport, pythonOracle } from "./python-environment.js";
import { tensorflowGpu } from "./tensorflow-gpu.js";
import { tf2onnx } from "./tf2onnx.js";
import { tfjsAddon } from "./tfjs-addon.js";
import { turbo } from "./turbo.js";

export const tools: readonly Tool[] = [
  node,
  pnpm,
  turbo,
  python,
  pythonExport,
  pythonOracle,
  compiler,
  libtensorflow,
  tfjsAddon,
  tf2onnx,
  onnxruntimeNode,
  onnxruntimeWeb,
  ...BROWSERS.map(browserTool),
  nodeWebgpu,
  tensorflowGpu,
  cudaDriver,
  cudaLibraries,
  cudnn,
  cudaProvider,
];

/** What builds the models of the repository. */
const OF_THE_REPOSITORY: readonly Tool[] = [pnpm, turbo];

/** Those that there is a use for here: an installed package builds nothing of the repository. */
function toolsHere(): readonly Tool[] {
  return isCheckout() ? tools : tools.filter((tool) => !OF_THE_REPOSITORY.includes(tool));
}

/** One line of `congruent doctor`. */
export interface ToolReport extends Inspection {
  name: string;
  title: string;
  optional: boolean;
}

/** Inspects every tool that there is a use for here, all at once. Never throws: a tool whose inspection fails counts as not found. */
export function inspectAll(list: readonly Tool[] = toolsHere()): Promise<ToolReport[]> {
  return Promise.all(
    list.map(async (tool) => {
      const { name, title, optional } = tool;
      return { name, title, optional, ...(await look(tool)) };
    }),
  );
}

async function look(tool: Tool): Promise<Inspection> {
  try {
    return await tool.inspect();
  } catch (error) {
    if (error instanceof CongruentError) return absent(error.what, error.fix ?? setUpCommand());
    return absent(`could not be inspected: ${messageOf(error)}`, setUpCommand());
  }
}
