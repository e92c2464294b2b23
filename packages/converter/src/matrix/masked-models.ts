import type { TensorFlow } from "@congruent/toolchain";

export type Model = ReturnType<TensorFlow["model"]>;
export type Symbolic = ReturnType<TensorFlow["input"]>;

/** A model in which masks go from layer to layer. */
export interface MaskedModel {
  build(tf: TensorFlow): Model;
  /** Sizes of free axes: batch, time. Default: 3, 5. */
  free?: readonly number[];
}

const UNITS = 4;
/** How many different ids there are. */
export const IDS = 6;

const ids = (tf: TensorFlow, name = "ids", time: number | null = null) => tf.input({ shape: [time], name });
const steps = (tf: TensorFlow, name = "steps", time: number | null = null) =>
  tf.input({ shape: [time, 2], name });
const on = (layer: { apply(x: unknown): unknown }, ...inputs: Symbolic[]) =>
  layer.apply(inputs.length === 1 ? inputs[0] : inputs) as Symbolic;
const several = (layer: { apply(x: unknown): unknown }, ...inputs: Symbolic[]) =>
  on(layer, ...inputs) as unknown as Symbolic[];
const embedding = (tf: TensorFlow, name: string, maskZero = true, outputDim = 3) =>
  tf.layers.embedding({ inputDim: IDS, outputDim, maskZero, name });

/** Shapes that the way through tf2onnx has always got right. */
export const LONG_RIGHT: Readonly<Record<string, MaskedModel>> = {
  "a bidirectional LSTM with relu": {
    build: (tf) =>
      tf.sequential({
        layers: [
          tf.layers.bidirectional({
            layer: tf.layers.lstm({ units: UNITS, activation: "relu", returnSequences: true }) as never,
            mergeMode: "concat",
            inputShape: [null, 2],
          }),
        ],
      }),
  },
  "an embedding that masks, then an LSTM": {
    build: (tf) =>
      tf.sequential({
        layers: [
          tf.layers.embedding({ inputDim: IDS, outputDim: 3, maskZero: true, inputLength: 5 }),
          tf.layers.lstm({ units: UNITS }),
        ],
      }),
  },
  "Masking, then a bidirectional GRU": {
    build: (tf) =>
      tf.sequential({
        layers: [
          tf.layers.masking({ inputShape: [null, 2] }),
          tf.layers.bidirectional({ layer: tf.layers.gru({ units: UNITS }) as never, mergeMode: "concat" }),
        ],
      }),
  },
  ConvLSTM2D: {
    build: (tf) =>
      tf.sequential({
        layers: [tf.layers.convLstm2d({ filters: 3, kernelSize: 3, inputShape: [null, 6, 5, 2] })],
      }),
  },
  "a GRU that goes backwards": {
    build: (tf) =>
      tf.sequential({
        layers: [
          tf.layers.gru({ units: UNITS, goBackwards: true, returnSequences: true, inputShape: [null, 2] }),
        ],
      }),
  },
  "Conv1D and two bidirectional LSTMs": {
    build: (tf) =>
      tf.sequential({
        layers: [
          tf.layers.conv1d({ filters: 3, kernelSize: 3, inputShape: [null, 2] }),
          tf.layers.bidirectional({
            layer: tf.layers.lstm({ units: UNITS, returnSequences: true }) as never,
            mergeMode: "concat",
          }),
          tf.layers.bidirectional({ layer: tf.layers.lstm({ units: 3 }) as never, mergeMode: "concat" }),
        ],
      }),
  },
};

/** What takes a mask, by itself behind one. */
const takers = (tf: TensorFlow) => ({
  "a GRU that goes backwards and gives a sequence": tf.layers.gru({
    units: UNITS,
    goBackwards: true,
    returnSequences: true,
  }),
  "an LSTM with its states": tf.layers.lstm({ units: UNITS, returnState: true, returnSequences: true }),
  SimpleRNN: tf.layers.simpleRNN({ units: UNITS, activation: "relu" }),
  "two cells that go backwards": tf.layers.rnn({
    cell: [tf.layers.gruCell({ units: 2 }), tf.layers.lstmCell({ units: UNITS })],
    goBackwards: true,
    returnSequences: true,
    returnState: true,
  }),
  "a bidirectional SimpleRNN that gives both": tf.layers.bidirectional({
    layer: tf.layers.simpleRNN({ units: UNITS, returnSequences: true }) as never,
    mergeMode: null as never,
  }),
  "a bidirectional GRU, averaged": tf.layers.bidirectional({
    layer: tf.layers.gru({ units: UNITS, returnSequences: true, recurrentActivation: "sigmoid" }) as never,
    mergeMode: "ave",
  }),
});

