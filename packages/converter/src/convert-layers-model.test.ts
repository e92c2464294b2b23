import { type CongruentError, type Tensor, tensor } from "@congruent/core";
import { checkModel, type ModelProto } from "@congruent/onnx";
import { interpret } from "@congruent/reference";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { type ConvertOptions, convertLayersModel } from "./convert-layers-model.js";
import { layerConverters } from "./layer-converter.js";
import { sourceOfModel } from "./source.js";

const layer = (class_name: string, config: object) => ({ class_name, config });
const sequential = (...layers: object[]) => ({ class_name: "Sequential", config: { name: "model", layers } });
const dense = (name: string, more: object = {}) =>
  layer("Dense", { name, units: 2, batch_input_shape: [null, 3], ...more });

const float32 = (dims: number[], ...values: number[]) => tensor("float32", Float32Array.from(values), dims);
/** Of a Dense layer from 3 to 2. */
const denseWeights = (name: string): [string, Tensor][] => [
  [`${name}/kernel`, float32([3, 2], 1, 2, 3, 4, 5, 6)],
  [`${name}/bias`, float32([2], 10, 20)],
];

const convert = (
  modelTopology: unknown,
  weights: readonly [string, Tensor][] = [],
  options?: ConvertOptions,
) => convertLayersModel({ modelTopology, weights: new Map(weights) }, options);

/** The outputs for [1, 10, 100], in the order of the model. */
function run(proto: ModelProto, ...inputs: number[][]): number[][] {
  checkModel(proto);
  const names = proto.graph?.input.map(({ name }) => name) ?? [];
  const given = inputs.length > 0 ? inputs : [[1, 10, 100]];
  const feeds = Object.fromEntries(
    names.map((name, i) => [name, float32([1, given[i]?.length ?? 0], ...(given[i] ?? []))]),
  );
  const { outputs } = interpret(proto, feeds);
  return (proto.graph?.output ?? []).map(({ name }) => Array.from(outputs.get(name)?.data as Float64Array));
}

/** By hand: 1 · [1 2] + 10 · [3 4] + 100 · [5 6] + [10 20]. */
const RIGHT = [541, 662];

describe("one model as different programs write it", () => {
  const keras3Input = layer("InputLayer", {
    batch_shape: [null, 3],
    name: "x",
    dtype: "float32",
    sparse: false,
    ragged: false,
  });
  const policy = {
    module: "keras",
    class_name: "DTypePolicy",
    config: { name: "float32" },
    registered_name: null,
  };
  const keras3Dense = {
    ...dense("d", { dtype: policy, batch_input_shape: undefined }),
    module: "keras.layers",
    registered_name: null,
  };
  const kerasTensor = {
    class_name: "__keras_tensor__",
    config: { shape: [null, 3], dtype: "float32", keras_history: ["x", 0, 0] },
  };
  const functional = (
    inbound: unknown,
    ends: object,
    input: object = layer("InputLayer", { batch_input_shape: [null, 3], name: "x" }),
  ) => ({
    name: "model",
    layers: [
      { ...input, name: "x", inbound_nodes: [] },
      { ...keras3Dense, name: "d", inbound_nodes: inbound },
    ],
    ...ends,
  });
  const lists = { input_layers: [["x", 0, 0]], output_layers: [["d", 0, 0]] };

  it.each<[string, unknown, string]>([
    ["tfjs, as an object", sequential(dense("d")), "d_input"],
    ["tfjs, as text", JSON.stringify(sequential(dense("d"))), "d_input"],
    [
      "tfjs, under model_config",
      { model_config: sequential(dense("d")), keras_version: "tfjs-layers 4.22.0" },
      "d_input",
    ],
    [
      "a whole model.json",
      { format: "layers-model", modelTopology: { model_config: sequential(dense("d")) } },
      "d_input",
    ],
    [
      "tfjs' own names",
      {
        className: "Sequential",
        config: {
          name: "m",
          layers: [
            {
              className: "Dense",
              config: { name: "d", units: 2, batchInputShape: [null, 3], useBias: true },
            },
          ],
        },
      },
      "d_input",
    ],
    ["the first Keras", { class_name: "Sequential", config: [dense("d")] }, "d_input"],
    [
      "Keras 2",
      {
        keras_version: "2.13.1",
        backend: "tensorflow",
        model_config: { class_name: "Functional", config: functional([[["x", 0, 0, {}]]], lists) },
      },
      "x",
    ],
    [
      "Keras 3, sequential",
      { keras_version: "3.5.0", model_config: sequential(keras3Input, keras3Dense) },
      "x",
    ],
    [
      "Keras 3, functional",
      {
        keras_version: "3.5.0",
        model_config: {
          class_name: "Functional",
          config: functional(
            [{ args: [kerasTensor], kwargs: { mask: null } }],
            { input_layers: ["x", 0, 0], output_layers: ["d", 0, 0] },
            keras3Input,
          ),
        },
      },
      "x",
    ],
  ])("%s", (_, topology, input) => {
    const proto = convert(topology, denseWeights("d"));
    expect(run(proto)).toEqual([RIGHT]);
    expect(proto.graph?.input.map(({ name }) => name)).toEqual([input]);
    expect(proto.graph?.output.map(({ name }) => name)).toEqual(["d"]);
  });

  it.each(["model/d/kernel", "d/kernel:0", "d/dense_cell/kernel", "outer/model/d/kernel"])(
    "a weight named %s",
    (name) => {
      const [[, kernel], bias] = denseWeights("d") as [[string, Tensor], [string, Tensor]];
      expect(run(convert(sequential(dense("d")), [[name, kernel], bias]))).toEqual([RIGHT]);
    },
  );
});

