import type { TensorFlow } from "@congruent/toolchain";
import fc from "fast-check";
import { IDS, type Model, type Symbolic } from "./masked-models.js";

/** One layer of a random model: which kind, which earlier value it takes, and its options. */
type Choice = readonly [kind: number, first: number, variant: number];

export interface RandomMaskedModel {
  maskZero: boolean;
  choices: readonly Choice[];
  /** Which values are outputs besides the last. */
  outputs: readonly number[];
}

export const randomMaskedModels: fc.Arbitrary<RandomMaskedModel> = fc.record({
  maskZero: fc.boolean(),
  choices: fc.array(fc.tuple(fc.nat(999), fc.nat(99), fc.nat(999)), { minLength: 1, maxLength: 7 }),
  outputs: fc.array(fc.nat(99), { maxLength: 2 }),
});

/**
 * Time is 5, or 3 or 7 behind RepeatVector; the number of features is always even: where tfjs gives a layer a mask of another shape by mistake, it
 * must not fit by chance.
 */
const TIME = 5;
const TIMES = [3, TIME, 7];

interface Draft {
  tf: TensorFlow;
  values: readonly Symbolic[];
  name: string;
  variant: number;
}

type Apply = (x: Symbolic | Symbolic[]) => unknown;
/** Adds a layer on `x`; null where it does not take such a value. */
type Step = (draft: Draft, x: Symbolic) => Symbolic | null;

const one = <T>(list: readonly T[], variant: number): T => list[variant % list.length] as T;
const flag = (variant: number, bit: number) => ((variant >> bit) & 1) === 1;
const units = (variant: number) => 2 + 2 * (variant % 3);
const ACTIVATIONS = ["tanh", "relu", "swish"] as const;

const onSequence =
  (make: (draft: Draft, x: Symbolic) => { apply: Apply }): Step =>
  (draft, x) =>
    x.shape.length === 3 ? first(make(draft, x).apply(x)) : null;
const first = (outputs: unknown) => [outputs].flat()[0] as Symbolic;

const recurrent = ({ name, variant }: Draft) => ({
  name,
  units: units(variant),
  activation: one(ACTIVATIONS, variant),
  returnSequences: flag(variant, 1),
  goBackwards: flag(variant, 2),
});

const STEPS: readonly Step[] = [
  onSequence((draft) => draft.tf.layers.lstm(recurrent(draft))),
  onSequence((draft) => draft.tf.layers.gru(recurrent(draft))),
  onSequence((draft) => draft.tf.layers.simpleRNN({ ...recurrent(draft), useBias: flag(draft.variant, 3) })),
  // A state as a value.
  (draft, x) => {
    if (x.shape.length !== 3) return null;
    const layer = draft.tf.layers.lstm({ ...recurrent(draft), returnState: true });
    return ([layer.apply(x)].flat() as Symbolic[])[1 + (draft.variant % 2)] as Symbolic;
  },
  // States from elsewhere.
  (draft, x) => {
    const states = draft.values.filter((y) => y.shape.length === 2 && y !== x);
    if (x.shape.length !== 3 || states.length === 0) return null;
    const h = one(states, draft.variant);
    const layer = draft.tf.layers.gru({ ...recurrent(draft), units: h.shape[1] as number });
    return first(layer.apply([x, h]));
  },
  onSequence(({ tf, name, variant }) =>
    tf.layers.rnn({
      name,
      cell: [tf.layers.gruCell({ units: 2 }), tf.layers.lstmCell({ units: units(variant) })],
      returnSequences: flag(variant, 1),
      goBackwards: flag(variant, 2),
    }),
  ),
  onSequence((draft) =>
    draft.tf.layers.bidirectional({
      name: draft.name,
      mergeMode: one(["concat", "sum", "ave"], draft.variant),
      layer: draft.tf.layers.gru({ ...recurrent(draft), name: `${draft.name}_inner` }) as never,
    }),
  ),
  onSequence(({ tf, name, variant }) =>
    tf.layers.timeDistributed({ name, layer: tf.layers.dense({ units: units(variant) }) }),
  ),
  onSequence(({ tf, name }) => tf.layers.masking({ name })),
  onSequence(({ tf, name }) => tf.layers.conv1d({ name, filters: 4, kernelSize: 2, padding: "same" })),
  onSequence(({ tf, name }) => tf.layers.globalAveragePooling1d({ name })),
  ({ tf, name, variant }, x) => tf.layers.dense({ name, units: units(variant) }).apply(x) as Symbolic,
  ({ tf, name }, x) => tf.layers.softmax({ name, axis: -1 }).apply(x) as Symbolic,
  ({ tf, name, variant }, x) =>
    x.shape.length === 2
      ? (tf.layers.repeatVector({ name, n: one(TIMES, variant) }).apply(x) as Symbolic)
      : null,
  ({ tf, name, values, variant }, x) => {
    const others = values.filter((y) => y !== x && `${y.shape}` === `${x.shape}`);
    if (others.length === 0) return null;
    return tf.layers.add({ name }).apply([x, one(others, variant)]) as Symbolic;
  },
  ({ tf, name, values, variant }, x) => {
    const others = values.filter((y) => y !== x && `${y.shape.slice(0, -1)}` === `${x.shape.slice(0, -1)}`);
    if (others.length === 0) return null;
    return tf.layers.concatenate({ name }).apply([x, one(others, variant)]) as Symbolic;
  },
  onSequence(({ tf, name, variant }, x) =>
    tf.sequential({
      name,
      layers: [
        tf.layers.masking({ batchInputShape: [...x.shape], name: "masking" }),
        tf.layers.gru({ units: units(variant), returnSequences: flag(variant, 1), name: "gru" }),
      ],
    }),
  ),
];

/** The model that choices stand for: of ids, which an embedding takes, and of steps with features. */
export function buildRandomMaskedModel(
  tf: TensorFlow,
  { maskZero, choices, outputs }: RandomMaskedModel,
): Model {
  const ids = tf.input({ shape: [TIME], name: "ids" });
  const steps = tf.input({ shape: [TIME, 2], name: "steps" });
  const embedding = tf.layers.embedding({ inputDim: IDS, outputDim: 4, maskZero, name: "embedding" });
  const values = [embedding.apply(ids) as Symbolic, steps];
  choices.forEach(([kind, from, variant], i) => {
    const x = values[from % values.length] as Symbolic;
    const value = one(STEPS, kind)({ tf, values, name: `z${i}`, variant }, x);
    if (value) values.push(value);
  });
  const last = values.length > 2 ? (values.at(-1) as Symbolic) : (values[0] as Symbolic);
  const chosen = [...new Set([...outputs.map((at) => values[at % values.length] as Symbolic), last])];
  const results = chosen.filter((value) => value !== steps);
  const used = [ids, steps].filter((x) => results.some((result) => reaches(result, x)));
  return tf.model({ inputs: used, outputs: results, name: "random" });
}

/** Whether a value is computed from another one. */
function reaches(value: Symbolic, source: Symbolic): boolean {
  return value === source || value.inputs.some((input) => reaches(input as Symbolic, source));
}
