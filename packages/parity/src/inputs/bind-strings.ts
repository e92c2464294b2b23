import { create } from "@bufbuild/protobuf";
import { CongruentError } from "@congruent/core";
import {
  changed,
  describeDims,
  type ModelProto,
  modelInterface,
  TensorProto_DataType,
  TensorProtoSchema,
} from "@congruent/onnx";
import type { Strings } from "./run-inputs.js";

/**
 * The model with strings as the default values of its inputs, so that every runtime can run it: tensors that cross processes and pages hold
 * numbers alone. It stays an input by name, which tells runtimes that its value may change: none of them folds it into constants.
 *
 * @throws CongruentError `E_INPUT_SHAPE` for strings of another shape than the model declares
 */
export function bindStrings(model: ModelProto, strings: Strings): ModelProto {
  const { graph } = model;
  const names = Object.keys(strings);
  if (!graph || names.length === 0) return model;
  for (const { name, dims } of modelInterface(model).inputs) {
    const given = strings[name];
    if (!given || !dims) continue;
    const fits =
      dims.length === given.dims.length &&
      dims.every((dim, i) => typeof dim !== "number" || dim === given.dims[i]);
    if (fits) continue;
    throw new CongruentError({
      code: "E_INPUT_SHAPE",
      what: `input ${name} was given with the shape [${given.dims.join(", ")}]`,
      expected: describeDims(dims),
    });
  }
  const utf8 = new TextEncoder();
  const bound = Object.entries(strings).map(([name, { dims, data }]) =>
    create(TensorProtoSchema, {
      name,
      dataType: TensorProto_DataType.STRING,
      dims: dims.map(BigInt),
      stringData: data.map((text) => utf8.encode(text)),
    }),
  );
  return changed(model, { graph: changed(graph, { initializer: [...graph.initializer, ...bound] }) });
}
