import { setTimeout as sleep } from "node:timers/promises";
import { BackgroundProcess } from "./background-process.js";
import { firstInstalled } from "./installed.js";

/** How long it may take to end by itself before it is killed. */
const CLOSE_MS = 2000;

/** An X display in memory, for a browser that cannot run without a display. */
export interface VirtualDisplay {
  /** Such as `:7`. */
  name: string;
  close(): Promise<void>;
}

/** Whether there can be one: the path of Xvfb, or undefined. */
export function findXvfb(): string | undefined {
  return firstInstalled(["Xvfb"], ["/usr/bin/Xvfb"]);
}

/** @throws Error when it does not start */
export async function startVirtualDisplay(): Promise<VirtualDisplay> {
  const path = findXvfb();
  if (path === undefined) throw new Error("Xvfb is not installed (Debian: apt-get install xvfb)");
  let tellName: (name: string) => void = () => undefined;
  const name = new Promise<string>((resolve) => {
    tellName = resolve;
  });
  const args = ["-displayfd", "1", "-screen", "0", "1024x768x24", "-nolisten", "tcp"];
  const server = await BackgroundProcess.start(path, args, {}, (line) => {
    if (/^\d+$/.test(line)) tellName(`:${line}`);
  });
  const failed = server.ended.then((tail): never => {
    throw new Error(`Xvfb ended: ${tail}`);
  });
  // Listened to only until the display is ready.
  failed.catch(() => undefined);
  return {
    name: await Promise.race([name, failed]),
    async close() {
      // Ended by a signal that it can handle, so that it removes its lock.
      if (!server.isOver) process.kill(server.pid, "SIGTERM");
      await Promise.race([server.ended, sleep(CLOSE_MS, undefined, { ref: false })]);
      server.kill();
      await server.ended;
    },
  };
}
