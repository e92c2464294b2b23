import { sizeOf, tensor } from "@congruent/core";
import type { LayerCall } from "../layer-call.js";
import { reversed, scan, shapeVector, squeeze, transpose, unsqueeze } from "../operators/index.js";
import type { GraphValue } from "../value.js";
import type { Cell, RecurrentOperator } from "./cell-converter.js";
import { stepMask } from "./step-mask.js";

export interface Run {
  /** [batch, time, …] */
  x: GraphValue;
  /** See {@link LayerCall.mask}. */
  mask: GraphValue | null;
  /** The states before the first step, by cell; null for zeros. */
  initial: readonly (readonly GraphValue[])[] | null;
  /** Whether it begins with the last element of the time. */
  backwards: boolean;
  /** Whether what every step puts out is wanted, and not that of the last step alone. */
  sequences: boolean;
  /** Whether what the first step puts out stands last. */
  flip: boolean;
}

export interface RunResult {
  /** [batch, time, …] where sequences are wanted, else [batch, …]. */
  output: GraphValue;
  /** After the last step, by cell. */
  states: GraphValue[][];
}

/** What cells say about training, which does not change what they compute. */
const TRAINING = ["dropout", "recurrent_dropout", "seed", "implementation", "unit_forget_bias"];

/**
 * Runs cells along the time. Each takes what the one before it puts out, so that one may have run to its end before the next begins: a step that
 * is masked changes no state, and what it puts out is masked for the next one as well.
 */
export function runCells(cells: readonly Cell[], run: Run): RunResult {
  const turned = cells.length > 1 && run.backwards;
  const turn = (x: GraphValue) => (turned ? reversed((cells[0] as Cell).call, x, 1) : x);
  const mask = run.mask && turn(run.mask);
  const states: GraphValue[][] = [];
  const output = cells.reduce((x, cell, i) => {
    cell.call.config.ignore(...TRAINING);
    const last = i === cells.length - 1;
    const result = runCell(cell, {
      x,
      mask,
      initial: run.initial?.[i] ?? null,
      backwards: run.backwards && !turned,
      sequences: run.sequences || !last,
      flip: run.flip && last,
    });
    states.push(result.states);
    return result.output;
  }, turn(run.x));
  return { output, states };
}

interface CellRun extends Omit<Run, "initial"> {
  /** The cell's states before the first step; null for zeros. */
  initial: readonly GraphValue[] | null;
}

function runCell(cell: Cell, run: CellRun): { output: GraphValue; states: GraphValue[] } {
  const operator = run.mask === null ? cell.converter.operator?.(cell.call, run.x) : null;
  return operator ? byOperator(cell, operator, run) : byScan(cell, run);
}

/** ONNX' recurrent operators take [time, batch, features] and give [time, directions, batch, units]. */
function byOperator({ call, converter }: Cell, operator: RecurrentOperator, run: CellRun) {
  const state = converter.stateShape(call, run.x);
  const [batch = 1, units = 1] = state;
  const x = transpose(call, run.x, [1, 0, 2]);
  const [time = 1] = x.shape;
  const initial = (run.initial ?? []).map((each) => unsqueeze(call, each, [0]));
  const [w, r, bias = null] = operator.weights as [GraphValue, GraphValue, GraphValue?];
  const inputs = initial.length > 0 ? [x, w, r, bias, null, ...initial] : [x, w, r, ...(bias ? [bias] : [])];
  const last = Array.from({ length: converter.states }, () => ({ shape: [1, batch, units] }));
  const attributes = { ...operator.attributes, direction: run.backwards ? "reverse" : "forward" };
  const [all, ...ends] = call.nodes(
    operator.opType,
    inputs,
    [{ shape: [time, 1, batch, units] }, ...last],
    attributes,
  );
  const states = ends.map((end) => squeeze(call, end, [0]));
  if (!run.sequences) return { output: states[0] as GraphValue, states };
  const sequence = transpose(call, squeeze(call, all as GraphValue, [1]), [1, 0, 2]);
  // What comes out at each place belongs to what came in there, in whichever direction.
  return { output: run.flip === run.backwards ? sequence : reversed(call, sequence, 1), states };
}

function byScan({ call, converter }: Cell, run: CellRun) {
  const { x, backwards, flip, sequences } = run;
  const state = converter.stateShape(call, x);
  const initial = run.initial ?? zeros({ call, converter }, x);
  const mask = run.mask && stepMask(call, run.mask, x, state, backwards);
  const projected = converter.project?.(call, x) ?? x;
  const result = scan(call, {
    initial,
    sequences: mask ? [projected, mask] : [projected],
    backwards,
    flip,
    step(body, before, [slice, kept]) {
      const after = converter.step(body, slice as GraphValue, before);
      const states = after.map((each, i) => {
        const shape = before[i]?.shape ?? each.shape;
        return kept
          ? body.node("Where", [kept, each, before[i] as GraphValue], { shape, dtype: each.dtype })
          : each;
      });
      return { states, slices: sequences ? states.slice(0, 1) : [] };
    },
  });
  return {
    output: (sequences ? result.sequences[0] : result.states[0]) as GraphValue,
    states: result.states,
  };
}

/** States before the first step. */
function zeros({ call, converter }: Cell, x: GraphValue): GraphValue[] {
  const shape = converter.stateShape(call, x);
  const [batch, ...rest] = shape;
  const zero = () => {
    if (!rest.every((size) => typeof size === "number")) {
      if (converter.zeros) return converter.zeros(call, x);
      throw call.refusal(
        "E_LAYER_INPUT",
        `has states of [${shape.join(", ")}]`,
        "known sizes behind the batch",
      );
    }
    if (typeof batch === "number") {
      const sizes = [batch, ...rest];
      return call.constant("zeros", tensor("float32", new Float32Array(sizeOf(sizes)), sizes));
    }
    const sizes = shapeVector(call, [{ of: x, axis: 0 }, ...rest]);
    return call.node("ConstantOfShape", [sizes], { shape, dtype: "float32" });
  };
  return new Array<GraphValue>(converter.states).fill(zero());
}
