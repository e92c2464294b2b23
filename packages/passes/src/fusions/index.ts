/** Every fusion; the first that fits is taken. */
import { clip, limitedRelu } from "./clip.js";
import type { Fusion } from "./fusion.js";
import { gelu, geluByTanh } from "./gelu.js";
import { hardSwish } from "./hard-swish.js";
import { layerNormalization } from "./layer-normalization.js";
import { mish } from "./mish.js";
import { swish } from "./swish.js";

export const fusions: Readonly<Record<string, Fusion>> = {
  layerNormalization,
  gelu,
  geluByTanh,
  hardSwish,
  mish,
  swish,
  clip,
  limitedRelu,
};
