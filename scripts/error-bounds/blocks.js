/** Small models of the blocks that networks are made of, one for each seed: what bounds are measured on. */
import { tensor } from "../../packages/core/src/index.ts";
import { floats, ints, Net } from "../../packages/parity/src/bisect/testing/net.ts";
import { numbers } from "../../packages/parity/src/testing/random-model.ts";

const square = (size) => [BigInt(size), BigInt(size)];
const around = (size) => Array(4).fill(BigInt(size));

/** One of a few sizes, by the seed. */
const pick = (seed, ...choices) => choices[seed % choices.length];

function made(net, y, feeds, dims = []) {
  const inputs = Object.fromEntries(
    Object.entries(feeds).map(([name, each]) => [name, { dtype: each.dtype, dims: each.dims }]),
  );
  return { model: net.model(inputs, { [y]: { dims } }), feeds };
}

/** A network of convolutions with folded or unfolded batch normalization. */
function convolutions(seed) {
  const net = new Net(seed);
  const channels = pick(seed, 3, 8, 16, 32);
  const width = pick(seed, 8, 16, 24);
  let x = "x";
  let c = channels;
  for (const [place, kernel] of [3, 1, 3, 5].entries()) {
    x = net.add(
      "Conv",
      [
        x,
        net.weight([width, c, kernel, kernel], 2 / Math.sqrt(c * kernel * kernel)),
        net.weight([width], 0.3),
      ],
      {
        kernel_shape: square(kernel),
        pads: around((kernel - 1) / 2),
        strides: square(place === 2 ? 2 : 1),
      },
    );
    if (seed % 2) {
      const parameters = [
        net.positive([width]),
        net.weight([width]),
        net.weight([width], 0.3),
        net.positive([width]),
      ];
      x = net.add("BatchNormalization", [x, ...parameters], { epsilon: 1e-3 });
    }
    x = net.add(pick(seed + place, "Relu", "HardSwish", "LeakyRelu", "Sigmoid"), [x]);
    c = width;
  }
  x = net.add("GlobalAveragePool", [x]);
  x = net.add("Flatten", [x]);
  x = net.add("Gemm", [x, net.weight([width, 10], 0.5), net.weight([10])]);
  const y = net.add("Softmax", [x]);
  return made(net, y, { x: numbers(seed, [2, channels, 12, 12]) }, [2, 10]);
}

function depthwise(seed) {
  const net = new Net(seed);
  const c = pick(seed, 8, 16);
  let x = net.add("Conv", ["x", net.weight([c, 3, 3, 3], 0.5), net.weight([c])], {
    kernel_shape: square(3),
    strides: square(2),
  });
  for (let i = 0; i < 2; i++) {
    x = net.add("Clip", [x, floats([0], []), floats([6], [])]);
    x = net.add("Conv", [x, net.weight([c, 1, 3, 3], 0.6), net.weight([c], 0.1)], {
      kernel_shape: square(3),
      pads: around(1),
      group: BigInt(c),
    });
    x = net.add("Conv", [x, net.weight([c, c, 1, 1], 0.5), net.weight([c], 0.1)], {
      kernel_shape: square(1),
    });
  }
  x = net.add("AveragePool", [x], { kernel_shape: square(2), strides: square(2) });
  const y = net.add("ConvTranspose", [x, net.weight([c, 4, 2, 2], 0.4), net.weight([4])], {
    kernel_shape: square(2),
    strides: square(2),
  });
  return made(net, y, { x: numbers(seed, [2, 3, 19, 19]) });
}

/** Perceptrons, up to rows of 1024. */
function dense(seed) {
  const net = new Net(seed);
  let width = pick(seed, 16, 64, 256, 784, 1024);
  const feeds = { x: numbers(seed, [4, width], pick(seed, 1, 10)) };
  let x = "x";
  for (const next of [64, 32, 10]) {
    x = net.add("Gemm", [x, net.weight([width, next], 2 / Math.sqrt(width)), net.weight([next], 0.1)]);
    if (next !== 10) x = net.add(pick(seed + next / 32, "Relu", "Tanh", "Elu", "Softplus"), [x]);
    width = next;
  }
  return made(net, net.add(pick(seed, "Softmax", "LogSoftmax"), [x]), feeds);
}

