import type { Call, Kernel, Operators } from "../call.js";
import { type Activation, activationsOf } from "../recurrent-activations.js";
import { allocate, type Value } from "../value.js";
import { transposed } from "./transpose.js";

/** One direction's weights and starting state; gates lie one after the other, `hidden` rows each. */
interface Direction {
  /** [gates · hidden, inputs] */
  w: Float64Array;
  /** [gates · hidden, hidden] */
  r: Float64Array;
  /** Biases of W and of R, [gates · hidden] each. */
  wb: Float64Array;
  rb: Float64Array;
  /** Peephole weights, [3 · hidden]; of LSTM alone. */
  p: Float64Array;
  hidden: number;
  inputs: number;
  activations: readonly Activation[];
  linearBeforeReset: boolean;
  couplesInput: boolean;
}

/** The new hidden state of one sample, given what came in; `c` is the cell state, which a step overwrites. */
type Step = (direction: Direction, x: Float64Array, h: Float64Array, c: Float64Array) => Float64Array;

/** Row `at` of a matrix times a vector, plus a bias. */
function affine(matrix: Float64Array, vector: Float64Array, bias: Float64Array, at: number): number {
  let sum = bias[at] as number;
  const begin = at * vector.length;
  for (let k = 0; k < vector.length; k++) sum += (matrix[begin + k] as number) * (vector[k] as number);
  return sum;
}

function rnnStep(
  { w, r, wb, rb, hidden, activations: [f] }: Direction,
  x: Float64Array,
  h: Float64Array,
): Float64Array {
  return Float64Array.from({ length: hidden }, (_, i) =>
    (f as Activation)(affine(w, x, wb, i) + affine(r, h, rb, i)),
  );
}

/** Gates z (update), r (reset), h (hidden). */
function gruStep(direction: Direction, x: Float64Array, h: Float64Array): Float64Array {
  const { w, r, wb, rb, hidden, activations, linearBeforeReset } = direction;
  const [f, g] = activations as [Activation, Activation];
  const gate = (at: number) => f(affine(w, x, wb, at) + affine(r, h, rb, at));
  const reset = Float64Array.from({ length: hidden }, (_, i) => gate(hidden + i));
  const damped = h.map((each, i) => each * (reset[i] as number));
  return Float64Array.from({ length: hidden }, (_, i) => {
    const at = 2 * hidden + i;
    const recurrent = linearBeforeReset
      ? (reset[i] as number) * affine(r, h, rb, at)
      : affine(r, damped, rb, at);
    const z = gate(i);
    return (1 - z) * g(affine(w, x, wb, at) + recurrent) + z * (h[i] as number);
  });
}

/** Gates i (input), o (output), f (forget), c (cell). */
function lstmStep(direction: Direction, x: Float64Array, h: Float64Array, c: Float64Array): Float64Array {
  const { w, r, wb, rb, p, hidden, activations, couplesInput } = direction;
  const [f, g, out] = activations as [Activation, Activation, Activation];
  const sum = (gate: number, i: number) =>
    affine(w, x, wb, gate * hidden + i) + affine(r, h, rb, gate * hidden + i);
  const peep = (gate: number, i: number, cell: number) => (p[gate * hidden + i] as number) * cell;
  return Float64Array.from({ length: hidden }, (_, i) => {
    const before = c[i] as number;
    const input = f(sum(0, i) + peep(0, i, before));
    const forget = couplesInput ? 1 - input : f(sum(2, i) + peep(2, i, before));
    const cell = forget * before + input * g(sum(3, i));
    c[i] = cell;
    return f(sum(1, i) + peep(1, i, cell)) * out(cell);
  });
}

interface Cell {
  gates: number;
  step: Step;
  activations: readonly string[];
  /** Whether there is a cell state besides the hidden state: its start is an input and its end an output. */
  cellState: boolean;
}

/** Inputs X, W, R, B, sequence_lens, initial_h, and of LSTM initial_c and P. */
function network({ gates, step, activations, cellState }: Cell): Kernel {
  return (call: Call): Value[] => {
    const batchFirst = call.int("layout", 0) === 1;
    const given = call.floats(0);
    const x = batchFirst ? transposed(given, [1, 0, 2]) : given;
    const [length = 0, batch = 0, inputs = 0] = x.dims;
    const [w, r] = [call.floats(1), call.floats(2)];
    const directions = w.dims[0] as number;
    const hidden = r.dims[2] as number;
    const bias = call.optional(3)?.data as Float64Array | undefined;
    const lengths = call.maybeNumbers(4) ?? new Array<number>(batch).fill(length);
    if (lengths.some((each) => each < 0 || each > length))
      call.refuse(`its sequence_lens go beyond the ${length} steps of X`, "E_NODE_VALUE");
    const peepholes = call.optional(7)?.data as Float64Array | undefined;
    const start = (index: number): Float64Array => {
      const state = call.optional(index);
      if (!state) return allocate("float64", directions * batch * hidden);
      return (batchFirst ? transposed(state, [1, 0, 2]) : state).data.slice() as Float64Array;
    };
    const h = start(5);
    const c = cellState ? start(6) : allocate("float64", h.length);
    const y = allocate("float64", length * directions * batch * hidden);
    const way = call.string("direction", "forward");
    const functions = activationsOf(call, activations, directions);
    const rows = gates * hidden;
    for (let d = 0; d < directions; d++) {
      const part = (from: Float64Array | undefined, index: number, size: number) =>
        from?.subarray(index * size, (index + 1) * size) ?? new Float64Array(size);
      const direction: Direction = {
        w: part(w.data, d, rows * inputs),
        r: part(r.data, d, rows * hidden),
        wb: part(bias, 2 * d, rows),
        rb: part(bias, 2 * d + 1, rows),
        p: part(peepholes, d, 3 * hidden),
        hidden,
        inputs,
        activations: functions[d] as readonly Activation[],
        linearBeforeReset: call.int("linear_before_reset", 0) !== 0,
        couplesInput: call.int("input_forget", 0) !== 0,
      };
      const backwards = way === "reverse" || d === 1;
      for (let n = 0; n < batch; n++) {
        const at = (d * batch + n) * hidden;
        const [state, cell] = [h.subarray(at, at + hidden), c.subarray(at, at + hidden)];
        const steps = lengths[n] as number;
        for (let k = 0; k < steps; k++) {
          const t = backwards ? steps - 1 - k : k;
          const begin = (t * batch + n) * inputs;
          state.set(step(direction, (x.data as Float64Array).subarray(begin, begin + inputs), state, cell));
          y.set(state, ((t * directions + d) * batch + n) * hidden);
        }
      }
    }
    const all: Value = { dtype: x.dtype, dims: [length, directions, batch, hidden], data: y };
    const ends = [h, ...(cellState ? [c] : [])].map(
      (data): Value => ({ dtype: x.dtype, dims: [directions, batch, hidden], data }),
    );
    if (!batchFirst) return [all, ...ends];
    return [transposed(all, [2, 0, 1, 3]), ...ends.map((end) => transposed(end, [1, 0, 2]))];
  };
}

/** Networks that run along a sequence. */
export const recurrent: Operators = {
  GRU: { 7: network({ gates: 3, step: gruStep, activations: ["Sigmoid", "Tanh"], cellState: false }) },
  LSTM: {
    7: network({ gates: 4, step: lstmStep, activations: ["Sigmoid", "Tanh", "Tanh"], cellState: true }),
  },
  RNN: { 7: network({ gates: 1, step: rnnStep, activations: ["Tanh"], cellState: false }) },
};
