/**
 * ONNX Runtime's browser build has no files: it writes its profile to `console.log`, which it binds once, when its .wasm starts. So the
 * console is replaced at that moment by one that passes everything on, except the lines that are collected.
 */
export const consoleTap = {
  /** Runs `start` with a console that can be tapped later. */
  async during<T>(start: () => Promise<T>): Promise<T> {
    const original = console.log;
    console.log = (...said: unknown[]) => {
      if (collected) collected.push(said.join(" "));
      else original.apply(console, said);
    };
    try {
      return await start();
    } finally {
      console.log = original;
    }
  },

  /** The lines that a tapped console was given while `work` ran. */
  async collect(work: () => Promise<void>): Promise<string[]> {
    const lines: string[] = [];
    collected = lines;
    try {
      await work();
    } finally {
      collected = null;
    }
    return lines;
  },
};

let collected: string[] | null = null;