/** An encoder layer with two heads, as exporters write it. */
function transformer(seed) {
  const net = new Net(seed);
  const [length, size] = [pick(seed, 6, 16), pick(seed, 16, 32, 64)];
  const half = size / 2;
  let x = "x";
  for (let layer = 0; layer < 2; layer++) {
    const project = (from) => {
      const y = net.add("MatMul", [from, net.weight([size, size], 1.7 / Math.sqrt(size))]);
      const plus = net.add("Add", [y, net.weight([size], 0.1)]);
      const heads = net.add("Reshape", [plus, ints(0, 0, 2, half)]);
      return net.add("Transpose", [heads], { perm: [0n, 2n, 1n, 3n] });
    };
    const [q, k, v] = [project(x), project(x), project(x)];
    const turned = net.add("Transpose", [k], { perm: [0n, 1n, 3n, 2n] });
    const scores = net.add("Div", [net.add("MatMul", [q, turned]), floats([Math.sqrt(half)], [])]);
    const mixed = net.add("MatMul", [net.add("Softmax", [scores], { axis: -1n }), v]);
    const joined = net.add("Reshape", [
      net.add("Transpose", [mixed], { perm: [0n, 2n, 1n, 3n] }),
      ints(0, 0, size),
    ]);
    const out = net.add("MatMul", [joined, net.weight([size, size], 1.7 / Math.sqrt(size))]);
    const norm = (from) =>
      net.add("LayerNormalization", [from, net.positive([size]), net.weight([size], 0.1)]);
    const first = norm(net.add("Add", [x, out]));
    const wide = net.add("Add", [
      net.add("MatMul", [first, net.weight([size, 4 * size], 1.7 / Math.sqrt(size))]),
      net.weight([4 * size], 0.1),
    ]);
    const erf = net.add("Erf", [net.add("Div", [wide, floats([Math.SQRT2], [])])]);
    const gelu = net.add("Mul", [
      net.add("Mul", [wide, net.add("Add", [erf, floats([1], [])])]),
      floats([0.5], []),
    ]);
    const narrow = net.add("MatMul", [gelu, net.weight([4 * size, size], 0.8 / Math.sqrt(size))]);
    x = norm(net.add("Add", [first, narrow]));
  }
  return made(net, x, { x: numbers(seed, [2, length, size]) });
}

function recurrent(opType, gates) {
  return (seed) => {
    const net = new Net(seed);
    const [hidden, size] = [pick(seed, 8, 16), pick(seed, 6, 12)];
    const weights = [
      net.weight([1, gates * hidden, size], 0.5),
      net.weight([1, gates * hidden, hidden], 0.4),
      net.weight([1, 2 * gates * hidden], 0.2),
    ];
    const y = net.add(opType, ["x", ...weights], { hidden_size: BigInt(hidden) });
    return made(net, net.add("MatMul", [y, net.weight([hidden, 4])]), { x: numbers(seed, [7, 3, size]) });
  };
}

/** Normalizations of data that are not centered. */
function normalizations(seed) {
  const net = new Net(seed);
  const c = 8;
  const shifted = net.add("Add", ["x", floats([pick(seed, 0, 1, 3)], [])]);
  const kinds = [
    () => net.add("InstanceNormalization", [shifted, net.positive([c]), net.weight([c])]),
    () => net.add("LpNormalization", [shifted], { axis: 1n, p: 2n }),
    () => net.add("LayerNormalization", [shifted, net.positive([10]), net.weight([10])]),
    () => net.add("MeanVarianceNormalization", [shifted]),
    () => net.add("LRN", [shifted], { size: 3n }),
  ];
  return made(net, kinds[seed % kinds.length](), { x: numbers(seed, [3, c, 10, 10]) });
}

