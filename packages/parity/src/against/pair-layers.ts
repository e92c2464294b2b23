/** The layers of a compressed file beside those of the file that it was made from. */
import {
  type GraphIndex,
  type GraphNode,
  indexGraph,
  type ModelProto,
  TensorProto_DataType as T,
  valueTypes,
} from "@congruent/onnx";
import { type Folded, foldWiring } from "./fold-wiring.js";
import { type Match, matchNodes } from "./match-nodes.js";

/** One layer in both files. */
export interface Layer {
  /** In the first file. */
  first: GraphNode;
  /** In the second, folded. */
  second: GraphNode;
  /** Its first output in the first file, and the values that hold it in the second, as computed. */
  value: string;
  views: readonly View[];
}

/** A value of the second file that holds one of the first. */
export interface View {
  name: string;
  /** ONNX's element type; undefined where it is not known. */
  element: number | undefined;
}

export interface PairedLayers {
  layers: readonly Layer[];
  match: Match;
  first: GraphIndex;
  second: GraphIndex;
  folded: Folded;
  /** All values of the second file that hold an output of one of its folded nodes. */
  viewsOf(name: string): View[];
}

export function pairLayers(first: ModelProto, second: ModelProto): PairedLayers {
  const folded = foldWiring(second);
  const [ours, theirs] = [indexGraph(first), indexGraph(folded.model)];
  const match = matchNodes(ours, theirs);
  const types = valueTypes(second);
  const viewsOf = (name: string) =>
    (folded.views.get(name) ?? [name]).map((view): View => {
      const type = types.get(view)?.value;
      return { name: view, element: type?.case === "tensorType" ? type.value.elemType : undefined };
    });
  const layers = ours.nodes.flatMap((node): Layer[] => {
    const pair = match.pairs.get(node);
    const [value] = node.writes;
    const [other] = pair?.writes ?? [];
    if (!pair || value === undefined || other === undefined || ours.constants.has(value)) return [];
    return [{ first: node, second: pair, value, views: viewsOf(other) }];
  });
  return { layers, match, first: ours, second: theirs, folded, viewsOf };
}

/** The value that holds a layer's output as floats, in the widest type there is; null where none does. */
export function floatView(views: readonly View[]): View | null {
  const of = (element: number) => views.find((view) => view.element === element);
  return of(T.FLOAT) ?? of(T.FLOAT16) ?? null;
}
