/** What a class of layers is tried with. */
export interface LayerCases {
  /** Shapes of the inputs, one list for each way to call it; null is a free size. */
  inputs: readonly (readonly (readonly (number | null)[])[])[];
  /** Values of each option; every combination is a case. */
  options: Readonly<Record<string, readonly unknown[]>>;
  /** Combinations that tfjs does not have are left out. Default: none. */
  without?: (options: Readonly<Record<string, unknown>>, input: readonly (number | null)[]) => boolean;
  /** Numbers that the inputs are drawn from; the default has zeros and large ones among small ones. */
  numbers?(next: () => number): number;
  /**
   * Whether tfjs changes the shape of what the layer is called on, by mistake: then a layer that copies it goes before, as the file would state the
   * changed shape for the model's input.
   */
  spoilsShape?: boolean;
  /** Whether tfjs can compute the layer by itself alone: inside a model it gives it a list where a tensor is wanted. */
  alone?: boolean;
  /** The backend of tfjs that can compute it. Default: `tensorflow`. */
  backend?: "cpu";
  /**
   * Whether tfjs must be asked by `predict`: a model that is called keeps what a call was given for all calls that follow, so that a layer with initial
   * states and several outputs, which tfjs computes once for each of them, fails. Default: the model is called.
   */
  predict?: boolean;
  /** Whether options hold layers, as a file has them: class name and options. */
  nested?: boolean;
  /** Type of the inputs. Default: float32. */
  dtype?: "int32";
}

/** One model of one layer. */
export interface MatrixCase {
  name: string;
  className: string;
  inputs: readonly (readonly (number | null)[])[];
  options: Record<string, unknown>;
  cases: LayerCases;
}

/** All combinations of a class' options, with each way to call it. */
export function casesOf(className: string, cases: LayerCases): MatrixCase[] {
  const combinations = Object.entries(cases.options).reduce<Record<string, unknown>[]>(
    (all, [key, values]) => all.flatMap((one) => values.map((value) => ({ ...one, [key]: value }))),
    [{}],
  );
  return cases.inputs.flatMap((inputs) =>
    combinations
      .filter((options) => !cases.without?.(options, inputs[0] ?? []))
      .map((options) => ({
        name: `${className} ${JSON.stringify(options)} of ${cases.dtype ?? "float32"} ${inputs.map((shape) => `[${shape.map((size) => size ?? "?")}]`).join(" and ")}`,
        className,
        inputs,
        options,
        cases,
      })),
  );
}
