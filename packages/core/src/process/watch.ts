/** What this process does for the children that it has: they end when it ends, and learn of its interruption. */
import { guardGroup, releaseGroup } from "./guard.js";
import { pressFilter } from "./press.js";

export interface Watched {
  readonly pid: number;
  /** Interrupted, and still at work on its end. */
  readonly ending: boolean;
  /** This process was sent a signal that ends programs. */
  interrupt(signal: NodeJS.Signals): void;
  kill(): void;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** Marks our listeners, also those of another copy of this module in the same process. */
const OURS = Symbol.for("@congruent/core/process");

const children = new Set<Watched>();
let listening = false;
/** What this process is to die of as soon as its children have ended. */
let pending: NodeJS.Signals | null = null;

/** Until `unwatch`, the child ends with this process, however that ends. */
export function watch(child: Watched): void {
  if (!listening) listen();
  children.add(child);
  guardGroup(child.pid);
}

export function unwatch(child: Watched): void {
  children.delete(child);
  releaseGroup(child.pid);
  if (pending !== null) dieOf(pending);
  if (children.size === 0) stopListening();
}

let isPress = pressFilter();

const onSignal = Object.assign(
  (signal: NodeJS.Signals) => {
    if (!isPress()) return;
    const alone = process.listeners(signal).every((listener) => OURS in listener);
    for (const child of [...children]) child.interrupt(signal);
    // Where the program listens itself, it decides what the signal means.
    if (alone) dieOf(signal);
  },
  { [OURS]: true },
);

/** Does what the signal does to a program that does not listen, once no child is at work on its end any more. */
function dieOf(signal: NodeJS.Signals): void {
  pending = signal;
  if ([...children].some(({ ending }) => ending)) return;
  killAll();
  stopListening();
  pending = null;
  process.kill(process.pid, signal);
}

function listen(): void {
  listening = true;
  isPress = pressFilter();
  process.on("exit", killAll);
  // First, so that it sees who else listens: a listener that was added by `once` is gone after its turn.
  for (const signal of SIGNALS) process.prependListener(signal, onSignal);
}

function stopListening(): void {
  listening = false;
  process.off("exit", killAll);
  for (const signal of SIGNALS) process.off(signal, onSignal);
}

function killAll(): void {
  for (const child of [...children]) child.kill();
}
