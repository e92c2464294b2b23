/** A platform whose runtimes compute the tiny classifier as a test says: right, wrong, slow, never. */
import type { OrtRuntime, Tensor } from "@congruent/core/essentials";
import { TINY_WEIGHTS, tinyProbabilities } from "@congruent/onnx/testing";
import type { Candidate, Memory, Platform, Session, SessionOptions } from "../session.js";

export interface FakeRuntime {
  runtime: OrtRuntime;
  insteadOf?: OrtRuntime;
  /** Milliseconds of the platform's own clock that a run takes. Default: 1. */
  takes?: number;
  /** What it computes with instead of the model's weights. Default: these. */
  weights?: readonly number[];
  /** Settings with which it computes with the model's weights after all. */
  curedBy?: (options: SessionOptions) => boolean;
  /** Instead of opening a session. */
  open?: () => Promise<never>;
  /** Why it cannot be used. */
  absent?: string;
}

export class FakePlatform implements Platform {
  readonly runtimes: readonly OrtRuntime[];
  readonly defaultRuntime: OrtRuntime;
  readonly candidates: readonly Candidate[];
  onnxruntime = "1.30.0";
  adapter = "an adapter";
  /** What was opened, in order, and how many of them are open. */
  readonly opened: OrtRuntime[] = [];
  openSessions = 0;
  runs = 0;
  readonly kept = new Map<string, string>();
  #clock = 0;

  constructor(readonly fakes: readonly FakeRuntime[]) {
    this.runtimes = fakes.map(({ runtime }) => runtime);
    this.defaultRuntime = this.runtimes[0] as OrtRuntime;
    this.candidates = fakes.map(({ runtime, insteadOf }) => ({ runtime, ...(insteadOf && { insteadOf }) }));
  }

  readFile(): Promise<Uint8Array> {
    return Promise.reject(new Error("there are no files"));
  }

  async whyUnavailable(runtime: OrtRuntime) {
    const why = this.#fake(runtime).absent;
    return why === undefined ? null : { why, fix: "plug it in" };
  }

  device = async () => this.adapter;
  now = () => this.#clock;

  memory = async (): Promise<Memory> => ({
    read: async (key) => this.kept.get(key) ?? null,
    write: async (key, text) => void this.kept.set(key, text),
  });

  async open(_model: Uint8Array, options: SessionOptions): Promise<Session> {
    const { takes = 1, weights = TINY_WEIGHTS, curedBy, open } = this.#fake(options.runtime);
    this.opened.push(options.runtime);
    await open?.();
    this.openSessions += 1;
    const used = curedBy?.(options) ? TINY_WEIGHTS : weights;
    return {
      versions: { onnxruntime: this.onnxruntime },
      adapter: this.adapter,
      run: async ({ pixels }) => {
        this.#clock += takes;
        this.runs += 1;
        return tinyOutputs(pixels as Tensor<"float32">, used);
      },
      endProfile: async () => "[]",
      close: async () => {
        this.openSessions -= 1;
      },
    };
  }

  #fake(runtime: OrtRuntime): FakeRuntime {
    return this.fakes.find((fake) => fake.runtime === runtime) as FakeRuntime;
  }
}

function tinyOutputs({ data, dims }: Tensor<"float32">, weights: readonly number[]): Record<string, Tensor> {
  const samples = dims[0] as number;
  const rows = Array.from({ length: samples }, (_, i) =>
    tinyProbabilities(data.subarray(i * 4, i * 4 + 4), weights),
  );
  const label = BigInt64Array.from(rows, (row) => BigInt(row.indexOf(Math.max(...row))));
  return {
    label: { dtype: "int64", dims: [samples], data: label },
    probabilities: { dtype: "float32", dims: [samples, 3], data: Float32Array.from(rows.flat()) },
  };
}
