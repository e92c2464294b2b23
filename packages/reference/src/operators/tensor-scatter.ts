import type { Call, Operators } from "../call.js";
import { splitAtAxis } from "../shapes.js";
import { like, type Value } from "../value.js";

/** An update written into each sample's part of a cache, from a place of its own on. */
function scattered(call: Call): Value[] {
  const [cache, update] = [call.input(0), call.input(1)];
  const axis = call.axis(call.int("axis", -2), cache.dims.length);
  const circular = call.string("mode", "linear") === "circular";
  const fits =
    cache.dims.length === update.dims.length &&
    cache.dims.every((dim, i) => i === axis || dim === update.dims[i]);
  if (!fits || axis === 0)
    call.refuse(`[${update.dims.join(", ")}] does not go into [${cache.dims.join(", ")}]`, "E_NODE_SHAPE");
  const { outer, size, inner } = splitAtAxis(cache.dims, axis);
  const count = update.dims[axis] as number;
  const batch = cache.dims[0] as number;
  const begins = call.maybeNumbers(2) ?? new Array<number>(batch).fill(0);
  const data = cache.data.slice();
  for (let o = 0; o < outer; o++) {
    const begin = begins[Math.floor(o / (outer / batch))] as number;
    for (let k = 0; k < count; k++) {
      const at = circular ? (((begin + k) % size) + size) % size : begin + k;
      if (at < 0 || at >= size) call.refuse(`place ${at} is outside an axis of ${size}`, "E_NODE_VALUE");
      for (let i = 0; i < inner; i++) {
        (data as unknown[])[(o * size + at) * inner + i] = update.data[(o * count + k) * inner + i];
      }
    }
  }
  return [like(cache, data as Value["data"])];
}

export const tensorScatter: Operators = { TensorScatter: { 24: scattered } };