const behindMasking = Object.fromEntries(
  [
    "a GRU that goes backwards and gives a sequence",
    "an LSTM with its states",
    "SimpleRNN",
    "two cells that go backwards",
    "a bidirectional SimpleRNN that gives both",
    "a bidirectional GRU, averaged",
  ].map((name): [string, MaskedModel] => [
    `Masking, then ${name}`,
    {
      build(tf) {
        const x = steps(tf);
        const layer = takers(tf)[name as keyof ReturnType<typeof takers>];
        return tf.model({ inputs: x, outputs: layer.apply(on(tf.layers.masking(), x)) as Symbolic });
      },
    },
  ]),
);

export const MASKED_MODELS: Readonly<Record<string, MaskedModel>> = {
  ...behindMasking,
  "a mask passes layers that support it": {
    build(tf) {
      const x = ids(tf);
      let y = on(embedding(tf, "embedding"), x);
      y = on(tf.layers.dense({ units: 3, activation: "tanh" }), y);
      y = on(tf.layers.dropout({ rate: 0.5 }), y);
      y = on(tf.layers.layerNormalization({}), y);
      y = on(tf.layers.lstm({ units: 3, returnSequences: true }), y);
      y = on(tf.layers.timeDistributed({ layer: tf.layers.dense({ units: 2 }) }), y);
      return tf.model({ inputs: x, outputs: on(tf.layers.gru({ units: UNITS }), y) });
    },
  },
  "a mask ends at a convolution, and tfjs hands its first steps to the next recurrent layers all the same": {
    build(tf) {
      const x = ids(tf);
      const y = on(tf.layers.conv1d({ filters: 3, kernelSize: 3 }), on(embedding(tf, "embedding"), x));
      return tf.model({
        inputs: x,
        outputs: [
          on(tf.layers.lstm({ units: UNITS, returnSequences: true }), y),
          on(tf.layers.lstm({ units: UNITS, goBackwards: true, returnSequences: true }), y),
        ],
      });
    },
  },
  "an autoencoder: the encoder's mask is handed to the decoder": {
    build(tf) {
      const x = ids(tf, "ids", 5);
      const code = on(tf.layers.lstm({ units: UNITS }), on(embedding(tf, "embedding"), x));
      const repeated = on(tf.layers.repeatVector({ n: 5 }), code);
      return tf.model({
        inputs: x,
        outputs: on(tf.layers.lstm({ units: 3, returnSequences: true }), repeated),
      });
    },
  },
  "a decoder of fewer steps takes the first of the mask": {
    build(tf) {
      const x = ids(tf, "ids", 5);
      const code = on(tf.layers.lstm({ units: UNITS }), on(embedding(tf, "embedding"), x));
      const repeated = on(tf.layers.repeatVector({ n: 3 }), code);
      return tf.model({
        inputs: x,
        outputs: [
          on(tf.layers.gru({ units: 3, returnSequences: true }), repeated),
          on(tf.layers.gru({ units: 3, returnSequences: true, goBackwards: true }), repeated),
        ],
      });
    },
  },
  ...Object.fromEntries(
    [false, true].map((swapped): [string, MaskedModel] => [
      `a branch without a mask is handed that of the branch before it${swapped ? ", and none where it is first" : ""}`,
      {
        build(tf) {
          const [words, numbers] = [ids(tf, "words", 5), steps(tf, "numbers", 5)];
          const a = on(tf.layers.lstm({ units: UNITS }), on(embedding(tf, "embedding"), words));
          const b = on(tf.layers.gru({ units: 3 }), numbers);
          const merged = on(tf.layers.concatenate({}), ...(swapped ? [a, b] : [b, a]));
          return tf.model({ inputs: [words, numbers], outputs: on(tf.layers.dense({ units: 2 }), merged) });
        },
      },
    ]),
  ),
  "masks of both are true where inputs are put together by their features": {
    build(tf) {
      const [a, b] = [ids(tf, "a", 5), ids(tf, "b", 5)];
      const merged = on(
        tf.layers.concatenate({}),
        on(embedding(tf, "first"), a),
        on(embedding(tf, "second"), b),
      );
      return tf.model({ inputs: [a, b], outputs: on(tf.layers.gru({ units: UNITS }), merged) });
    },
  },
  "an input without a mask counts as true where features are put together": {
    build(tf) {
      const [a, b] = [steps(tf, "a", 5), ids(tf, "b", 5)];
      const merged = on(tf.layers.concatenate({ axis: -1 }), a, on(embedding(tf, "second"), b));
      return tf.model({ inputs: [a, b], outputs: on(tf.layers.lstm({ units: UNITS }), merged) });
    },
  },
  "masks one after the other where inputs are put together by their time": {
    build(tf) {
      const [a, b] = [ids(tf, "a", 3), ids(tf, "b", 4)];
      const merged = on(
        tf.layers.concatenate({ axis: 1 }),
        on(embedding(tf, "first"), a),
        on(embedding(tf, "second"), b),
      );
      return tf.model({ inputs: [a, b], outputs: on(tf.layers.lstm({ units: UNITS }), merged) });
    },
  },
  "the sum of masked inputs, whose mask no layer takes": {
    build(tf) {
      const [a, b] = [ids(tf, "a", 5), ids(tf, "b", 5)];
      const sum = on(tf.layers.add(), on(embedding(tf, "first"), a), on(embedding(tf, "second"), b));
      const pooled = on(tf.layers.globalAveragePooling1d({}), on(tf.layers.dense({ units: 3 }), sum));
      return tf.model({ inputs: [a, b], outputs: pooled });
    },
  },
  "a translator: states and masks of both sides": {
    build(tf) {
      const [source, target] = [ids(tf, "source", 4), ids(tf, "target", 5)];
      const [, h, c] = several(
        tf.layers.lstm({ units: UNITS, returnState: true, name: "encoder" }),
        on(embedding(tf, "first"), source),
      ) as [Symbolic, Symbolic, Symbolic];
      const y = on(
        tf.layers.lstm({ units: UNITS, returnSequences: true, name: "decoder" }),
        on(embedding(tf, "second"), target),
        h,
        c,
      );
      const head = tf.layers.timeDistributed({ layer: tf.layers.dense({ units: 3, activation: "softmax" }) });
      return tf.model({ inputs: [target, source], outputs: on(head, y) });
    },
  },
  "states are masked as the sequence is": {
    build(tf) {
      const x = ids(tf, "ids", 5);
      const layer = tf.layers.lstm({ units: UNITS, returnSequences: true, returnState: true });
      const [y, h, c] = several(layer, on(embedding(tf, "embedding"), x)) as [Symbolic, Symbolic, Symbolic];
      const merged = on(tf.layers.concatenate({}), on(tf.layers.dense({ units: 2 }), h), c);
      return tf.model({ inputs: x, outputs: [on(tf.layers.gru({ units: 3 }), y), merged] });
    },
  },
  "a model inside the model makes its own mask, and leaves it to the next": {
    build(tf) {
      const x = ids(tf, "ids", 5);
      const inner = tf.sequential({
        name: "inner",
        layers: [
          tf.layers.embedding({ inputDim: IDS, outputDim: 3, maskZero: true, batchInputShape: [null, 5] }),
          tf.layers.lstm({ units: UNITS, returnSequences: true }),
        ],
      });
      const y = on(inner, x);
      return tf.model({ inputs: x, outputs: on(tf.layers.gru({ units: 3 }), y) });
    },
  },
  "a model inside the model is handed the mask of its input": {
    build(tf) {
      const x = ids(tf, "ids", 5);
      const inner = tf.sequential({
        name: "inner",
        layers: [tf.layers.lstm({ units: UNITS, returnSequences: true, inputShape: [5, 3] })],
      });
      const y = on(inner, on(embedding(tf, "embedding"), x));
      return tf.model({ inputs: x, outputs: on(tf.layers.gru({ units: 3 }), y) });
    },
  },
  "a sequence that begins with a sequence": {
    build: (tf) =>
      tf.sequential({
        layers: [
          tf.sequential({
            name: "first",
            layers: [tf.layers.embedding({ inputDim: IDS, outputDim: 3, maskZero: true, inputLength: 5 })],
          }) as never,
          tf.layers.gru({ units: UNITS }),
        ],
      }),
  },
  "pixels are masked one by one in a ConvLSTM2D": {
    build: (tf) =>
      tf.sequential({
        layers: [
          tf.layers.masking({ inputShape: [3, 4, 5, 2] }),
          tf.layers.convLstm2d({ filters: 3, kernelSize: 3, padding: "same", returnSequences: true }),
        ],
      }),
  },
  "a Softmax hides what is masked": {
    build(tf) {
      const x = ids(tf, "ids", 5);
      const scores = on(tf.layers.reshape({ targetShape: [5] }), on(embedding(tf, "embedding", true, 1), x));
      return tf.model({ inputs: x, outputs: on(tf.layers.softmax({ axis: -1 }), scores) });
    },
  },
  "a layer is called with a mask and without": {
    build(tf) {
      const [a, b] = [steps(tf, "a", 5), steps(tf, "b", 5)];
      const shared = tf.layers.lstm({ units: UNITS, name: "shared" });
      // The branch without a mask is computed first.
      const merged = on(tf.layers.concatenate({}), on(shared, on(tf.layers.masking(), a)), on(shared, b));
      return tf.model({ inputs: [a, b], outputs: merged });
    },
  },
};
