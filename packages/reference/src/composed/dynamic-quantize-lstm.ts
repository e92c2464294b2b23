import type { Composer, Composition } from "./composer.js";

/** A matrix by its own range as integers, and back. */
function roundTrip(c: Composer, x: string): [value: string, scale: string] {
  const [integers = "", scale = "", zero = ""] = c.ops("DynamicQuantizeLinear", [x], 3);
  return [c.op("DequantizeLinear", [integers, scale, zero]), scale];
}

/** Weights [directions, rows, 4 · hidden] of one direction. */
function weights(c: Composer, index: number, scale: number, zero: number, direction: number): string {
  const at = (which: number) =>
    c.op("Gather", [
      c.input(which),
      c.constant({ dtype: "int64", dims: [], data: BigInt64Array.of(BigInt(direction)) }),
    ]);
  return c.op("DequantizeLinear", [at(index), at(scale), c.call.optional(zero) ? at(zero) : ""], {
    axis: 1n,
  });
}

/**
 * An LSTM whose weights are integers and whose inputs and hidden states are quantized before they are multiplied: all inputs by one range,
 * the states of a step by theirs.
 */
const dynamicQuantizeLstm: Composition = (c) => {
  const { call } = c;
  const [length = 1, batch = 1, inputs = 1] = c.dims(0);
  const directions = c.dims(1)[0] as number;
  const hidden = c.dims(2)[1] as number;
  const way = call.string("direction", "forward");
  const lengths = call.maybeNumbers(4);
  if (lengths?.some((each) => each !== length))
    call.refuse("shorter sequences are not computed here", "E_NODE_INPUT");
  if (call.optional(7)) call.refuse("peepholes are not computed here", "E_NODE_INPUT");
  for (const name of ["activations", "clip"]) {
    if (
      call.has(name) &&
      (call.strings("activations") ?? []).some((each, i) => each !== ["Sigmoid", "Tanh", "Tanh"][i % 3])
    )
      call.refuse(`other activations are not computed here`, "E_NODE_ATTRIBUTE");
  }
  if (call.has("clip") || call.int("input_forget", 0) !== 0)
    call.refuse("clip and input_forget are not computed here", "E_NODE_ATTRIBUTE");
  const { dtype } = call.input(0);
  const [x] = roundTrip(c, c.reshape(c.input(0), [length * batch, inputs]));
  const start = (index: number, d: number) =>
    call.optional(index)
      ? c.reshape(c.slice(c.input(index), 0, d, d + 1), [batch, hidden])
      : c.constant({ dtype, dims: [batch, hidden], data: new Float64Array(batch * hidden) });
  const [all, lastH, lastC]: [string[][], string[], string[]] = [[], [], []];
  for (let d = 0; d < directions; d++) {
    const gatesOfX = c.op("MatMul", [x, weights(c, 1, 8, 9, d)]);
    const r = weights(c, 2, 10, 11, d);
    const b = call.optional(3) ? c.reshape(c.slice(c.input(3), 0, d, d + 1), [8 * hidden]) : "";
    const bias = b === "" ? "" : c.sum(c.slice(b, 0, 0, 4 * hidden), c.slice(b, 0, 4 * hidden, 8 * hidden));
    let [h, cell] = [start(5, d), start(6, d)];
    const outputs = new Array<string>(length);
    const backwards = way === "reverse" || d === 1;
    for (let k = 0; k < length; k++) {
      const t = backwards ? length - 1 - k : k;
      const [rounded] = roundTrip(c, h);
      const own = c.slice(gatesOfX, 0, t * batch, (t + 1) * batch);
      // Threads that share the samples of a batch quantize each by its own range.
      const states =
        batch === 1
          ? rounded
          : c.uncertain(rounded, new Float64Array(batch * hidden).fill(1 / 255), [batch, hidden]);
      const sums = c.sum(own, c.op("MatMul", [states, r]), bias);
      const gate = (which: number) => c.slice(sums, 1, which * hidden, (which + 1) * hidden);
      const [input, output, forget] = [0, 1, 2].map((which) => c.op("Sigmoid", [gate(which)]));
      const candidate = c.op("Tanh", [gate(3)]);
      const times = (a: string | undefined, e: string) => c.op("Mul", [a as string, e]);
      cell = c.sum(times(forget, cell), times(input, candidate));
      h = times(output, c.op("Tanh", [cell]));
      outputs[t] = c.reshape(h, [1, 1, batch, hidden]);
    }
    all.push(outputs);
    lastH.push(c.reshape(h, [1, batch, hidden]));
    lastC.push(c.reshape(cell, [1, batch, hidden]));
  }
  const steps = all.map((outputs) => c.concat(outputs, 0));
  return [c.concat(steps, 1), c.concat(lastH, 0), c.concat(lastC, 0)].slice(0, Math.max(1, call.outputs));
};

export const dynamicQuantizeLSTM: Readonly<Record<string, Composition>> = {
  DynamicQuantizeLSTM: dynamicQuantizeLstm,
};
