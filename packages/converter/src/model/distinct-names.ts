/**
 * The names of a model's outputs: of the layers that they come from; a further output of the same layer has _1, _2 … behind it.
 *
 * @param layers one name for each output
 * @param reserved names that no output may bear: those of the inputs
 * @example
 * ```ts
 * distinctNames(["a", "b", "a"]); // => ["a", "b", "a_1"]
 * distinctNames(["x"], ["x"]); // => ["x_1"]
 * ```
 */
export function distinctNames(layers: readonly string[], reserved: readonly string[] = []): string[] {
  const taken = new Set([...layers, ...reserved]);
  return layers.map((layer, i) => {
    if (layers.indexOf(layer) === i && !reserved.includes(layer)) return layer;
    let further = 1;
    while (taken.has(`${layer}_${further}`)) further += 1;
    taken.add(`${layer}_${further}`);
    return `${layer}_${further}`;
  });
}
