import { convolve, kernelOrder } from "../../families/convolution.js";
import { dataFormat, padding, type Windows, windowCounts } from "../../families/windows.js";
import type { LayerCall } from "../../layer-call.js";
import { shapeVector, squeeze, toChannelsFirst, toChannelsLast } from "../../operators/index.js";
import type { GraphValue } from "../../value.js";
import type { CellConverter } from "../cell-converter.js";
import { usesBias } from "../dense-cell.js";
import { lstmStates } from "../lstm-states.js";

const GATES = 4;
const AXES = 2;

/** A long short-term memory whose products are convolutions of images. */
export const convLstm2dCell: CellConverter = {
  rank: 5,
  states: 2,
  stateShape(cell, x) {
    const [batch = 1, , ...image] = x.shape;
    const filters = cell.config.count("filters");
    const last = isChannelsLast(cell);
    const space = last ? image.slice(0, -1) : image.slice(1);
    const sizes = windowCounts(cell, space, windowsOf(cell));
    return last ? [batch, ...sizes, filters] : [batch, filters, ...sizes];
  },
  zeros(cell, x) {
    // The size of the space is what the convolution of the first image says.
    const first = cell.node("Gather", [x, cell.integers("first", [0])], {
      shape: [x.shape[0] ?? 1, 1, ...x.shape.slice(2)],
      attributes: { axis: 1n },
    });
    const gates = inputConvolution(cell, squeeze(cell, first, [1]));
    const channels = isChannelsLast(cell) ? 3 : 1;
    const sizes = gates.shape.map((_, axis) =>
      axis === channels ? cell.config.count("filters") : { of: gates, axis },
    );
    return cell.node("ConstantOfShape", [shapeVector(cell, sizes)], {
      shape: this.stateShape(cell, x),
      dtype: "float32",
    });
  },
  step(cell, x, [h, c]) {
    const sum = cell.node("Add", [inputConvolution(cell, x), stateConvolution(cell, h as GraphValue)]);
    return lstmStates(cell, sum, c as GraphValue, isChannelsLast(cell) ? 3 : 1);
  },
};

const isChannelsLast = (cell: LayerCall): boolean => dataFormat(cell) === "channels_last";

function windowsOf(cell: LayerCall): Windows {
  return {
    size: cell.config.counts("kernel_size", AXES),
    strides: cell.config.counts("strides", AXES, [1]),
    dilations: cell.config.counts("dilation_rate", AXES, [1]),
    padding: padding(cell),
  };
}

function inputConvolution(cell: LayerCall, x: GraphValue): GraphValue {
  const bias = usesBias(cell) ? cell.weight("bias", [GATES * cell.config.count("filters")]) : null;
  return gatesOf(cell, "kernel", x, bias, windowsOf(cell));
}

/** Of the same size as the state, whatever the input's windows are. */
function stateConvolution(cell: LayerCall, h: GraphValue): GraphValue {
  const one = [1, 1];
  const size = cell.config.counts("kernel_size", AXES);
  return gatesOf(cell, "recurrent_kernel", h, null, { size, strides: one, dilations: one, padding: "same" });
}

function gatesOf(
  cell: LayerCall,
  name: string,
  image: GraphValue,
  bias: GraphValue | null,
  windows: Windows,
): GraphValue {
  const last = isChannelsLast(cell);
  const x = last ? toChannelsFirst(cell, image) : image;
  const outputs = GATES * cell.config.count("filters");
  const shape = [...windows.size, cell.knownSize(x, 1), outputs];
  const kernel = cell.weight(name, shape, kernelOrder(AXES));
  const y = convolve(cell, x, kernel, bias, windows, outputs);
  return last ? toChannelsLast(cell, y) : y;
}
