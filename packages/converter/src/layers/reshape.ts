import { sizeOf } from "@congruent/core";
import type { Dimension } from "../dimensions.js";
import type { LayerConverter } from "../layer-converter.js";
import { reshape as reshaped } from "../operators/index.js";

/** Another shape behind the batch; one size may be left open (-1). */
export const reshape: LayerConverter = {
  takesIntegers: true,
  convert(layer) {
    const x = layer.input;
    const given = layer.config.value("target_shape");
    const target: (number | null)[] = (Array.isArray(given) ? given : []).map((size) =>
      Number.isInteger(size) && size >= 0 ? size : null,
    );
    const wrong = (expected: string) =>
      layer.refusal(
        "E_LAYER_CONFIG",
        `reshapes [${x.shape.join(", ")}] to ${JSON.stringify(given ?? null)}`,
        expected,
      );
    if (!Array.isArray(given)) throw wrong("a list of sizes");
    const open = target.filter((size) => size === null).length;
    if (open > 1) throw wrong("at most one open size");
    const [batch = 1, ...rest] = x.shape;
    const known = sizeOf(target.filter((size) => size !== null));
    const fixed = rest.every((size) => typeof size === "number");
    const left = fixed ? sizeOf(rest as number[]) / known : `${layer.name}_size`;
    if (typeof left === "number" && (open === 0 ? left !== 1 : !Number.isInteger(left))) {
      throw wrong(`${sizeOf(rest as number[])} elements`);
    }
    const shape: Dimension[] = [batch, ...target.map((size) => size ?? left)];
    return reshaped(layer, x, shape);
  },
};
