import { meanSquaredError as loss } from "../losses/mean-squared-error.js";
import type { Metric } from "./metric.js";

export const meanSquaredError: Metric = {
  name: "meanSquaredError",
  values: (tf, { targets, predictions }) => loss.values(tf, targets, predictions()),
};
