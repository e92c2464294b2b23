/** Which execution provider ran each node, read from ONNX Runtime's own profile. */
import { CongruentError } from "@congruent/core/essentials";

/** A node of the graph that ONNX Runtime really ran: its optimizer fuses nodes and adds others, so names may be new. */
export interface PlacedNode {
  node: string;
  opType: string;
  /** Such as `CPUExecutionProvider` or `WebGpuExecutionProvider`. */
  provider: string;
}

interface ProfileEvent {
  cat?: string;
  name?: string;
  args?: { op_name?: string; provider?: string; node_index?: string };
}

const KERNEL = "_kernel_time";

/**
 * The nodes of a profile, each once, in the order in which they first ran.
 *
 * @param text the profile's JSON: an array of trace events
 * @throws CongruentError `E_PLACEMENT_PROFILE` when the text is not a profile
 * @example
 * ```ts
 * const args = { op_name: "Relu", provider: "CPUExecutionProvider", node_index: "0" };
 * placedNodes(JSON.stringify([{ cat: "Node", name: "relu_kernel_time", args }]));
 * // => [{ node: "relu", opType: "Relu", provider: "CPUExecutionProvider" }]
 * ```
 */
export function placedNodes(text: string): PlacedNode[] {
  const nodes = new Map<string, PlacedNode>();
  for (const { cat, name, args } of eventsOf(text)) {
    if (cat !== "Node" || !name?.endsWith(KERNEL) || !args?.provider) continue;
    const node = name.slice(0, -KERNEL.length);
    const { op_name: opType = "", provider, node_index: index = "" } = args;
    nodes.set(`${index} ${node}`, { node, opType, provider });
  }
  return [...nodes.values()];
}

function eventsOf(text: string): ProfileEvent[] {
  try {
    const events: unknown = JSON.parse(text);
    if (Array.isArray(events)) return events as ProfileEvent[];
  } catch (cause) {
    throw noProfile(text, cause);
  }
  throw noProfile(text);
}

function noProfile(text: string, cause?: unknown): CongruentError {
  return new CongruentError({
    code: "E_PLACEMENT_PROFILE",
    what: `ONNX Runtime's profile cannot be read: ${JSON.stringify(text.slice(0, 80))}`,
    expected: "a JSON array of events",
    cause,
  });
}
