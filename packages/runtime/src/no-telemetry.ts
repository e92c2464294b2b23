/**
 * Official builds of ONNX Runtime report usage to their maker and write an identifier and logs into the user's folders. This module turns
 * that off, so it is imported before ONNX Runtime. To turn it on, set the variable to 0.
 */
process.env.ORT_DISABLE_TELEMETRY ??= "1";
