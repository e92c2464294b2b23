/**
 * Official builds of ONNX Runtime report usage to their maker and leave an identifier and logs in the user's folders.
 * What embeds a model here must do neither, so this is imported before ONNX Runtime is; who wants it sets the
 * variable to 0.
 */
process.env.ORT_DISABLE_TELEMETRY ??= "1";
