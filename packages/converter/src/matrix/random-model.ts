import type { TensorFlow } from "@congruent/toolchain";
import fc from "fast-check";

type Model = ReturnType<TensorFlow["model"]>;
type Symbolic = ReturnType<TensorFlow["input"]>;
type Layer = Model["layers"][number];

/** One layer of a random model: which kind, and which earlier value it takes. */
export type Choice = readonly [kind: number, first: number, variant: number];

export interface RandomModel {
  inputs: number;
  choices: readonly Choice[];
  /** Which values are outputs besides the last. */
  outputs: readonly number[];
}

/** Inputs of different ranks, the last with free sizes. */
const INPUTS: readonly (readonly (number | null)[])[] = [
  [null, 4],
  [null, 6, 5, 2],
  [null, 3, 4],
  [null, null, null, 3],
];

export const randomModels: fc.Arbitrary<RandomModel> = fc.record({
  inputs: fc.integer({ min: 1, max: 2 ** INPUTS.length - 1 }),
  choices: fc.array(fc.tuple(fc.nat(99), fc.nat(99), fc.nat(99)), {
    minLength: 1,
    maxLength: 10,
  }),
  outputs: fc.array(fc.nat(99), { maxLength: 3 }),
});

interface Draft {
  tf: TensorFlow;
  values: Symbolic[];
  /** Layers that may be called again, with the shape that they were made for. */
  made: { layer: Layer; shape: string }[];
  name: string;
  variant: number;
}

/** Adds a layer on `x`; null where it does not take such a value. */
type Step = (draft: Draft, x: Symbolic) => Symbolic | null;

const ACTIVATIONS = ["relu", "tanh", "sigmoid", "elu", "softmax", "swish", "softplus", "linear"];

const fixed = ({ shape }: Symbolic) => shape.slice(1).every((size) => size !== null);
const ofRank =
  (rank: number, make: (draft: Draft, x: Symbolic) => Layer): Step =>
  (draft, x) => {
    if (x.shape.length !== rank) return null;
    return call(draft, make(draft, x), x);
  };
const ofAny =
  (make: (draft: Draft, x: Symbolic) => Layer): Step =>
  (draft, x) =>
    call(draft, make(draft, x), x);

function call(draft: Draft, layer: Layer, x: Symbolic): Symbolic {
  draft.made.push({ layer, shape: JSON.stringify(x.shape) });
  return layer.apply(x) as Symbolic;
}

/**
 * Never one tensor twice: where a model has several outputs, tfjs frees it too early. Sizes that are free in both differ when they come from
 * different inputs, or from the same by other ways.
 */
const sameSizes = (a: Symbolic["shape"], b: Symbolic["shape"]) =>
  JSON.stringify(a) === JSON.stringify(b) && !a.slice(1).includes(null);

const activation = (variant: number) => ACTIVATIONS[variant % ACTIVATIONS.length] as "relu";

