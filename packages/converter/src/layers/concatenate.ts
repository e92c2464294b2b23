import { type Dimension, sum } from "../dimensions.js";
import type { LayerConverter } from "../layer-converter.js";

/** Inputs one after the other along an axis. */
export const concatenate: LayerConverter = {
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
