import { CongruentError, messageOf } from "@congruent/core";

/** What runtimes say where it is the machine that cannot, not the model that is wrong. */
const LIMITS: readonly { says: RegExp; why: string; fix: string }[] = [
  {
    says: /shader-f16|requires f16 but the device does not|\bf16\b.*(not supported|not enabled|extension)/i,
    why: "the adapter lacks shader-f16, which float16 needs",
    fix: "use a GPU and a driver with shader-f16, or a model in float32",
  },
  {
    says: /bad_alloc|out of memory|OutOfMemory|failed to allocate|could not allocate|cannot enlarge memory|allocation failed|exceeds the (?:max|limit).*buffer/i,
    why: "the machine's memory does not suffice",
    fix: "free memory, take fewer samples at a time (--batch-size), or leave the runtime out",
  },
  {
    says: /\b(?:ENOSPC|EDQUOT|EROFS)\b|no space left on device|\bmkdtemp\b|could not make a temporary folder|the disk is full/i,
    why: "temporary files cannot be written",
    fix: "free disk space, or name another folder for them with TMPDIR",
  },
];

const LOST_FIX = "run it again; where it keeps happening, look at the GPU's driver and memory";

/** What runtimes say of a GPU that went away under them: the page's guard by its code, Dawn and Direct3D in words. */
const LOST = /\bdevice (?:is|was|has been) (?:lost|removed)\b|\bdevice lost\b|DEVICE_(?:LOST|REMOVED|HUNG)/i;

/**
 * Whether a runtime failed because its GPU's device was lost, for example by a driver's reset.
 *
 * @example
 * ```ts
 * isDeviceLost(new CongruentError({ code: "E_RUN", what: "[Device] is lost: VK_ERROR_DEVICE_LOST" })); // => true
 * isDeviceLost(new CongruentError({ code: "E_CRASH", what: "SIGSEGV; it said: device lost" })); // => false
 * ```
 */
export function isDeviceLost(error: unknown): boolean {
  if (isEnd(error)) return false;
  if (error instanceof CongruentError && error.code === "E_DEVICE_LOST") return true;
  return LOST.test(error instanceof CongruentError ? error.what : messageOf(error));
}

/** A crash or a hang tells what the process printed before: that is not its reason. */
function isEnd(error: unknown): boolean {
  return error instanceof CongruentError && (error.code === "E_CRASH" || error.code === "E_TIMEOUT");
}

export interface MachineLimit {
  why: string;
  fix: string;
}

/**
 * What a machine lacks, where a runtime's error says so; null for every other error. Such a runtime is unavailable here: it says nothing
 * of the model.
 *
 * @example
 * ```ts
 * machineLimit(new Error("Program Transpose requires f16 but the device does not support it.")).why;
 * // => "the adapter lacks shader-f16, which float16 needs"
 * machineLimit(new Error("index out of range")); // => null
 * ```
 */
export function machineLimit(error: unknown): MachineLimit | null {
  if (error instanceof CongruentError && error.code === "E_MEMORY") {
    return { why: error.what, fix: error.fix ?? "raise --memory, or take fewer samples at a time" };
  }
  if (error instanceof CongruentError && error.code === "E_MACHINE_BREAKS") {
    return { why: error.what, fix: error.fix ?? "leave the runtime out" };
  }
  if (isDeviceLost(error)) return { why: "the GPU's device was lost", fix: LOST_FIX };
  if (isEnd(error)) return null;
  const said = error instanceof CongruentError ? error.what : messageOf(error);
  const found = LIMITS.find(({ says }) => says.test(said));
  return found ? { why: found.why, fix: found.fix } : null;
}
