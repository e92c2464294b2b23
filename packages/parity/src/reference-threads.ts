import { freemem, availableParallelism as processors } from "node:os";

/** Of the machine's processors: the other runtimes run beside the reference. */
const SHARE = 0.5;

const MOST = 8;

/** What one thread may hold: its values in double precision, with their bounds, beside the model's. */
const VALUES_BYTES = 2 ** 30;

/** A byte of a file becomes so many in double precision, where its weights are whole numbers of 8 bits. */
const WIDENED = 8;

export interface MachineRoom {
  /** Processors. Default: those that this process may use. */
  processors?: number;
  /** Bytes that are free. Default: the machine's. */
  freeBytes?: number;
  /** The most bytes that the reference may take. Default: no limit. */
  memoryBytes?: number | undefined;
}

/**
 * How many threads share the reference's samples: half of the processors, eight at most, and no more than there is memory for, as each reads
 * the model for itself. One at least.
 *
 * @param fileBytes of the ONNX file
 * @example
 * ```ts
 * const room = { processors: 8, freeBytes: 16 * 2 ** 30 };
 * referenceThreads(5_000_000, room); // => 4
 * referenceThreads(500_000_000, room); // => 3
 * referenceThreads(5_000_000, { ...room, processors: 2 }); // => 1
 * ```
 */
export function referenceThreads(
  fileBytes: number,
  {
    processors: count = processors(),
    freeBytes = freemem(),
    memoryBytes = Number.POSITIVE_INFINITY,
  }: MachineRoom = {},
): number {
  const room = Math.min(freeBytes, memoryBytes);
  const each = VALUES_BYTES + WIDENED * fileBytes;
  return Math.max(1, Math.min(MOST, Math.floor(count * SHARE), Math.floor(room / each)));
}
