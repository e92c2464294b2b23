/**
 * The part of an ONNX file that says what the model takes and gives, as an app needs it before it hands the file to a runtime. The messages of
 * `generated/` are such outlines too.
 */

/** A tensor's DataLocation: its elements lie in another file. */
export const EXTERNAL = 1;

interface Counted {
  readonly length: number;
}

export interface TensorOutline {
  name: string;
  dims: readonly bigint[];
  dataType: number;
  rawData: Counted;
  floatData: Counted;
  int32Data: Counted;
  int64Data: Counted;
  doubleData: Counted;
  uint64Data: Counted;
  stringData: Counted;
  dataLocation: number;
}

export interface SparseTensorOutline {
  values?: TensorOutline;
  indices?: TensorOutline;
  dims: readonly bigint[];
}

export interface AttributeOutline {
  name: string;
  t?: TensorOutline;
  tensors: readonly TensorOutline[];
  sparseTensor?: SparseTensorOutline;
  sparseTensors: readonly SparseTensorOutline[];
  g?: GraphOutline;
  graphs: readonly GraphOutline[];
}

export interface NodeOutline {
  name: string;
  opType: string;
  attribute: readonly AttributeOutline[];
}

export interface DimensionOutline {
  value:
    | { case: "dimValue"; value: bigint }
    | { case: "dimParam"; value: string }
    | { case: undefined; value?: undefined };
}

export interface TensorTypeOutline {
  elemType: number;
  shape?: { dim: readonly DimensionOutline[] };
}

export interface ValueOutline {
  name: string;
  type?: { value: { case: "tensorType"; value: TensorTypeOutline } | { case: string | undefined } };
}

export interface GraphOutline {
  node: readonly NodeOutline[];
  initializer: readonly TensorOutline[];
  sparseInitializer: readonly SparseTensorOutline[];
  input: readonly ValueOutline[];
  output: readonly ValueOutline[];
}

export interface ModelOutline {
  irVersion: bigint;
  opsetImport: Counted;
  graph?: GraphOutline;
  metadataProps: readonly { key: string; value: string }[];
}
