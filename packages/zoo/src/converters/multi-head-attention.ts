import {
  type GraphValue,
  type LayerCall,
  type LayerConverter,
  reshape,
  transpose,
} from "@congruent/converter";
import { tensor } from "@congruent/core";

export const multiHeadAttention: LayerConverter = {
  convert(layer) {
    const x = layer.inputOfRank(3);
    const [heads, width] = [layer.config.count("num_heads"), layer.config.count("key_dim")];
    layer.config.ignore("seed");
    const depth = layer.knownSize(x, 2);
    const [batch = 1, length = 1] = x.shape;

    /** [batch, heads, length, width] of the queries, keys or values of all heads, by one matrix product. */
    const projected = (name: string): GraphValue => {
      const all = heads * width;
      const flat = linear(layer, name, x, [depth, heads, width], [depth, all], [heads, width]);
      return transpose(layer, reshape(layer, flat, [batch, length, heads, width]), [0, 2, 1, 3]);
    };

    const scale = layer.scalar("scale", 1 / Math.sqrt(width));
    const query = layer.node("Mul", [projected("query"), scale]);
    const key = transpose(layer, projected("key"), [0, 1, 3, 2]);
    const shape = [batch, heads, length];
    const scores = layer.node("MatMul", [query, key], { shape: [...shape, length] });
    const attention = layer.node("Softmax", [scores], { attributes: { axis: -1n } });
    const mixed = layer.node("MatMul", [attention, projected("value")], { shape: [...shape, width] });
    const joined = reshape(layer, transpose(layer, mixed, [0, 2, 1, 3]), [batch, length, heads * width]);
    return linear(layer, "output", joined, [heads, width, depth], [heads * width, depth], [depth]);
  },
};

/** A product with a kernel of three axes, two of which are taken as one, and its bias. */
function linear(
  layer: LayerCall,
  name: string,
  x: GraphValue,
  kernel: readonly number[],
  matrix: readonly [number, number],
  bias: readonly number[],
): GraphValue {
  const as = (weight: string, shape: readonly number[], dims: readonly number[]) =>
    layer.derivedWeight(weight, () => tensor("float32", layer.weightTensor(weight, shape).data, dims));
  const product = layer.node("MatMul", [x, as(`${name}_kernel`, kernel, matrix)], {
    shape: [...x.shape.slice(0, -1), matrix[1]],
  });
  return layer.node("Add", [product, as(`${name}_bias`, bias, [matrix[1]])]);
}
