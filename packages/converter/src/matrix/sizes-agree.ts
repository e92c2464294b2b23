import type { Tensor } from "@congruent/core";
import type { ModelProto, ValueInfoProto } from "@congruent/onnx";
import type { Value } from "@congruent/reference";

/**
 * Compares every shape that a model states with the shape that the value had: numbers as they are, formulas such as `ceil(height/2)` worked out
 * from what the inputs' names stood for.
 *
 * @returns what does not fit, as sentences
 */
export function sizesAgree(
  proto: ModelProto,
  values: ReadonlyMap<string, Value>,
  outputs: ReadonlyMap<string, Value>,
  feeds: Readonly<Record<string, Tensor>>,
): string[] {
  const { input = [], output = [], valueInfo = [] } = proto.graph ?? {};
  const sizes = new Map<string, number>();
  for (const { name, ...info } of input) {
    statedSizes({ name, ...info } as ValueInfoProto).forEach((size, axis) => {
      if (typeof size === "string") sizes.set(size, feeds[name]?.dims[axis] ?? Number.NaN);
    });
  }
  return [...output, ...valueInfo].flatMap((info) => {
    const real = (outputs.get(info.name) ?? values.get(info.name))?.dims ?? [];
    const stated = statedSizes(info);
    const fits =
      stated.length === real.length &&
      stated.every((size, axis) => {
        const known = typeof size === "number" ? size : evaluate(size, sizes);
        return known === null || known === real[axis];
      });
    return fits ? [] : [`${info.name} is stated as [${stated.join(", ")}] and was [${real.join(", ")}]`];
  });
}

/** A size without a name or number is "". */
export function statedSizes({ type }: ValueInfoProto): (number | string)[] {
  if (type?.value.case !== "tensorType") return [];
  return (type.value.value.shape?.dim ?? []).map(({ value }) =>
    value.case === "dimValue" ? Number(value.value) : (value.value ?? ""),
  );
}

/** Null for a name that stands for a size which only the layer knows, such as an open one of Reshape. */
export function evaluate(formula: string, sizes: ReadonlyMap<string, number>): number | null {
  const known = sizes.get(formula);
  if (known !== undefined) return known;
  const words = formula.match(/[A-Za-z_]\w*/g) ?? [];
  if (words.some((word) => !sizes.has(word) && !["ceil", "max"].includes(word))) return null;
  const text = formula.replace(/[A-Za-z_]\w*/g, (word) =>
    sizes.has(word) ? String(sizes.get(word)) : `Math.${word}`,
  );
  return new Function(`return ${text}`)() as number;
}
