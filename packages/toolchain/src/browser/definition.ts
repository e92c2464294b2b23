/** What every browser here is: one definition a file, one protocol to drive them. */
import type { BrowserName } from "@congruent/core";
import type { Progress } from "../tool.js";

export interface LaunchBrowserOptions {
  /**
   * Which WebGPU adapter the pages get: `software` SwiftShader on the CPU; `off` none; `auto` the machine's GPU where
   * Linux shows a render device (and always on macOS and Windows), else SwiftShader. A browser without WebGPU ignores it.
   */
  webgpu: "auto" | "software" | "off";
}

/** Receives the events of a page. */
export interface PageListener {
  /** An error on the console, an uncaught error, or a request that failed, in the browser's words. */
  onFault?(text: string): void;
  /** The page crashed or the browser ended, in a few words. Not called more than once; also called by `close`. */
  onEnd?(what: string): void;
}

export interface BrowserPage {
  /**
   * The value of a JavaScript expression in the page, a promise's once it is there. What the page's console said before is
   * told to the listener before this resolves.
   *
   * @throws Error when the expression throws or the page is gone
   */
  evaluate<Value>(expression: string): Promise<Value>;
  close(): Promise<void>;
}

/** A headless browser that runs. */
export interface BrowserSession {
  name: BrowserName;
  version: string;
  /**
   * A script that pages must run before their own, or their first errors are lost; null where the browser reports them
   * by itself.
   */
  preamble: string | null;
  /**
   * Opens a page and waits until it is loaded, without a time limit. A page that is open already must be closed before.
   *
   * @throws Error when the address cannot be opened or the browser is gone
   */
  open(url: string, listener?: PageListener): Promise<BrowserPage>;
  /** The process ids of the browser; those of their descendants may be left out. Empty when it has ended. */
  processes(): Promise<readonly number[]>;
  /** The GPU driver's name and version, such as `Mesa 22.3.6`; null where the browser does not tell. */
  gpuDriver(): Promise<string | null>;
  /** Ends the browser and all its processes. */
  close(): Promise<void>;
}

/** Where the program is, or why there is none. */
export type Found = { path: string } | { why: string; fix: string };

export interface BrowserDefinition {
  name: BrowserName;
  /** The environment variable that names its program. */
  variable: string;
  /** Its program in words: `a Chrome, Chromium or Edge`. */
  program: string;
  /** The path of an installed one, or why there is none. */
  find(): string | { why: string };
  /** The Debian packages that bring it. */
  debian: readonly string[];
  /** What to do where there is no apt-get. */
  elsewhere: string;
  /** The option of set-up that provides it; null where set-up always does. */
  option: string | null;
  /** Tried before Debian's packages. Resolves to null, or to why it failed. */
  download?(progress: Progress): Promise<string | null>;
  /** The arguments that make the program print about itself and end, and the version in that; null where there is none. */
  about: { args: readonly string[]; version(printed: string): string | null };
  /**
   * Starts it.
   *
   * @param path the program that was found
   * @throws Error when it does not start
   */
  start(path: string, options: LaunchBrowserOptions): Promise<BrowserSession>;
}
