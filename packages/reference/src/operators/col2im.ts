import { sizeOf } from "@congruent/core";
import type { Call, Operators } from "../call.js";
import { allocate, like, type Value } from "../value.js";
import { insideRange, triple } from "../windows.js";

/** Columns of windows added up to an image: the opposite of taking them. Input [N, C · window, windows]. */
function columnsToImage(call: Call): Value[] {
  const x = call.floats(0);
  const [image, block] = [call.numbers(1), call.numbers(2)];
  const ones = image.map(() => 1);
  const [strides, dilations] = [triple(call.ints("strides") ?? ones), triple(call.ints("dilations") ?? ones)];
  const pads = call.ints("pads") ?? [...ones, ...ones].map(() => 0);
  const size = triple(image);
  const kernel = triple(block);
  const begin = triple(pads.slice(0, image.length), 0);
  const end = triple(pads.slice(image.length), 0);
  const counts = triple(
    size.map((each, axis) => {
      const reach = ((kernel[axis] as number) - 1) * (dilations[axis] as number) + 1;
      return (
        Math.floor(
          (each + (begin[axis] as number) + (end[axis] as number) - reach) / (strides[axis] as number),
        ) + 1
      );
    }),
  );
  const windows = sizeOf(counts);
  const planes = x.data.length / windows / sizeOf(kernel);
  const [batch = 1] = x.dims;
  if (x.dims.at(-1) !== windows || (x.dims[1] as number) % sizeOf(kernel) !== 0) {
    call.refuse(
      `its input [${x.dims.join(", ")}] does not hold ${windows} windows of ${sizeOf(kernel)} elements`,
      "E_NODE_SHAPE",
    );
  }
  const data = allocate("float64", planes * sizeOf(size));
  let from = 0;
  for (let plane = 0; plane < planes; plane++) {
    for (let at = 0; at < sizeOf(kernel); at++) {
      const offsets = unravel(at, kernel).map(
        (each, axis) => each * (dilations[axis] as number) - (begin[axis] as number),
      );
      const ranges = offsets.map((offset, axis) =>
        insideRange(offset, strides[axis] as number, size[axis] as number, counts[axis] as number),
      );
      for (let window = 0; window < windows; window++, from++) {
        const place = unravel(window, counts);
        const inside = place.every((each, axis) => {
          const [first, last] = ranges[axis] as [number, number];
          return each >= first && each < last;
        });
        if (!inside) continue;
        const to = place.reduce(
          (so, each, axis) =>
            so * (size[axis] as number) + each * (strides[axis] as number) + (offsets[axis] as number),
          0,
        );
        const pixel = plane * sizeOf(size) + to;
        data[pixel] = (data[pixel] as number) + (x.data[from] as number);
      }
    }
  }
  return [like(x, data, [batch, planes / batch, ...image])];
}

function unravel(at: number, [, h, w]: readonly [number, number, number]): [number, number, number] {
  return [Math.floor(at / (h * w)), Math.floor(at / w) % h, at % w];
}

export const col2im: Operators = { Col2Im: { 18: columnsToImage } };
