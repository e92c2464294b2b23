/** Which process holds a lock or a temporary folder, and whether it is still at work. Node only. */
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { bootId } from "./living-mark.js";

/** What a lock file says: who holds it. Locks of earlier versions hold less. */
export interface Holder {
  /** 0 where it cannot be told. */
  pid: number;
  /** In ticks since the machine was started. */
  start?: string | undefined;
  host?: string | undefined;
  /** Among which processes the number counts, as Linux names it. */
  namespace?: string | undefined;
  /** The start of the machine that its own start counts from. */
  boot?: string | undefined;
  /** The socket that it listens at while it lives. */
  mark?: string | undefined;
}

/** What stands for a field that the system does not tell. */
const UNTOLD = "-";

export function written(holder: Holder): string {
  const { pid, start = UNTOLD, host = UNTOLD, namespace = UNTOLD, boot = UNTOLD, mark = UNTOLD } = holder;
  return [pid, start, host, namespace, boot, mark].join(" ");
}

export function parsed(text: string): Holder {
  const [pid, start, host, namespace, boot, mark] = text
    .split(" ")
    .map((part) => (part === UNTOLD ? undefined : part));
  return { pid: Number(pid) || 0, start, host, namespace, boot, mark };
}

export function myself(): Holder {
  const { pid } = process;
  return {
    pid,
    start: startOf(pid),
    host: hostname().replace(/\s/g, "") || undefined,
    namespace: ownNamespace(),
    boot: bootId(),
  };
}

export function isAtWork({ pid, start }: Holder): boolean {
  return pid > 0 && isAlive(pid) && (start === undefined || start === startOf(pid));
}

/** Whether a holder's process number means nothing here. */
export function isElsewhere(holder: Holder, me: Holder): boolean {
  const differs = (a: string | undefined, b: string | undefined) =>
    a !== undefined && b !== undefined && a !== b;
  return differs(holder.host, me.host) || differs(holder.namespace, me.namespace);
}

/** `pid:[4026531836]`; undefined where Linux does not tell. */
function ownNamespace(): string | undefined {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "EACCES", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? ""))
      return undefined;
    throw error;
  }
}

/** When a process was started, in ticks since the machine was; undefined where Linux does not tell. */
function startOf(pid: number): string | undefined {
  try {
    // The name, in brackets, may hold anything; the start is the 22nd field of all, the 20th after it.
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch (error) {
    if (["ENOENT", "ESRCH", "EACCES"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
