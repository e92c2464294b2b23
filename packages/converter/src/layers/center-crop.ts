import type { LayerCall } from "../layer-call.js";
import type { LayerConverter } from "../layer-converter.js";
import { resizeTo, slice } from "../operators/index.js";
import type { GraphValue } from "../value.js";

/**
 * The middle of an image; a larger image where it is too small. tfjs has it both by interpolation: of the middle it takes the nearest pixels, which
 * are the pixels themselves.
 */
export const centerCrop: LayerConverter = {
  convert(layer) {
    const x = layer.inputOfRank(4);
    const size = [layer.config.count("height"), layer.config.count("width")] as const;
    layer.config.only("data_format", ["channels_last"], "tfjs does not know it");
    const [height, width] = [layer.knownSize(x, 1), layer.knownSize(x, 2)];
    const top = Math.floor((height - size[0]) / 2);
    const middle = Math.floor((width - size[1]) / 2);
    // tfjs starts at 1 where one column is too many.
    const left = middle === 0 && width !== size[1] ? 1 : middle;
    if (top < 0 || left < 0) {
      return resizeTo(layer, x, size, { interpolation: "bilinear", coordinates: "asymmetric" });
    }
    const rows = cropped(layer, x, 1, top, size[0]);
    return cropped(layer, rows, 2, left, size[1]);
  },
};

/** The pixels that tfjs' cropAndResize takes along one axis. @throws CongruentError `E_LAYER_CONFIG` where they do not follow each other */
function cropped(layer: LayerCall, x: GraphValue, axis: number, begin: number, count: number): GraphValue {
  const size = layer.knownSize(x, axis);
  const [from, to] = [begin / size, (begin + count) / size];
  const step = count > 1 ? ((to - from) * (size - 1)) / (count - 1) : 0;
  const start = count > 1 ? from * (size - 1) : 0.5 * (from + to) * (size - 1);
  const taken = Array.from({ length: count }, (_, i) => Math.round(start + i * step));
  const [first = 0] = taken;
  if (taken.some((place, i) => place !== first + i)) {
    throw layer.refusal(
      "E_LAYER_CONFIG",
      `takes the pixels ${taken.join(", ")} of an axis`,
      "pixels that follow each other",
    );
  }
  return slice(layer, x, [{ axis, begin: first, end: size - first - count }]);
}
