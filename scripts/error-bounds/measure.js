import { isolate, modelInterface } from "../../packages/onnx/src/index.ts";
import { compareWithBound, interpretWithBounds, toTensor } from "../../packages/reference/src/index.ts";
import { observe } from "./runtimes.js";

const FLOATS = new Set(["float32", "float16", "float64"]);

/**
 * The bounds of one model's outputs, and of each node's by itself on exact inputs, against all honest runtimes.
 *
 * @returns {Promise<{ scope: "output" | "node", kind: string, name: string, opType: string, samples: number, looseness: number, violations: number,
 *   worst: object, why: string }[]>} looseness NaN where no runtime is off at all
 */
export async function measure({ kind, name, model, feeds, samples }) {
  let bounded;
  try {
    bounded = interpretWithBounds(model, feeds, { keep: "all" });
  } catch {
    return [];
  }
  const outputs = model.graph.output.map((each) => each.name);
  const whole = await compared(model, feeds, bounded, outputs);
  const rows = whole.map((each) => ({
    scope: "output",
    kind,
    name: `${name} ${each.output}`,
    samples,
    ...each,
  }));
  // Values that are no tensors cannot be cut.
  const apart = await nodes(model, feeds, bounded).catch(() => []);
  return [
    ...rows,
    ...apart.map((each) => ({ scope: "node", kind, name: `${name} ${each.output}`, samples, ...each })),
  ];
}

/** Every node on the reference's values, rounded to their types. */
async function nodes(model, feeds, { values, outputs }) {
  const { model: apart, given } = isolate(model);
  const wanted = modelInterface(apart).inputs.map((each) => each.name);
  const all = wanted.map((name) => [
    name,
    feeds[name] ?? toTensor(values.get(given[name]) ?? outputs.get(given[name])),
  ]);
  const exact = Object.fromEntries(all);
  const names = apart.graph.output.map((each) => each.name);
  return compared(apart, exact, interpretWithBounds(apart, exact, { keep: "all" }), names);
}

async function compared(model, feeds, { outputs, bounds }, names) {
  const seen = await observe(model, feeds);
  const producers = new Map(
    model.graph.node.flatMap((node) => node.output.map((output) => [output, node.opType])),
  );
  return names.flatMap((output) => {
    const reference = outputs.get(output);
    if (!reference || reference.dtype === "string" || seen.length === 0) return [];
    const { errors, origin } = bounds.get(output);
    const results = seen.map(({ runtime, outputs: given }) => ({
      runtime,
      ...compareWithBound(given[output], reference, errors),
    }));
    const largest = results.reduce((most, each) => (each.ratio > most.ratio ? each : most));
    const float = FLOATS.has(reference.dtype);
    if (!float && largest.violations === 0) return [];
    return [
      {
        output,
        opType: producers.get(output) ?? "",
        looseness: largest.ratio > 0 ? 1 / largest.ratio : Number.NaN,
        violations: results.reduce((sum, each) => sum + each.violations, 0),
        unbounded: largest.unbounded,
        elements: reference.data.length,
        runtime: largest.runtime,
        worst: largest.worst,
        reason: largest.reason,
        why: origin ? `${origin.opType}: ${origin.why}` : "exact",
      },
    ];
  });
}
