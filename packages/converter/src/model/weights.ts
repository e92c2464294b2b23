import { CongruentError, sizeOf, type Tensor } from "@congruent/core";

/** A weight as a model's file has it. */
export interface FoundWeight {
  /** Its name there. */
  key: string;
  tensor: Tensor<"float32">;
}

/**
 * The weights of a model, found by layer. Files name one weight in several ways: tfjs `dense/kernel`, Keras 3 with the model's own name
 * before it, Keras 2 with a cell's name between (`bidirectional/forward_lstm/lstm_cell/kernel`), all perhaps with TensorFlow's `:0`.
 */
export class ModelWeights {
  readonly #weights: ReadonlyMap<string, Tensor>;
  /** Names as they are in the file, by each way to ask for them. */
  readonly #exact = new Map<string, string>();
  readonly #endings = new Map<string, string[]>();
  readonly #checked = new Map<string, Tensor<"float32">>();
  /** The layer that each weight was given to, and whether its name says so in full. */
  readonly #owners = new Map<string, { layer: string; exact: boolean }>();

  constructor(weights: ReadonlyMap<string, Tensor>) {
    this.#weights = weights;
    for (const key of weights.keys()) {
      const name = key.replace(/:0$/, "");
      this.#exact.set(name, key);
      const parts = name.split("/");
      const withoutCell = [...parts.slice(0, -2), ...parts.slice(-1)];
      const ways = new Set(
        [parts, withoutCell].flatMap((way) => way.map((_, at) => way.slice(at).join("/"))),
      );
      for (const way of ways) this.#endings.set(way, [...(this.#endings.get(way) ?? []), key]);
    }
  }

  has(path: readonly string[], weight: string): boolean {
    return this.#keyOf(path, weight, "") !== undefined;
  }

  /**
   * @param path names of the models around the layer, from the outermost, then the layer's
   * @param weight the name within the layer, such as `kernel`
   * @throws CongruentError `E_WEIGHT_MISSING`, `E_WEIGHT_DTYPE`, `E_WEIGHT_SHAPE`, `E_WEIGHT_VALUE`
   */
  find(path: readonly string[], weight: string, place: string): FoundWeight {
    const key = this.#keyOf(path, weight, place);
    if (key === undefined) {
      const layer = path.at(-1) ?? "";
      const near = [...this.#weights.keys()].filter((name) => name.includes(layer));
      throw new CongruentError({
        code: "E_WEIGHT_MISSING",
        what: `${place} has no weight "${weight}"`,
        expected: `a weight named ${layer}/${weight}; ${near.length > 0 ? `there are ${near.join(", ")}` : "no weight bears the layer's name"}`,
        fix: "give all weights of the model: model.save writes them beside model.json",
      });
    }
    this.#claim(key, path, weight, place);
    return { key, tensor: this.#check(key) };
  }

  /** A weight that was found by the end of its name must not be another layer's. */
  #claim(key: string, path: readonly string[], weight: string, place: string): void {
    const exact = path.some((_, from) => this.#exact.get([...path.slice(from), weight].join("/")) === key);
    const layer = path.join("/");
    const owner = this.#owners.get(key);
    if (owner && owner.layer !== layer && !(exact && owner.exact)) {
      throw new CongruentError({
        code: "E_WEIGHT_MISSING",
        what: `${place} would have ${key} as its "${weight}", which is that of the layer "${owner.layer}"`,
        expected: `a weight named ${layer}/${weight}`,
        fix: "give all weights of the model: model.save writes them beside model.json",
      });
    }
    if (!owner) this.#owners.set(key, { layer, exact });
  }

  /** The longest path that fits decides; the layer's name alone, only where it fits one weight. */
  #keyOf(path: readonly string[], weight: string, place: string): string | undefined {
    for (let from = 0; from < path.length; from++) {
      const key = this.#exact.get([...path.slice(from), weight].join("/"));
      if (key !== undefined) return key;
    }
    for (let from = 0; from < path.length; from++) {
      const keys = this.#endings.get([...path.slice(from), weight].join("/")) ?? [];
      if (keys.length === 1) return keys[0];
      if (keys.length > 1) {
        throw new CongruentError({
          code: "E_WEIGHT_MISSING",
          what: `${place} could have several weights as its "${weight}": ${keys.join(", ")}`,
          expected: "one weight of that name",
          fix: "give the layers of nested models names of their own",
        });
      }
    }
    return undefined;
  }

  #check(key: string): Tensor<"float32"> {
    const checked = this.#checked.get(key);
    if (checked) return checked;
    const found = this.#weights.get(key) as Tensor;
    if (found.dtype !== "float32") {
      throw new CongruentError({
        code: "E_WEIGHT_DTYPE",
        what: `the weight ${key} is ${found.dtype}`,
        expected: "float32, in which tfjs computes",
        fix: "convert the weight to float32",
      });
    }
    const size = sizeOf(found.dims);
    if (found.data.length !== size) {
      throw new CongruentError({
        code: "E_WEIGHT_SHAPE",
        what: `the weight ${key} of shape [${found.dims.join(", ")}] has ${found.data.length} values`,
        expected: `${size} values`,
        fix: "save the model again: the file is cut off",
      });
    }
    const at = found.data.findIndex(Number.isNaN);
    if (at >= 0) {
      throw new CongruentError({
        code: "E_WEIGHT_VALUE",
        what: `the weight ${key} is NaN at position ${at}`,
        expected: "numbers",
        fix: "train the model again: a NaN in its weights makes its outputs NaN",
      });
    }
    this.#checked.set(key, found);
    return found;
  }
}
