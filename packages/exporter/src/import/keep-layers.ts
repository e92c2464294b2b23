import { CongruentError } from "@congruent/core";
import { sha256 } from "@congruent/core/files";
import type { LayersModel } from "@congruent/layers";
import { type ModelProto, withMetadata } from "@congruent/onnx";
import { walkPermuted } from "@congruent/passes";
import { orders } from "./axes.js";
import { floatWeights } from "./float-weights.js";
import { type KeptLayers, type KeptWeight, LAYERS_KEY } from "./kept-layers.js";

/** Beyond this, a text in a protobuf message would leave too little room for the rest. */
const MOST_KEPT = 2 ** 28;

/**
 * A copy of an exported model that says what `toLayers` needs: the layers, and where each of their weights is. A weight that passes or rewrites have
 * changed (batch norm that was folded) is kept beside the graph.
 *
 * @throws CongruentError `E_IMPORTABLE` where more than 256 MiB of weights were changed
 */
export function keepLayers(model: ModelProto, layers: LayersModel): ModelProto {
  const held = floatWeights(model);
  const bytes: Uint8Array[] = [];
  let kept = 0;
  const weights = layers.weights.map((weight): KeptWeight => {
    const values = Float32Array.from(weight.read().dataSync());
    const shape = weight.shape as number[];
    const own = new Uint8Array(values.buffer);
    bytes.push(own);
    const initializer = holderOf(new Uint32Array(values.buffer), shape, held);
    if (initializer) return { name: weight.originalName, shape, initializer };
    kept += own.length;
    if (kept > MOST_KEPT) throw tooMuch();
    return { name: weight.originalName, shape, kept: Buffer.from(own).toString("base64") };
  });
  const topology = layers.toJSON(null, false) as KeptLayers["topology"];
  const about: KeptLayers = { schema: "congruent/layers@1", topology, weights, sha256: sha256(bytes) };
  return withMetadata(model, LAYERS_KEY, JSON.stringify(about));
}

function holderOf(bits: Uint32Array, shape: readonly number[], held: ReadonlyMap<string, Uint32Array>) {
  const alike = [...held].filter(([, other]) => other.length === bits.length);
  if (alike.length === 0) return undefined;
  for (const axes of orders(shape.length)) {
    for (const [name, other] of alike) if (same(bits, other, shape, axes)) return { name, axes };
  }
  return undefined;
}

function same(bits: Uint32Array, other: Uint32Array, shape: readonly number[], axes: readonly number[]) {
  return !walkPermuted(shape, axes, (from, to) => bits[from] !== other[to]);
}

function tooMuch(): CongruentError {
  return new CongruentError({
    code: "E_IMPORTABLE",
    what: "more than 256 MiB of the model's weights are in no initializer of the file: passes have changed them",
    expected: "a model of which fewer weights are folded",
    fix: "export without importable, and keep the layers model itself (model.save) for fine-tuning",
  });
}
