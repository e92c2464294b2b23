/** The names that files hold of what code defines. Beside the definitions they would bring zod into every page that runs a model. */
import { z } from "zod";
import { BROWSERS } from "../browsers.js";
import { BROWSER_RUNTIMES, KERNELS, RUNTIMES } from "../runtimes/index.js";
import { RUNTIME_IDS } from "../runtimes/runtime-id.js";

export const browserNameSchema = z.enum(BROWSERS);
export const runtimeNameSchema = z.enum(RUNTIMES);
export const browserRuntimeSchema = z.enum(BROWSER_RUNTIMES);
export const runtimeIdSchema = z.enum(RUNTIME_IDS);
export const kernelsSchema = z.enum(KERNELS);
