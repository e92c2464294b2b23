import { CongruentError } from "@congruent/core";
import type { GraphValue } from "../value.js";
import type { Container, Conversion, ModelOutput } from "./conversion.js";
import { type LayerSpec, layerSpec, listOf, malformed } from "./layer-spec.js";

const INPUT = "InputLayer";

/** Layers one after the other. */
export const sequential: Container = {
  root(conversion, spec, path) {
    const layers = layersOf(spec);
    const [first, ...rest] = layers as [LayerSpec, ...LayerSpec[]];
    const nested = conversion.container(first.className);
    if (nested) return follow(conversion, rest, nested.root(conversion, first, [...path, first.name]), path);
    const input = first.className === INPUT ? first.name : `${first.name}_input`;
    const value = conversion.declareInput(input, first.config, false);
    const start = { value, layer: input };
    return follow(conversion, first.className === INPUT ? rest : layers, [start], path);
  },

  call(conversion, spec, inputs, path) {
    const layers = layersOf(spec).filter(({ className }) => className !== INPUT);
    return follow(
      conversion,
      layers,
      inputs.map((value) => ({ value, layer: spec.name })),
      path,
    );
  },
};

function layersOf(spec: LayerSpec): LayerSpec[] {
  const layers = listOf(spec.config, "layers", `the model "${spec.name}"`).map((layer, i) =>
    layerSpec(layer, `layer ${i} of the model "${spec.name}"`),
  );
  if (layers.length > 0) return layers;
  throw new CongruentError({
    code: "E_MODEL_EMPTY",
    what: `the model "${spec.name}" has no layers`,
    expected: "a model that computes something",
    fix: "add layers before it is exported",
  });
}

function follow(
  conversion: Conversion,
  layers: readonly LayerSpec[],
  start: readonly ModelOutput[],
  path: readonly string[],
): ModelOutput[] {
  let current: ModelOutput[] = [...start];
  for (const layer of layers) {
    const [only] = current;
    if (current.length !== 1 || !only) {
      throw malformed(`the layer "${layer.name}" of a sequential model follows ${current.length} outputs`);
    }
    const values: GraphValue[] = conversion.call(layer, [only.value], [...path, layer.name]);
    current = values.map((value) => ({ value, layer: layer.name }));
  }
  return current;
}