const STEPS: readonly Step[] = [
  ofAny(({ tf, name, variant }) =>
    tf.layers.dense({ units: 2 + (variant % 4), activation: activation(variant), name }),
  ),
  ofAny(({ tf, name, variant }) => tf.layers.activation({ activation: activation(variant), name })),
  ofAny(({ tf, name }) => tf.layers.dropout({ rate: 0.5, name })),
  ofAny(({ tf, name }) => tf.layers.batchNormalization({ name })),
  ofAny(({ tf, name }) => tf.layers.layerNormalization({ name })),
  ofRank(4, ({ tf, name, variant }) =>
    tf.layers.conv2d({
      filters: 1 + (variant % 3),
      kernelSize: 1 + (variant % 3),
      strides: 1 + (variant % 2),
      padding: "same",
      activation: activation(variant),
      name,
    }),
  ),
  ofRank(4, ({ tf, name, variant }) =>
    tf.layers.depthwiseConv2d({ kernelSize: 2, depthMultiplier: 1 + (variant % 2), padding: "same", name }),
  ),
  ofRank(4, ({ tf, name, variant }) =>
    (variant % 2 === 0 ? tf.layers.maxPooling2d : tf.layers.averagePooling2d)({
      poolSize: 2,
      strides: 1 + (variant % 2),
      padding: "same",
      name,
    }),
  ),
  ofRank(4, ({ tf, name, variant }) => tf.layers.upSampling2d({ size: [1 + (variant % 2), 2], name })),
  ofRank(4, ({ tf, name, variant }) => tf.layers.zeroPadding2d({ padding: variant % 3, name })),
  ofRank(4, ({ tf, name }) => tf.layers.globalAveragePooling2d({ name })),
  ofRank(3, ({ tf, name, variant }) =>
    tf.layers.conv1d({ filters: 3, kernelSize: 2, padding: "same", dilationRate: 1 + (variant % 2), name }),
  ),
  ofRank(3, ({ tf, name }) => tf.layers.permute({ dims: [2, 1], name })),
  ofRank(3, ({ tf, name }) => tf.layers.globalMaxPooling1d({ name })),
  ofRank(2, ({ tf, name, variant }) => tf.layers.repeatVector({ n: 1 + (variant % 3), name })),
  (draft, x) =>
    x.shape.length > 2 && fixed(x) ? call(draft, draft.tf.layers.flatten({ name: draft.name }), x) : null,
  // One more call of a layer that is there already.
  ({ made, variant }, x) => {
    const fitting = made.filter(({ shape }) => shape === JSON.stringify(x.shape));
    return (fitting[variant % fitting.length]?.layer.apply(x) as Symbolic | undefined) ?? null;
  },
  // A model inside the model; it may be called again as any layer.
  (draft, x) => {
    const { tf, name, variant } = draft;
    if (x.shape.at(-1) === null) return null;
    const shape = { batchInputShape: [...x.shape] };
    const inner =
      variant % 2 === 0
        ? tf.sequential({
            name,
            layers: [
              tf.layers.dense({ units: 3, activation: "tanh", name: "dense", ...shape }),
              tf.layers.activation({ activation: "relu", name: "activation" }),
            ],
          })
        : residual(tf, name, x);
    return call(draft, inner as unknown as Layer, x);
  },
  ...(["add", "average", "maximum", "multiply"] as const).map(
    (kind): Step =>
      ({ tf, name, values, variant }, x) => {
        const others = values.filter((y) => y !== x && sameSizes(x.shape, y.shape));
        const y = others[variant % others.length];
        return y ? (tf.layers[kind]({ name }).apply([x, y]) as Symbolic) : null;
      },
  ),
  ({ tf, name, values, variant }, x) => {
    const others = values.filter((y) => y !== x && sameSizes(x.shape.slice(0, -1), y.shape.slice(0, -1)));
    const y = others[variant % others.length];
    return y ? (tf.layers.concatenate({ name }).apply([x, y]) as Symbolic) : null;
  },
];

function residual(tf: TensorFlow, name: string, { shape }: Symbolic): Model {
  const x = tf.input({ batchShape: [...shape], name: "inner" });
  const dense = tf.layers.dense({ units: shape.at(-1) as number, name: "dense" }).apply(x) as Symbolic;
  return tf.model({ inputs: x, outputs: tf.layers.add({ name: "sum" }).apply([x, dense]) as Symbolic, name });
}

/** The model that choices stand for; its inputs and outputs in no order of names. */
export function buildRandomModel(tf: TensorFlow, { inputs, choices, outputs }: RandomModel): Model {
  const given = INPUTS.filter((_, i) => (inputs >> i) & 1).map((shape, i, { length }) =>
    tf.input({ batchShape: [...shape], name: `in${length - i}` }),
  );
  const values = [...given];
  const made: Draft["made"] = [];
  choices.forEach(([kind, first, variant], i) => {
    const x = values[first % values.length] as Symbolic;
    const step = STEPS[kind % STEPS.length] as Step;
    const value = step({ tf, values, made, name: `z${choices.length - i}`, variant }, x);
    if (value) values.push(value);
  });
  const chosen = new Set([
    ...outputs.map((at) => values[at % values.length] as Symbolic),
    values.at(-1) as Symbolic,
  ]);
  // tfjs refuses an input that nothing takes, and does not compute one that is an output itself.
  const results = [...chosen].filter((value) => !given.includes(value));
  const last =
    results.length > 0
      ? results
      : given.map((x, i) => tf.layers.activation({ activation: "tanh", name: `y${i}` }).apply(x) as Symbolic);
  const used = given.filter((x) => last.some((result) => reaches(result, x)));
  return tf.model({ inputs: used, outputs: last, name: "random" });
}

/** Whether a value is computed from another one. */
function reaches(value: Symbolic, source: Symbolic): boolean {
  return value === source || value.inputs.some((input) => reaches(input as Symbolic, source));
}
