/** Every runtime that a model can be compared on, in the order of a report's rows. All lists and tables of runtimes derive from these. */
import { nodeCpu } from "./node-cpu.js";
import { nodeCuda } from "./node-cuda.js";
import { nodeWebgpu } from "./node-webgpu.js";
import { recorded } from "./recorded.js";
import { reference } from "./reference.js";
import type { RuntimeDefinition } from "./runtime-definition.js";
import { tfjs } from "./tfjs.js";
import { webJsep } from "./web-jsep.js";
import { webWasm } from "./web-wasm.js";
import { webWebgpu } from "./web-webgpu.js";

const all = [reference, tfjs, nodeCpu, nodeWebgpu, nodeCuda, webWasm, webJsep, webWebgpu, recorded] as const;

type Defined = (typeof all)[number];
type Named<Some> = Some extends { name: infer Name } ? Name : never;

export type RuntimeName = Defined["name"];
/** The runtimes that are ONNX Runtime with one of its execution providers. */
export type OrtRuntime = Named<Exclude<Defined, { ort: null }>>;
/** Those of them that run in Node, and those that run on a page. */
export type NodeOrtRuntime = Exclude<OrtRuntime, BrowserRuntime>;
export type BrowserRuntime = Named<Extract<Defined, { platform: "browser" }>>;
/** Those that are not ONNX Runtime. */
export type OwnRuntime = Exclude<RuntimeName, OrtRuntime>;
export type Kernels = Defined["kernels"];

/** In the order of a report's rows. */
export const runtimeDefinitions: readonly RuntimeDefinition<RuntimeName>[] = all;

export const RUNTIMES = namesOf<RuntimeName>(() => true);
export const NODE_ORT_RUNTIMES = namesOf<NodeOrtRuntime>(
  ({ ort, platform }) => ort !== null && platform === "node",
);
export const BROWSER_RUNTIMES = namesOf<BrowserRuntime>(({ platform }) => platform === "browser");
export const KERNELS = [...new Set(all.map(({ kernels }) => kernels))] as const;

const byName = new Map(runtimeDefinitions.map((definition) => [definition.name, definition]));

/**
 * What is known of a runtime.
 *
 * @example
 * ```ts
 * runtimeDefinition("web-webgpu").kernels; // => "ort-webgpu"
 * runtimeDefinition("node-cpu").ort.profileName; // => "CPUExecutionProvider"
 * ```
 */
export function runtimeDefinition<Name extends RuntimeName>(name: Name): Extract<Defined, { name: Name }> {
  return byName.get(name) as Extract<Defined, { name: Name }>;
}

/** Whether a runtime computes by WebGPU, whatever its kernels. */
export function usesWebgpu(name: RuntimeName): boolean {
  return byName.get(name)?.ort?.name === "webgpu";
}

/** Typed by what the filter means, which TypeScript cannot follow; `runtimes.test.ts` checks it. */
function namesOf<Name extends RuntimeName>(
  takes: (definition: RuntimeDefinition) => boolean,
): readonly Name[] {
  return all.filter(takes).map(({ name }) => name as Name);
}
