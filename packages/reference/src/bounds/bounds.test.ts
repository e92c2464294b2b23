import { tensor } from "@congruent/core";
import {
  AttributeProto_AttributeType,
  type GraphProto,
  makeAttribute,
  makeGraph,
  makeModel,
  makeNode,
  makeTensor,
  makeTensorValueInfo,
  type NodeProto,
} from "@congruent/onnx";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { type Value, value } from "../value.js";
import { compareWithBound, interpretWithBounds, type RoundingModel } from "./index.js";

const models: RoundingModel[] = ["statistical", "worst"];
const f32 = (numbers: readonly number[], dims: readonly number[] = [numbers.length]) =>
  tensor("float32", Float32Array.from(numbers), dims);

/** Numbers of very different sizes, both signs, some of them equal but for the sign: what cancels. */
const awkward = fc.oneof(
  fc.double({ min: -1, max: 1, noNaN: true }),
  fc.double({ min: -1e4, max: 1e4, noNaN: true }),
  fc.constantFrom(0, 1, -1, 1e-30, 3e4, -3e4),
);
const row = fc.array(awkward.map(Math.fround), { minLength: 1, maxLength: 300 });

/** One node on inputs a, b, c with the sizes given, as a graph of its own. */
function apply(
  node: NodeProto,
  inputs: Record<string, ReturnType<typeof f32>>,
  model: RoundingModel,
  errors = {},
) {
  const declared = Object.entries(inputs).map(([name, { dims }]) =>
    makeTensorValueInfo(name, "float32", dims),
  );
  const graph = makeGraph([node], "g", declared, [makeTensorValueInfo("y", "float32", [])]);
  const { outputs, bounds } = interpretWithBounds(makeModel(graph, { opset: 20 }), inputs, {
    model,
    inputErrors: errors,
  });
  return { reference: outputs.get("y") as Value, bound: bounds.get("y")?.errors ?? null };
}

const orders: Record<string, (terms: Float32Array) => number> = {
  forwards: (terms) => terms.reduce((sum, term) => Math.fround(sum + term), 0),
  backwards: (terms) => terms.reduceRight((sum, term) => Math.fround(sum + term), 0),
  "the small ones first": (terms) =>
    orders.forwards?.(terms.toSorted((a, b) => Math.abs(a) - Math.abs(b))) as number,
  "positive before negative": (terms) => orders.forwards?.(terms.toSorted((a, b) => b - a)) as number,
  "in halves": (terms) => {
    if (terms.length <= 1) return terms[0] ?? 0;
    const half = terms.length >> 1;
    const [a, b] = [terms.subarray(0, half), terms.subarray(half)].map(
      (part) => orders["in halves"]?.(part) as number,
    );
    return Math.fround((a as number) + (b as number));
  },
};

