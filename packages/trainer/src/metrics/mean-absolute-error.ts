import { meanAbsoluteError as loss } from "../losses/mean-absolute-error.js";
import type { Metric } from "./metric.js";

export const meanAbsoluteError: Metric = {
  name: "meanAbsoluteError",
  values: (tf, { targets, predictions }) => loss.values(tf, targets, predictions()),
};
