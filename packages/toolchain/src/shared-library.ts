/** Whether the dynamic loader finds a shared library, asked without loading anything that stays. */

/**
 * `null` when the library can be loaded, else the loader's reason.
 *
 * @param name A soname (`libcuda.so.1`, looked up as the loader does) or an absolute path.
 */
export function whyNotLoadable(name: string): string | null {
  try {
    // A library that is no Node addon is opened, found to register nothing, and closed again.
    process.dlopen({ exports: {} }, name);
    return null;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return message.includes("did not self-register") ? null : message;
  }
}
