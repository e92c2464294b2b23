import { z } from "zod";
import { strictObject } from "../strict-object.js";
import { unknownMember } from "../unknown-member.js";

/** What every optimizer takes; names and meaning as in Keras' `keras.optimizers.Optimizer`. */
const common = {
  /** Decoupled: each weight loses this share of itself times the learning rate in every step. */
  weightDecay: z.number().min(0).optional(),
  /** Each gradient is scaled down to at most this Euclidean norm. */
  clipnorm: z.number().positive().optional(),
  /** Every element of a gradient is cut to ±this. */
  clipvalue: z.number().positive().optional(),
  /** All gradients are scaled down together to at most this Euclidean norm. */
  globalClipnorm: z.number().positive().optional(),
  /** Keeps an exponential moving average of the weights; it is what is evaluated and saved. */
  ema: strictObject({ momentum: z.number().min(0).lt(1).default(0.99) }).optional(),
};

type Clipping = { [K in "clipnorm" | "clipvalue" | "globalClipnorm"]?: number | undefined };

const ONE_CLIPPING = {
  error: "at most one of clipnorm, clipvalue and globalClipnorm can be given, as in Keras",
};
const oneClipping = ({ clipnorm, clipvalue, globalClipnorm }: Clipping) =>
  [clipnorm, clipvalue, globalClipnorm].filter((given) => given !== undefined).length <= 1;

const betas = {
  learningRate: z.number().positive().default(1e-3),
  beta1: z.number().min(0).lt(1).default(0.9),
  beta2: z.number().min(0).lt(1).default(0.999),
  /** Added to sqrt(v) before the bias correction, as Keras and TensorFlow do. */
  epsilon: z.number().positive().default(1e-7),
};

/** An update rule with Keras' parameters, names in camelCase, and Keras' defaults. */
export const optimizerSchema = z.discriminatedUnion(
  "name",
  [
    strictObject({ name: z.literal("adam"), ...betas, ...common }).refine(oneClipping, ONE_CLIPPING),
    strictObject({
      name: z.literal("adamw"),
      ...betas,
      ...common,
      weightDecay: z.number().min(0).default(0.004),
    }).refine(oneClipping, ONE_CLIPPING),
    strictObject({
      name: z.literal("sgd"),
      learningRate: z.number().positive().default(0.01),
      momentum: z.number().min(0).max(1).default(0),
      nesterov: z.boolean().default(false),
      ...common,
    }).refine(oneClipping, ONE_CLIPPING),
    strictObject({
      name: z.literal("rmsprop"),
      learningRate: z.number().positive().default(1e-3),
      rho: z.number().min(0).lt(1).default(0.9),
      momentum: z.number().min(0).max(1).default(0),
      /** Added under the square root, as Keras 3 does. */
      epsilon: z.number().positive().default(1e-7),
      /** Divides by the variance of the gradient, not by its second moment. */
      centered: z.boolean().default(false),
      ...common,
    }).refine(oneClipping, ONE_CLIPPING),
  ],
  { error: unknownMember("optimizer") },
);

export type OptimizerConfig = z.output<typeof optimizerSchema>;