describe("names", () => {
  const inputs = ["z_first", "a_second"].map((name) => ({
    ...layer("InputLayer", { batch_input_shape: [null, 2], name }),
    name,
    inbound_nodes: [],
  }));
  const model = (output_layers: unknown[]) => ({
    class_name: "Model",
    config: {
      name: "two",
      layers: [
        ...inputs,
        {
          ...layer("Activation", { name: "act", activation: "relu" }),
          name: "act",
          inbound_nodes: [[["z_first", 0, 0, {}]], [["a_second", 0, 0, {}]]],
        },
      ],
      input_layers: [
        ["z_first", 0, 0],
        ["a_second", 0, 0],
      ],
      output_layers,
    },
  });
  const outputsOf = (proto: ModelProto) => proto.graph?.output.map(({ name }) => name);

  it("inputs and outputs keep their order and their names", () => {
    const proto = convert(
      model([
        ["act", 1, 0],
        ["act", 0, 0],
      ]),
    );
    expect(proto.graph?.input.map(({ name }) => name)).toEqual(["z_first", "a_second"]);
    expect(outputsOf(proto)).toEqual(["act", "act_1"]);
    expect(run(proto, [1, -1], [-2, 2])).toEqual([
      [0, 2],
      [1, 0],
    ]);
  });

  it("an output given twice, and an input that is an output, are handed on", () => {
    const proto = convert(
      model([
        ["act", 0, 0],
        ["act", 0, 0],
        ["z_first", 0, 0],
        ["act", 1, 0],
      ]),
    );
    expect(outputsOf(proto)).toEqual(["act", "act_1", "z_first_1", "act_2"]);
    expect(run(proto, [1, -1], [-2, 2])).toEqual([
      [1, 0],
      [1, 0],
      [1, -1],
      [0, 2],
    ]);
    expect(proto.graph?.node.filter(({ opType }) => opType === "Identity")).toHaveLength(2);
  });

  it("nodes and weights bear the layer's name, and metadata links them to the layer", () => {
    const { graph } = convert(
      sequential(dense("first/block", { activation: "relu" })),
      denseWeights("first/block"),
    );
    expect(graph?.node.map(({ name }) => name)).toEqual([
      "first/block/MatMul",
      "first/block/Add",
      "first/block/Relu",
    ]);
    expect(graph?.initializer.map(({ name }) => name)).toEqual(["first/block/kernel", "first/block/bias"]);
    for (const { metadataProps } of graph?.node ?? []) {
      expect(metadataProps.map(({ key, value }) => [key, value])).toEqual([
        ["congruent.layer", "first/block"],
        ["congruent.class", "Dense"],
      ]);
    }
  });

  it("a layer may be called as a weight of another one is", () => {
    const layers = [dense("d"), layer("Activation", { name: "d/kernel", activation: "linear" })];
    const named = [dense("d"), layer("Activation", { name: "d/kernel", activation: "tanh" })];
    for (const proto of [layers, named].map((each) => convert(sequential(...each), denseWeights("d")))) {
      expect(outputsOf(proto)).toEqual(["d/kernel"]);
      expect(run(proto)).toHaveLength(1);
    }
  });

  it("a layer may be called as a node of another one is", () => {
    const layers = [
      dense("d", { activation: "relu" }),
      layer("Activation", { name: "d/MatMul", activation: "linear" }),
      layer("Activation", { name: "d/Add", activation: "tanh" }),
    ];
    const proto = convert(sequential(...layers), denseWeights("d"));
    expect(outputsOf(proto)).toEqual(["d/Add"]);
    expect(run(proto)).toEqual([[1, 1]]);
  });

  it("layers of the same name in two nested models keep their own weights", () => {
    const inner = (name: string) => ({
      class_name: "Sequential",
      config: { name, layers: [dense("d", { use_bias: false, units: 3 })] },
    });
    const eye = (scale: number) => float32([3, 3], scale, 0, 0, 0, scale, 0, 0, 0, scale);
    const weights: [string, Tensor][] = [
      ["one/d/kernel", eye(2)],
      ["two/d/kernel", eye(5)],
    ];
    expect(run(convert(sequential(inner("one"), inner("two")), weights))).toEqual([[10, 100, 1000]]);
    const ambiguous: [string, Tensor][] = [
      ["a/one/d/kernel", eye(2)],
      ["b/one/d/kernel", eye(5)],
    ];
    expect(() => convert(sequential(inner("one")), ambiguous)).toThrow(/could have several weights/);
  });

  it("a layer does not take the weights of one in a nested model that has the same name", () => {
    const square = { use_bias: false, units: 3 };
    const inner = { class_name: "Sequential", config: { name: "one", layers: [dense("d", square)] } };
    const weights: [string, Tensor][] = [["one/d/kernel", float32([3, 3], 1, 2, 3, 4, 5, 6, 7, 8, 9)]];
    for (const layers of [
      [inner, dense("d", square)],
      [dense("d", square), inner],
    ]) {
      expect(() => convert(sequential(...layers), weights)).toThrow(/which is that of the layer "(one\/)?d"/);
    }
  });

  it("the name of the graph is the source's, else the model's", () => {
    const source = { modelTopology: sequential(dense("d")), weights: new Map(denseWeights("d")) };
    expect(convertLayersModel(source).graph?.name).toBe("model");
    expect(convertLayersModel({ ...source, name: "mine" }).graph?.name).toBe("mine");
  });
});

