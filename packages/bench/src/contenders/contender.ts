import type { PreparedJob } from "../job.js";
import type { WorkerCommand } from "../worker.js";

/** One way in which a contender can be set up. */
export interface Configuration {
  title: string;
  /** Handed to the worker as it is. */
  values: Record<string, unknown>;
}

/** A framework that is measured. The default kind is a trainer; the best of its configurations is measured. */
export interface Contender<P = PreparedJob> {
  name: string;
  title: string;
  /** Of others, which ours is measured against. */
  peer: boolean;
  /** Why this machine cannot run it, or null. */
  unavailable?(): string | null;
  configurations(job: P): readonly Configuration[];
  command(jobFile: string): WorkerCommand;
}
