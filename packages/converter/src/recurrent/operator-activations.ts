import { activationName } from "../activations.js";
import type { LayerCall } from "../layer-call.js";

/** Activations as ONNX's recurrent operators name them, with alpha and beta of those that have them. */
const OPERATOR_ACTIVATIONS: Readonly<Record<string, { name: string; alpha?: number; beta?: number }>> = {
  elu: { name: "Elu", alpha: 1 },
  hard_sigmoid: { name: "HardSigmoid", alpha: 0.2, beta: 0.5 },
  linear: { name: "Affine", alpha: 1, beta: 0 },
  relu: { name: "Relu" },
  sigmoid: { name: "Sigmoid" },
  softplus: { name: "Softplus" },
  softsign: { name: "Softsign" },
  tanh: { name: "Tanh" },
};

/** Cells' options that name activations, and what stands for one that is absent. */
export const CELL_ACTIVATIONS = { activation: "tanh", recurrent_activation: "hard_sigmoid" } as const;

/** The attributes for the activations that these options name, in that order; null where ONNX's operators lack one. */
export function operatorActivations(cell: LayerCall, keys: readonly (keyof typeof CELL_ACTIVATIONS)[]) {
  const found = keys.map((key) => OPERATOR_ACTIVATIONS[activationName(cell, key, CELL_ACTIVATIONS[key])]);
  const known = found.filter((each) => each !== undefined);
  if (known.length < found.length) return null;
  const [alphas, betas] = (["alpha", "beta"] as const).map((key) =>
    known.map((each) => each[key]).filter((value) => value !== undefined),
  );
  return {
    activations: known.map(({ name }) => name),
    ...(alphas?.length && { activation_alpha: alphas }),
    ...(betas?.length && { activation_beta: betas }),
  };
}