describe("layers of one's own", () => {
  const twice = layerConverters({
    Twice: {
      convert: (call) => call.node("Mul", [call.input, call.scalar("two", call.config.number("factor", 2))]),
    },
    Dense: {
      convert(call) {
        call.config.ignore("units");
        return call.input;
      },
    },
  });

  it("are converted by what was registered, which wins over what is built in", () => {
    const topology = sequential(
      layer("Twice", { name: "t", factor: 3, batch_input_shape: [null, 2] }),
      dense("d"),
    );
    expect(run(convert(topology, [], { layers: twice }), [1, 2])).toEqual([[3, 6]]);
  });

  it("are refused where an option is not read", () => {
    const topology = sequential(layer("Twice", { name: "t", offset: 1, batch_input_shape: [null, 2] }));
    expect(() => convert(topology, [], { layers: twice })).toThrow(
      /the layer "t" \(Twice\) has options.*offset: 1/,
    );
  });
});

describe("bad input", () => {
  const graph = (inbound: unknown, outputs: unknown = [["a", 0, 0]]) => ({
    class_name: "Model",
    config: {
      name: "m",
      layers: [
        { ...layer("InputLayer", { name: "x", batch_input_shape: [null, 3] }), name: "x", inbound_nodes: [] },
        { ...layer("Activation", { name: "a", activation: "relu" }), name: "a", inbound_nodes: inbound },
      ],
      input_layers: [["x", 0, 0]],
      output_layers: outputs,
    },
  });
  const weights = denseWeights("d");
  const withKernel = (kernel: Tensor): [string, Tensor][] => [
    ["d/kernel", kernel],
    weights[1] as [string, Tensor],
  ];
  const on = (shape: unknown, class_name: string, config: object = {}) =>
    sequential(layer(class_name, { name: "l", batch_input_shape: shape, ...config }));

  it.each<[string, () => unknown, string, RegExp]>([
    ["nothing", () => convert(undefined), "E_MODEL_TOPOLOGY", /no object/],
    ["text that is no JSON", () => convert("{"), "E_MODEL_TOPOLOGY", /no JSON/],
    ["a class of models that is none", () => convert(layer("Dense", {})), "E_MODEL_TOPOLOGY", /class Dense/],
    ["a graph model", () => convert({ node: [], library: {} }), "E_GRAPH_MODEL", /graph model/],
    [
      "a whole graph model",
      () => convert({ format: "graph-model", modelTopology: {} }),
      "E_GRAPH_MODEL",
      /no layers/,
    ],
    ["an empty model", () => convert(sequential()), "E_MODEL_EMPTY", /no layers/],
    ["a model without outputs", () => convert(graph([], [])), "E_MODEL_EMPTY", /0 outputs/],
    ["a layer that is none", () => convert(sequential({ name: "d" })), "E_MODEL_TOPOLOGY", /is no layer/],
    [
      "a circle",
      () => convert(graph([[["a", 0, 0, {}]]])),
      "E_MODEL_TOPOLOGY",
      /takes tensor 0 of call 0 of "a"/,
    ],
    [
      "a tensor of a layer that is not there",
      () => convert(graph([[["b", 0, 0, {}]]])),
      "E_MODEL_TOPOLOGY",
      /"b", which nothing makes/,
    ],
    [
      "an output that nothing makes",
      () => convert(graph([[["x", 0, 0, {}]]], [["a", 1, 0]])),
      "E_MODEL_TOPOLOGY",
      /output that nothing makes/,
    ],
    ["a reference that is none", () => convert(graph([[["x"]]])), "E_MODEL_TOPOLOGY", /no tensor of a layer/],
    [
      "an unknown layer",
      () => convert(on([null, 2], "Twice")),
      "E_LAYER_UNKNOWN",
      /the layer "l" \(Twice\).*\n.*Dense.*\n.*layerConverters\({ Twice/s,
    ],
    [
      "an unknown layer of a prototype's name",
      () => convert(on([null, 2], "toString")),
      "E_LAYER_UNKNOWN",
      /toString/,
    ],
    [
      "a Lambda",
      () => convert(on([null, 2], "Lambda", { function: ["4wEAAA=="] })),
      "E_LAYER_LAMBDA",
      /the layer "l".*Python function/,
    ],
    [
      "a random size",
      () => convert(on([null, 4, 4, 1], "RandomWidth", { factor: 0.2 })),
      "E_LAYER_RANDOM",
      /random size/,
    ],
    [
      "no weights",
      () => convert(sequential(dense("d"))),
      "E_WEIGHT_MISSING",
      /"kernel".*\n.*no weight bears/s,
    ],
    [
      "one weight missing",
      () => convert(sequential(dense("d")), weights.slice(0, 1)),
      "E_WEIGHT_MISSING",
      /"bias".*\n.*there are d\/kernel/s,
    ],
    [
      "a weight of another shape",
      () => convert(sequential(dense("d")), withKernel(float32([2, 3], 1, 2, 3, 4, 5, 6))),
      "E_WEIGHT_SHAPE",
      /d\/kernel of shape \[2, 3\]/,
    ],
    [
      "a weight that is cut off",
      () =>
        convert(
          sequential(dense("d")),
          withKernel({ dtype: "float32", dims: [3, 2], data: new Float32Array(5) }),
        ),
      "E_WEIGHT_SHAPE",
      /5 values.*\n.*6 values/s,
    ],
    [
      "NaN in a weight",
      () => convert(sequential(dense("d")), withKernel(float32([3, 2], 1, 2, Number.NaN, 4, 5, 6))),
      "E_WEIGHT_VALUE",
      /d\/kernel is NaN at position 2/,
    ],
    [
      "a float64 weight",
      () => convert(sequential(dense("d")), withKernel(tensor("float64", new Float64Array(6), [3, 2]))),
      "E_WEIGHT_DTYPE",
      /d\/kernel is float64/,
    ],
    [
      "an int32 weight",
      () => convert(sequential(dense("d")), withKernel(tensor("int32", new Int32Array(6), [3, 2]))),
      "E_WEIGHT_DTYPE",
      /int32/,
    ],
    [
      "an option that is not known",
      () => convert(sequential(dense("d", { lora_rank: 4 })), weights),
      "E_LAYER_CONFIG",
      /lora_rank: 4/,
    ],
    [
      "a precision that tfjs does not have",
      () =>
        convert(
          sequential(
            layer("InputLayer", { name: "x", batch_input_shape: [null, 3] }),
            dense("d", { dtype: "mixed_float16" }),
          ),
          weights,
        ),
      "E_LAYER_CONFIG",
      /mixed_float16/,
    ],
    [
      "an option of the wrong type",
      () => convert(sequential(dense("d", { units: "2" })), weights),
      "E_LAYER_CONFIG",
      /units "2"/,
    ],
    [
      "an activation that tfjs does not have",
      () => convert(sequential(dense("d", { activation: "rrelu" })), weights),
      "E_ACTIVATION",
      /"d".*rrelu.*\n.*relu/s,
    ],
    [
      "groups",
      () => convert(on([null, 4, 4, 2], "Conv2D", { filters: 2, kernel_size: 1, groups: 2 })),
      "E_LAYER_CONFIG",
      /groups 2/,
    ],
    [
      "a depthwise convolution with dilations",
      () => convert(on([null, 4, 4, 2], "DepthwiseConv2D", { kernel_size: 2, dilation_rate: [2, 2] })),
      "E_LAYER_CONFIG",
      /dilation_rate/,
    ],
    [
      "a dropout that is used in training mode",
      () => convert({ ...graph([[["x", 0, 0, { training: true }]]]) }),
      "E_LAYER_CONFIG",
      /training true/,
    ],
    [
      "a call with what is not known",
      () => convert(graph([[["x", 0, 0, { speed: 3 }]]])),
      "E_LAYER_CONFIG",
      /a call of the layer "a".*speed: 3/,
    ],
    [
      "shapes that do not fit",
      () => convert(on([null, 3], "Conv2D", { filters: 1, kernel_size: 1 })),
      "E_LAYER_INPUT",
      /\[batch, 3\].*\n.*4 axes/s,
    ],
    [
      "a window larger than the input",
      () => convert(on([null, 2, 2, 1], "MaxPooling2D", { pool_size: 3 })),
      "E_LAYER_INPUT",
      /windows of 3/,
    ],
    [
      "a free size that must be known",
      () => convert(on([null, null], "Dense", { units: 1 })),
      "E_LAYER_INPUT",
      /axis -1 is not known/,
    ],
    [
      "windows smaller than their strides, of a free size",
      () => convert(on([null, null, 1], "AveragePooling1D", { pool_size: 2, strides: 4, padding: "same" })),
      "E_LAYER_INPUT",
      /free size/,
    ],
    [
      "a merge of one",
      () => convert(graph([[["x", 0, 0, {}]]]).config.layers.length ? on([null, 3], "Add") : null),
      "E_LAYER_INPUT",
      /merges 1 inputs/,
    ],
    [
      "an input of strings",
      () => convert(on([null, 3], "Activation", { activation: "relu", dtype: "string" })),
      "E_LAYER_INPUT",
      /string/,
    ],
    [
      "an input without a shape",
      () => convert(sequential(layer("Activation", { name: "l", activation: "relu" }))),
      "E_MODEL_TOPOLOGY",
      /the input "l_input"/,
    ],
    [
      "whole numbers where tfjs' result would depend on them",
      () => convert(on([null, 3], "Activation", { activation: "relu", dtype: "int32" })),
      "E_LAYER_INPUT",
      /int32/,
    ],
    [
      "an operator set that is too old",
      () => convert(sequential(dense("d")), weights, { opset: 12 }),
      "E_OPSET",
      /13 to 26/,
    ],
    [
      "an operator set that is too new",
      () => convert(sequential(dense("d")), weights, { opset: 27 }),
      "E_OPSET",
      /27/,
    ],
    [
      "a live model that is none",
      () => sourceOfModel({ predict() {} } as never),
      "E_MODEL_SOURCE",
      /no tfjs layers model/,
    ],
  ])("%s is refused", (_, act, code, message) => {
    let thrown: unknown;
    try {
      act();
    } catch (error) {
      thrown = error;
    }
    expect((thrown as Error)?.message).toMatch(message);
    expect((thrown as CongruentError).code).toBe(code);
    expect((thrown as CongruentError).expected ?? "").not.toBe("");
  });

  it("whatever a topology holds, it is converted or refused with a code", () => {
    const words = [
      "Sequential",
      "Model",
      "Dense",
      "Reshape",
      "Dot",
      "name",
      "config",
      "layers",
      "class_name",
      "inbound_nodes",
      "units",
      "axis",
      "batch_input_shape",
      "input_layers",
      "output_layers",
    ];
    const json = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        fc.constantFrom<unknown>(null, true, 0, -1, 2.5, 1e9, ...words),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...words), tie("value"), { maxKeys: 5 }),
      ),
    })).value;
    const broken = fc.oneof(
      json,
      json.map((config) =>
        layer("Sequential", {
          name: "m",
          layers: [layer("Dense", { name: "d", batch_input_shape: [null, 3], ...(config as object) })],
        }),
      ),
      json.map((config) => layer("Model", config as object)),
    );
    fc.assert(
      fc.property(broken, (topology) => {
        try {
          checkModel(convert(topology, weights));
        } catch (error) {
          expect((error as CongruentError).code).toMatch(/^E_/);
        }
      }),
      { seed: 4, numRuns: 500 },
    );
  });
});
