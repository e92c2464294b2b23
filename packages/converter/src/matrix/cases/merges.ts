import type { LayerCases } from "../layer-cases.js";

const elementwise: LayerCases = {
  inputs: [
    [
      [null, 4],
      [null, 4],
    ],
    [
      [null, 3, 4],
      [null, 1, 4],
      [null, 3, 4],
    ],
    [
      [null, 5],
      [null, 3, 5],
    ],
    [
      [null, 3, 2, 4],
      [null, 4],
      [null, 1, 1, 1],
    ],
    [
      [null, null, null, 2],
      [null, null, null, 2],
    ],
  ],
  options: {},
};
const matrices: LayerCases = {
  inputs: [
    [
      [null, 3, 4],
      [null, 5, 4],
    ],
  ],
  options: { axes: [2, -1, [2, 2]], normalize: [undefined, true] },
};

export const mergeCases: Readonly<Record<string, LayerCases | readonly LayerCases[]>> = {
  Add: elementwise,
  Average: elementwise,
  Concatenate: [
    {
      inputs: [
        [
          [null, 4],
          [null, 3],
        ],
        [
          [null, null, 2],
          [null, null, 3],
          [null, null, 1],
        ],
      ],
      options: { axis: [undefined, -1] },
    },
    {
      inputs: [
        [
          [null, 2, 3, 4],
          [null, 2, 3, 4],
        ],
      ],
      options: { axis: [1, 2, 3] },
    },
    {
      inputs: [
        [
          [null, null, 3],
          [null, null, 3],
        ],
      ],
      options: { axis: [1] },
    },
  ],
  Dot: [
    matrices,
    {
      inputs: [
        [
          [null, 4],
          [null, 4],
        ],
      ],
      options: { axes: [1, -1, [1, 1]], normalize: [undefined, true] },
    },
    {
      inputs: [
        [
          [null, 4, 3],
          [null, 4],
        ],
      ],
      options: { axes: [1, [1, 1]], normalize: [false, true] },
    },
    {
      inputs: [
        [
          [null, 4],
          [null, 4, 3],
        ],
        [
          [null, 3],
          [null, 3, 5],
        ],
      ],
      options: { axes: [[1, 1]], normalize: [false, true] },
    },
    {
      inputs: [
        [
          [null, 3, 4],
          [null, 4, 2],
        ],
      ],
      options: { axes: [[2, 1]], normalize: [false, true] },
    },
    {
      inputs: [
        [
          [null, 4, 3],
          [null, 4, 2],
        ],
      ],
      options: { axes: [1, [1, 1]], normalize: [false, true] },
    },
  ],
  Maximum: elementwise,
  Minimum: elementwise,
  Multiply: elementwise,
};
