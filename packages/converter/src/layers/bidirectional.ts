import { add } from "../dimensions.js";
import type { LayerCall } from "../layer-call.js";
import { LayerConfig } from "../layer-config.js";
import { type LayerConverter, passMask } from "../layer-converter.js";
import { layerSpec } from "../model/layer-spec.js";
import { recurrentOptions, runLayer, statesOf } from "../recurrent/recurrent-layer.js";
import { type CellsOf, RECURRENT_LAYERS } from "../recurrent/recurrent-layers.js";
import type { GraphValue } from "../value.js";

type Merge = (layer: LayerCall, forward: GraphValue, backward: GraphValue) => GraphValue[];

const MERGES: Readonly<Record<string, Merge>> = {
  ave: (layer, forward, backward) => {
    const sum = layer.node("Add", [forward, backward]);
    return [layer.node("Mul", [layer.scalar("half", 0.5), sum], { shape: sum.shape })];
  },
  concat: (layer, forward, backward) => {
    const last = forward.shape.length - 1;
    const sizes = [forward, backward].map((x) => layer.knownSize(x, last));
    const shape = forward.shape.map((size, axis) =>
      axis === last ? add(sizes[0] ?? 0, sizes[1] ?? 0) : size,
    );
    return [layer.node("Concat", [forward, backward], { shape, attributes: { axis: BigInt(last) } })];
  },
  mul: (layer, forward, backward) => [layer.node("Mul", [forward, backward])],
  none: (_, forward, backward) => [forward, backward],
  sum: (layer, forward, backward) => [layer.node("Add", [forward, backward])],
};

/** A recurrent layer twice, forwards and backwards, with weights for each. */
export const bidirectional: LayerConverter = {
  mask: (layer) => (recurrentOptions(directionOf(layer, "forward").call).sequences ? passMask(layer) : null),
  convert(layer) {
    const mode = layer.config.has("merge_mode") ? (layer.config.value("merge_mode") ?? "none") : "concat";
    const merge = typeof mode === "string" && Object.hasOwn(MERGES, mode) ? MERGES[mode] : undefined;
    if (!merge) {
      const words = Object.keys(MERGES).map((word) => (word === "none" ? "null" : word));
      throw layer.refusal("E_LAYER_CONFIG", `has merge_mode ${JSON.stringify(mode)}`, words.join(", "));
    }
    layer.config.ignore("backward_layer");
    layer.config.only("num_constants", [0], "tfjs does not know constants");
    const [x, ...initial] = layer.inputs as [GraphValue, ...GraphValue[]];
    const half = initial.length / 2;
    const run = (name: "forward" | "backward", states: readonly GraphValue[]) => {
      const { call, cells } = directionOf(layer, name);
      const given = recurrentOptions(call);
      const backwards = name === "backward" ? !given.backwards : given.backwards;
      // What the layer that goes backwards gives is turned round: its first step belongs to the last element.
      const result = runLayer(call, cells, { ...given, backwards }, x, states, name === "backward");
      call.config.refuseUnread();
      return { ...result, given };
    };
    const forward = run("forward", initial.slice(0, half));
    const backward = run("backward", initial.slice(half));
    const outputs = merge(layer, forward.output, backward.output);
    return forward.given.states ? [...outputs, ...statesOf(forward), ...statesOf(backward)] : outputs;
  },
};

function directionOf(layer: LayerCall, name: "forward" | "backward") {
  const spec = layerSpec(layer.config.value("layer"), `the layer of ${layer.place}`);
  const cellsOf: CellsOf | undefined = Object.hasOwn(RECURRENT_LAYERS, spec.className)
    ? RECURRENT_LAYERS[spec.className as keyof typeof RECURRENT_LAYERS]
    : undefined;
  if (!cellsOf) {
    const known = Object.keys(RECURRENT_LAYERS).join(", ");
    throw layer.refusal(
      "E_LAYER_UNKNOWN",
      `runs the layer ${spec.className} in both directions`,
      `one of ${known}`,
    );
  }
  const path = [...layer.path, `${name}_${spec.name}`];
  const config = new LayerConfig(spec.config, `the ${name} layer of ${layer.place}`);
  const call = layer.part({ className: spec.className, path, config });
  return { call, cells: cellsOf(call) };
}
