import { runtimeDefinition } from "@congruent/core";
import { type Runner, runnerOf } from "@congruent/parity";

/**
 * The same model exported another way, run beside the file that is judged: what the reference and ONNX Runtime compute of it must be within the
 * bounds of that file.
 *
 * @param name of the way, for reports
 */
export function otherFile(path: string, name: string): Runner[] {
  return (["reference", "node-cpu"] as const).map((runtime) => {
    const { kernels: _, isReference: __, ...runner } = runnerOf(runtime);
    return {
      ...runner,
      runtime: "recorded",
      // It has no vote of its own: its kernels are those of the runtime that computes it.
      kernels: runtimeDefinition(runtime).kernels,
      named: `${name} on ${runtime}`,
      wholeOnly: true,
      variants: [],
      async run(job) {
        const { bounds: _, ...result } = await runner.run({ ...job, modelPath: path });
        return result;
      },
    };
  });
}
