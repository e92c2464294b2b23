import { CongruentError } from "@congruent/core";
import {
  bodies,
  dtypeName,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  TensorProto_DataType as T,
} from "@congruent/onnx";

const OPERATORS = /Quant|^QLinear|^QGemm|^QAttention|Integer(ToFloat)?$|NBits$|Bnb4$/;
const TYPES = new Set<number>([T.FLOAT16, T.BFLOAT16, T.UINT4, T.INT4, T.INT2, T.UINT2, T.FLOAT4E2M1]);

/** @throws CongruentError `E_COMPRESS_QUANTIZED` for a model that computes in fewer bits than float32 anywhere */
export function refuseQuantized(model: ModelProto): void {
  const found = inGraph(model.graph as GraphProto);
  if (found === null) return;
  throw new CongruentError({
    code: "E_COMPRESS_QUANTIZED",
    what: `the model is compressed already: ${found}`,
    expected: "the model in float32 that it was made from",
    fix: "compress that one",
  });
}

function inGraph(graph: GraphProto): string | null {
  for (const { name, dataType } of graph.initializer) {
    if (TYPES.has(dataType)) return `its weight ${name} is ${dtypeName(dataType)}`;
  }
  for (const node of graph.node) {
    const found = inNode(node);
    if (found !== null) return found;
  }
  return null;
}

function inNode(node: NodeProto): string | null {
  const { name, opType, output, attribute } = node;
  if (OPERATORS.test(opType)) return `its node ${name || output[0]} is a ${opType}`;
  for (const each of attribute) {
    if (each.t && TYPES.has(each.t.dataType))
      return `its node ${name || output[0]} holds ${dtypeName(each.t.dataType)}`;
    if (opType === "Cast" && each.name === "to" && TYPES.has(Number(each.i))) {
      return `its node ${name || output[0]} casts to ${dtypeName(Number(each.i))}`;
    }
    for (const body of bodies(each)) {
      const found = inGraph(body);
      if (found !== null) return found;
    }
  }
  return null;
}