const UNARY = [
  "Sigmoid",
  "Tanh",
  "Erf",
  "Exp",
  "Softplus",
  "Softsign",
  "Elu",
  "Selu",
  "Celu",
  "HardSigmoid",
  "HardSwish",
  "LeakyRelu",
  "Sin",
  "Cos",
  "Atan",
  "Sinh",
  "Cosh",
  "Asinh",
  "Tan",
  "Mish",
  "Reciprocal",
  "ThresholdedRelu",
  "Abs",
  "Neg",
  "Floor",
  "Round",
];
const POSITIVE = ["Log", "Sqrt", "Reciprocal"];
const REDUCTIONS = [
  "ReduceSum",
  "ReduceMean",
  "ReduceMax",
  "ReduceL1",
  "ReduceL2",
  "ReduceSumSquare",
  "ReduceLogSumExp",
  "ReduceProd",
  "ReduceLogSum",
];

/** One function over a range as networks have it. */
function unary(seed) {
  const net = new Net(seed);
  const all = [...UNARY.map((each) => [each, "x"]), ...POSITIVE.map((each) => [each, "p"])];
  const [opType, from] = all[seed % all.length];
  const x = numbers(seed, [8, 64], pick(seed, 1, 4, 10));
  const p = tensor(
    "float32",
    x.data.map((each) => Math.abs(each) + 0.01),
    x.dims,
  );
  return made(net, net.add(opType, [from]), from === "x" ? { x } : { p });
}

function reduction(seed) {
  const net = new Net(seed);
  const opType = REDUCTIONS[seed % REDUCTIONS.length];
  const x = numbers(seed, [16, pick(seed, 7, 49, 200)], opType === "ReduceProd" ? 1.5 : 3);
  const data =
    pick(seed, 0, 1) || opType === "ReduceLogSum" ? x.data.map((each) => Math.abs(each) + 0.1) : x.data;
  const attributes = opType === "ReduceSum" ? {} : { axes: [1n] };
  const inputs = opType === "ReduceSum" ? ["x", ints(1)] : ["x"];
  return made(net, net.add(opType, inputs, attributes), { x: tensor("float32", data, x.dims) });
}

function shaped(seed) {
  const net = new Net(seed);
  const kinds = [
    () => net.add("Resize", ["x", floats([], [0]), floats([1, 1, 2, 2], [4])], { mode: "linear" }),
    () => net.add("Resize", ["x", floats([], [0]), floats([1, 1, 1.7, 1.3], [4])], { mode: "cubic" }),
    () => net.add("Einsum", ["x", net.weight([6, 9])], { equation: "bchw,wk->bchk" }),
    () => net.add("CumSum", ["x", tensor("int64", BigInt64Array.of(3n), [])]),
    () => net.add("Softmax", ["x"], { axis: 1n }),
    () => net.add("LogSoftmax", ["x"], { axis: -1n }),
    () => net.add("AveragePool", ["x"], { kernel_shape: square(3) }),
    () => net.add("MatMul", ["x", net.weight([6, 5])]),
    () => net.add("Div", ["x", net.positive([6])]),
    () => net.add("Pow", [net.add("Abs", ["x"]), floats([1.7], [])]),
    () => net.add("PRelu", ["x", net.weight([3, 1, 1])]),
    () => net.add("Mean", ["x", net.weight([6]), net.weight([1])]),
    () => net.add("Softmax", [net.add("Mul", ["x", floats([20], [])])], { axis: -1n }),
  ];
  return made(net, kinds[seed % kinds.length](), { x: numbers(seed, [2, 3, 8, 6], 3) });
}

/** By name: a model and its inputs for a seed. */
export const blocks = {
  convolutions,
  depthwise,
  dense,
  transformer,
  normalizations,
  unary,
  reduction,
  shaped,
  lstm: recurrent("LSTM", 4),
  gru: recurrent("GRU", 3),
  rnn: recurrent("RNN", 1),
};