describe.each(models)("the %s bound", (model) => {
  it.each(Object.keys(orders))("holds a matrix product summed %s in float32", (order) => {
    fc.assert(
      fc.property(row, fc.integer({ min: 0, max: 1000 }), (a, shift) => {
        const b = a.map((_, i) => Math.fround(Math.sin(i * 7.3 + shift)));
        const products = Float32Array.from(a, (x, i) => x * (b[i] as number));
        const inputs = { a: f32(a, [1, a.length]), b: f32(b, [a.length, 1]) };
        const { reference, bound } = apply(makeNode("MatMul", ["a", "b"], ["y"]), inputs, model);
        const seen = f32([orders[order]?.(products) as number], [1, 1]);
        expect(compareWithBound(seen, reference, bound).ratio).toBeLessThanOrEqual(1);
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it("holds any change of the inputs within their errors, through every operator of one argument", () => {
    const operators = [
      "Relu",
      "Sigmoid",
      "Tanh",
      "Exp",
      "Erf",
      "Softplus",
      "Sqrt",
      "Log",
      "Reciprocal",
      "Abs",
      "Neg",
      "Floor",
    ];
    const more = [
      "Round",
      "Sign",
      "Gelu",
      "HardSwish",
      "Mish",
      "Elu",
      "LeakyRelu",
      "Softmax",
      "LogSoftmax",
      "Sin",
      "ReduceSum",
    ];
    const many = [
      "ReduceMean",
      "ReduceL2",
      "ReduceMax",
      "ReduceProd",
      "ReduceSumSquare",
      "ReduceLogSumExp",
      "Softsign",
      "Cos",
    ];
    const element = fc.double({ min: -6, max: 6, noNaN: true });
    const element3 = fc.array(fc.tuple(element, fc.double({ min: -1, max: 1, noNaN: true })), {
      minLength: 3,
      maxLength: 3,
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...operators, ...more, ...many),
        element3,
        fc.constantFrom(1e-6, 1e-3, 0.3),
        (opType, elements, size) => {
          const x = elements.map(([at]) => Math.fround(at));
          const node = () => makeNode(opType, ["a"], ["y"]);
          const errors = { a: Float64Array.from(x, () => size) };
          const { reference, bound } = apply(node(), { a: f32(x) }, model, errors);
          const moved = x.map((at, i) => at + size * ((elements[i] as [number, number])[1] as number));
          const graph = makeGraph(
            [node()],
            "g",
            [makeTensorValueInfo("a", "float32", [3])],
            [makeTensorValueInfo("y", "float32", [])],
          );
          const feeds = { a: value("float32", Float64Array.from(moved), [3]) };
          const seen = interpretWithBounds(makeModel(graph, { opset: 20 }), feeds).outputs.get("y") as Value;
          // A sum of errors that all point one way is what the statistical model takes to be rare: at most √3 more here.
          const allowed = (model === "worst" ? 1 : Math.sqrt(3)) * (1 + 1e-9);
          expect({ opType, ratio: compareWithBound(seen, reference, bound).ratio > allowed }).toEqual({
            opType,
            ratio: false,
          });
        },
      ),
      { seed: 2, numRuns: 800 },
    );
  });

  it("holds any change within errors through operators of two arguments", () => {
    const element = fc.double({ min: -4, max: 4, noNaN: true });
    const move = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        fc.constantFrom("Add", "Sub", "Mul", "Div", "Max", "Min", "PRelu", "MatMul"),
        fc.tuple(element, element, move, move),
        fc.constantFrom(0, 1e-5, 0.2),
        fc.constantFrom(0, 1e-5, 0.2),
        (opType, [a, b, da, db], ea, eb) => {
          const [x, z] = [Math.fround(a), Math.fround(b)];
          const inputs = { a: f32([x]), b: f32([z]) };
          const errors = {
            ...(ea ? { a: Float64Array.of(ea) } : {}),
            ...(eb ? { b: Float64Array.of(eb) } : {}),
          };
          const node = () => makeNode(opType, ["a", "b"], ["y"]);
          const { reference, bound } = apply(node(), inputs, model, errors);
          const declared = ["a", "b"].map((name) => makeTensorValueInfo(name, "float32", [1]));
          const graph = makeGraph([node()], "g", declared, [makeTensorValueInfo("y", "float32", [])]);
          const feeds = {
            a: value("float32", Float64Array.of(ea ? x + ea * da : x), [1]),
            b: value("float32", Float64Array.of(eb ? z + eb * db : z), [1]),
          };
          const seen = interpretWithBounds(makeModel(graph), feeds).outputs.get("y") as Value;
          // Two errors of one product, all of one direction: √2.
          const allowed = model === "worst" || opType !== "MatMul" ? 1 : Math.SQRT2;
          const { ratio } = compareWithBound(seen, reference, bound);
          expect({ opType, inside: ratio <= allowed * (1 + 1e-9) }).toEqual({ opType, inside: true });
        },
      ),
      { seed: 3, numRuns: 800 },
    );
  });
});

describe("underflow", () => {
  const times = (a: number, b: number) =>
    apply(makeNode("Mul", ["a", "b"], ["y"]), { a: f32([a]), b: f32([b]) }, "statistical");

  it("allows a subnormal result to be rounded to a neighbor or flushed to zero, and no more", () => {
    const { reference, bound } = times(1e-20, 2 ** -80);
    for (const seen of [Math.fround(reference.data[0] as number), 0, 2 ** -149]) {
      expect(compareWithBound(f32([seen]), reference, bound).within).toBe(true);
    }
    expect(compareWithBound(f32([2 ** -124]), reference, bound).within).toBe(false);
  });

  it("leaves normal numbers and exact zeros as they are", () => {
    expect(times(1.5, 2).bound).toEqual(Float64Array.of(3 * 2 ** -23));
    expect(times(0, 2).bound).toBeNull();
  });
});

describe("decisions", () => {
  const decide = (node: NodeProto, x: number[], error: number) =>
    apply(node, { a: f32(x) }, "statistical", { a: Float64Array.from(x, () => error) }).bound;

  it("lets ArgMax change only to an element whose margin is within the errors", () => {
    const node = () => makeNode("ArgMax", ["a"], ["y"]);
    expect(decide(node(), [1, 5, 4.9, 0], 0.01)).toBeNull();
    expect(decide(node(), [1, 5, 4.9, 0], 0.06)).toEqual(Float64Array.of(1));
    expect(decide(node(), [4.95, 1, 1, 5], 0.06)).toEqual(Float64Array.of(3));
  });

  it("lets rounding change only near a half", () => {
    expect(decide(makeNode("Round", ["a"], ["y"]), [1.2, 1.45], 0.1)).toEqual(Float64Array.of(0, 1));
    expect(decide(makeNode("Floor", ["a"], ["y"]), [1.5, 2.05], 0.1)).toEqual(Float64Array.of(0, 1));
  });

  it("lets a comparison change only where the intervals meet", () => {
    const inputs = { a: f32([1, 2]), b: f32([1.05, 3]) };
    const errors = { a: Float64Array.of(0.1, 0.1) };
    expect(apply(makeNode("Less", ["a", "b"], ["y"]), inputs, "worst", errors).bound).toEqual(
      Float64Array.of(1, 0),
    );
  });
});

describe("overflow", () => {
  it("leaves nothing to say of what follows from an infinity that the reference does not have", () => {
    const nodes = [makeNode("Exp", ["x"], ["e"]), makeNode("Div", ["e", "e"], ["y"])];
    const graph = makeGraph(
      nodes,
      "g",
      [makeTensorValueInfo("x", "float32", [2])],
      [makeTensorValueInfo("e", "float32", [2]), makeTensorValueInfo("y", "float32", [2])],
    );
    const { bounds, outputs } = interpretWithBounds(makeModel(graph), { x: f32([1, 100]) });
    expect([...(bounds.get("y")?.errors ?? [])].map(Number.isFinite)).toEqual([true, false]);
    const [overflown, lost] = [f32([Math.E, Number.POSITIVE_INFINITY]), f32([Math.E, 5])];
    const e = [outputs.get("e") as Value, bounds.get("e")?.errors ?? null] as const;
    expect(compareWithBound(overflown, ...e).within).toBe(true);
    expect(compareWithBound(lost, ...e).within).toBe(false);
  });
});

describe("origins", () => {
  it("name the node whose rounding dominates, past those that only pass it on", () => {
    const weights = makeTensor(
      "w",
      f32(
        Array.from({ length: 400 }, (_, i) => Math.sin(i)),
        [400, 1],
      ),
    );
    const nodes = [
      makeNode("MatMul", ["x", "w"], ["sum"], { name: "long sum" }),
      makeNode("Relu", ["sum"], ["r"]),
      makeNode("Neg", ["r"], ["y"]),
    ];
    const x = f32(
      Array.from({ length: 400 }, (_, i) => Math.cos(i * i)),
      [1, 400],
    );
    const graph = makeGraph(
      nodes,
      "g",
      [makeTensorValueInfo("x", "float32", [1, 400])],
      [makeTensorValueInfo("y", "float32", [1, 1])],
      [weights],
    );
    const { bounds } = interpretWithBounds(makeModel(graph), { x });
    expect(bounds.get("y")?.origin).toEqual({
      index: 0,
      name: "long sum",
      opType: "MatMul",
      why: "a sum of 400 terms in any order, each rounded to 5.960464477539063e-8",
    });
  });

  it("are null for what is exact", () => {
    const graph = makeGraph(
      [makeNode("Relu", ["x"], ["y"])],
      "g",
      [makeTensorValueInfo("x", "float32", [2])],
      [makeTensorValueInfo("y", "float32", [2])],
    );
    expect(interpretWithBounds(makeModel(graph), { x: f32([1, -1]) }).bounds.get("y")).toEqual({
      errors: null,
      origin: null,
    });
  });
});

describe("bounds of If", () => {
  const values = (...names: string[]) => names.map((name) => makeTensorValueInfo(name, "float32", [2]));
  const body = (name: string, g: GraphProto) =>
    Object.assign(makeAttribute(name, 0n), { type: AttributeProto_AttributeType.GRAPH, g });
  const taken = makeTensorValueInfo("taken", "bool", []);
  const yes = makeGraph([makeNode("Exp", ["a"], ["t"])], "yes", [], values("t"));
  const no = makeGraph([makeNode("Neg", ["a"], ["t"])], "no", [], values("t"));
  const choice = makeNode("If", ["taken"], ["y"]);
  choice.attribute.push(body("then_branch", yes), body("else_branch", no));
  const model = makeModel(makeGraph([choice], "g", [...values("a"), taken], values("y")), { opset: 20 });

  it("cover the errors of what its branches take from around them", () => {
    const inputs = { a: f32([1, 2]), taken: tensor("bool", Uint8Array.of(1), []) };
    const { outputs, bounds } = interpretWithBounds(model, inputs, {
      inputErrors: { a: Float64Array.of(1e-3, 1e-3) },
    });
    expect([...(outputs.get("y")?.data ?? [])]).toEqual([Math.E, Math.exp(2)]);
    const errors = [...(bounds.get("y")?.errors ?? [])];
    // exp(x + e) - exp(x), by what may come of it at least and the estimate's margin at most.
    for (const [i, x] of [1, 2].entries()) {
      expect(errors[i]).toBeGreaterThan(Math.exp(x) * Math.expm1(1e-3) * 0.9);
      expect(errors[i]).toBeLessThan(Math.exp(x) * Math.expm1(1e-3) * 100);
    }
  });

  it("are those of the nodes of the branch that is taken, as if they stood in the graph: weights from around it are exact", () => {
    // A square by a weight: moved by an ULP, no power of a negative number is a number.
    const chain = [
      makeNode("Pow", ["a", "two"], ["s"]),
      makeNode("Mul", ["s", "scale"], ["m"]),
      makeNode("Sqrt", ["m"], ["t"]),
    ];
    const weights = [makeTensor("two", f32([2], [])), makeTensor("scale", f32([0.3, 7]))];
    const within = makeNode("If", ["taken"], ["y"]);
    within.attribute.push(
      body("then_branch", makeGraph(chain, "chain", [], values("t"))),
      body("else_branch", no),
    );
    const outer = makeGraph([makeNode("If", ["taken"], ["t"])], "outer", [], values("t"));
    outer.node[0]?.attribute.push(...within.attribute);
    const nested = makeNode("If", ["taken"], ["y"]);
    nested.attribute.push(body("then_branch", outer), body("else_branch", no));
    const alone = [...chain, makeNode("Identity", ["t"], ["y"])];
    const number = fc.double({ min: -100, max: 100, noNaN: true }).map(Math.fround);
    fc.assert(
      fc.property(fc.tuple(number, number), fc.tuple(number, number), (a, e) => {
        const [plain, inIf, inTwo] = [alone, [within], [nested]].map((nodes) => {
          const graph = makeGraph(nodes, "g", [...values("a"), taken], values("y"), weights);
          return interpretWithBounds(
            makeModel(graph, { opset: 20 }),
            { a: f32([...a]), taken: tensor("bool", Uint8Array.of(1), []) },
            { inputErrors: { a: Float64Array.from(e, (each) => Math.abs(each) * 1e-6) } },
          ).bounds.get("y")?.errors;
        });
        expect(inIf).toEqual(plain);
        expect(inTwo).toEqual(plain);
        // Far from zero, where a square root of what may be negative would have no bound.
        if (a.every((each) => Math.abs(each) > 1))
          expect([...(plain ?? [Number.NaN])].every(Number.isFinite)).toBe(true);
      }),
    );
  });
});
