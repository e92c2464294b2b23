/** Child processes: started, limited, spoken with, and ended with all that they started. Node only. */
export { adoptStarted } from "./adopt-started.js";
export { answerInParts } from "./answer-in-parts.js";
export { answerOnce, errorAsData } from "./answer-once.js";
export { type AskOptions, askInParts, askScript } from "./ask-script.js";
export { Child } from "./child.js";
export { type ChildLimits, type ChildOptions, commandOf, type Program } from "./child-options.js";
export { Dialogue, type DialogueOptions, type Unanswered } from "./dialogue.js";
export { type EndedBy, type Ending, howItEnded, lastWords, unanswered } from "./ending.js";
export { limitMemory, type MemoryLimit, residentBytes } from "./memory-limit.js";
export { sendMessage } from "./message.js";
export { tailOf } from "./output.js";
export { type OwnScript, ownScript } from "./own-script.js";
export { afterPress } from "./press.js";
export { childrenOf, isRunning, killTree, listedProcesses, readProc } from "./process-tree.js";
export { type ProcessOptions, type ProcessResult, runProcess } from "./run-process.js";
