import { type Dimension, sum } from "../dimensions.js";
import type { LayerCall } from "../layer-call.js";
import type { LayerConverter } from "../layer-converter.js";
import { cast, elementwise, reduce, squeeze, unsqueeze } from "../operators/index.js";
import type { GraphValue } from "../value.js";

/** Inputs one after the other along an axis. */
export const concatenate: LayerConverter = {
  mask: concatenatedMask,
  takesIntegers: true,
  convert(layer) {
    const given = layer.config.integer("axis", -1);
    const [first] = layer.inputs;
    const rank = first?.shape.length ?? 0;
    // tfjs takes every negative axis for the last one, which is right for -1 alone.
    const axis = given < 0 ? rank - 1 : given;
    if (layer.inputs.length < 2 || !first) {
      throw layer.refusal("E_LAYER_INPUT", `merges ${layer.inputs.length} inputs`, "at least 2");
    }
    if (given < -1 || axis >= rank) {
      throw layer.refusal("E_LAYER_CONFIG", `has axis ${given}`, `-1, or 0 to ${rank - 1}`);
    }
    const fits = layer.inputs.every(
      ({ shape, dtype }) =>
        shape.length === rank &&
        dtype === first.dtype &&
        shape.every(
          (size, i) =>
            i === axis ||
            size === first.shape[i] ||
            typeof size === "string" ||
            typeof first.shape[i] === "string",
        ),
    );
    if (!fits) {
      const shapes = layer.inputs.map(({ shape, dtype }) => `${dtype} [${shape.join(", ")}]`);
      throw layer.refusal(
        "E_LAYER_INPUT",
        `puts together ${shapes.join(" and ")}`,
        `equal sizes but along axis ${axis}`,
      );
    }
    const shape: Dimension[] = first.shape.map((size, i) =>
      i === axis
        ? layer.inputs.slice(1).reduce((all, x) => sum(all, x.shape[axis] ?? 0), size)
        : (layer.inputs.map((x) => x.shape[i]).find((each) => typeof each === "number") ?? size),
    );
    return layer.node("Concat", layer.inputs, { shape, attributes: { axis: BigInt(axis) } });
  },
};

/**
 * As tfjs does: masks get the axes that they lack at the end, inputs without a mask count as true everywhere; both are put together along the axis
 * of the layer, and what is true of the whole last axis is true.
 */
function concatenatedMask(layer: LayerCall): GraphValue | null {
  const given = layer.inputs.filter(({ mask }) => mask !== null);
  if (given.length === 0) return null;
  const masks = layer.inputs.map(({ mask, shape }) =>
    mask && mask.shape.length < shape.length ? unsqueeze(layer, mask, [mask.shape.length]) : mask,
  );
  const rank = layer.inputs[0]?.shape.length ?? 0;
  const axis = layer.config.integer("axis", -1);
  const real = masks.filter((mask) => mask !== null);
  const last = rank - 1;
  if (real.some(({ shape }) => shape.length !== rank)) throw unfit(layer);
  if (axis < 0 || axis === last) {
    return real.map((mask) => allOf(layer, mask)).reduce((a, b) => elementwise(layer, "And", a, b));
  }
  if (real.length < masks.length) throw unfit(layer);
  const shape = (real[0]?.shape ?? []).map((size, i) =>
    i === axis ? real.slice(1).reduce((all, mask) => sum(all, mask.shape[i] ?? 0), size) : size,
  );
  return allOf(layer, layer.node("Concat", real, { shape, attributes: { axis: BigInt(axis) } }));
}

/** Whether all of the last axis are true. */
function allOf(layer: LayerCall, mask: GraphValue): GraphValue {
  const last = mask.shape.length - 1;
  if (mask.shape[last] === 1) return squeeze(layer, mask, [last]);
  return cast(layer, reduce(layer, "ReduceMin", cast(layer, mask, "float32"), [last], false), "bool");
}

function unfit(layer: LayerCall) {
  return layer.refusal(
    "E_LAYER_MASK",
    "puts together inputs whose masks tfjs cannot put together",
    "masks of all axes of the inputs but the last, or no masks",
    "take the masks away before that layer: mask_zero of an Embedding, or the layer Masking",
  );
}
