/** How much of each layer's value is left in the second file. */
import type { AgainstReport } from "@congruent/core/schemas";
import { expose, type ModelProto } from "@congruent/onnx";
import { halving } from "../bisect/cut.js";
import type { PartRunner } from "../bisect/part-runner.js";
import type { Tensors } from "../runner.js";
import { floatView, type PairedLayers } from "./pair-layers.js";
import { qualityOf } from "./quality.js";

type LayerQuality = NonNullable<AgainstReport["layers"]>[number];

interface Side {
  model: ModelProto;
  feeds: Tensors;
}

/** Layers of one run: so many values are held at a time. */
const AT_ONCE = 50;

/**
 * Both files with their inner values exposed, on the same inputs. A layer whose value cannot be exposed is left out.
 *
 * @returns the worst first; where exposing a value keeps a runtime from fusing, the values are those without this fusion
 */
export async function compareLayers(
  partRunner: PartRunner,
  first: Side,
  second: Side,
  { layers, first: graph }: PairedLayers,
): Promise<LayerQuality[]> {
  const found = new Map<string, LayerQuality>();
  const seen = layers.flatMap((layer) => {
    const view = floatView(layer.views);
    return view ? [{ ...layer, view: view.name }] : [];
  });
  for (let at = 0; at < seen.length; at += AT_ONCE) {
    await halving(seen.slice(at, at + AT_ONCE), async (part) => {
      const [ours, theirs] = [part.map(({ value }) => value), part.map(({ view }) => view)];
      const a = await partRunner.attempt(expose(first.model, ours), first.feeds);
      const b = a.broken ? a : await partRunner.attempt(expose(second.model, theirs), second.feeds);
      if (a.broken || b.broken) return b.broken ?? a.broken ?? null;
      for (const { value, view, first: node } of part) {
        const [right, other] = [a.outputs[value], b.outputs[view]];
        const quality = right && other && /^float/.test(right.dtype) ? qualityOf(value, right, other) : null;
        if (!quality) continue;
        const { decisions: _, ...measures } = quality;
        found.set(value, { ...measures, node: node.name, opType: node.proto.opType, lost: null });
      }
      return null;
    });
  }
  for (const { value, first: node } of seen) {
    const layer = found.get(value);
    const before = node.reads.flatMap((name) => (graph.producerOf.has(name) ? (found.get(name) ?? []) : []));
    const least = Math.min(...before.map(decibels));
    if (layer && before.length > 0 && Number.isFinite(least) && layer.snr !== null)
      layer.lost = least - layer.snr;
  }
  return [...found.values()].toSorted((a, b) => decibels(a) - decibels(b));
}

function decibels({ equal, snr }: Pick<LayerQuality, "equal" | "snr">): number {
  return equal ? Number.POSITIVE_INFINITY : (snr ?? Number.NEGATIVE_INFINITY);
}
