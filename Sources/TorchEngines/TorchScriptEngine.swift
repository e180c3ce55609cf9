public import Classification

/// LibTorch running a TorchScript module, with float or with dynamically quantized linear layers.
public struct TorchScriptEngine: InferenceEngine {
  /// ``EngineKind/torchscript`` or ``EngineKind/quantized``.
  public let kind: EngineKind
  /// Logits a picture.
  public let classCount: Int

  private let model: TorchModel

  /// Loads a module, freezes and optimises it, and warms it.
  ///
  /// - Parameters:
  ///   - path: The file that `torch.jit.save` or `TorchExport` wrote.
  ///   - kind: What the module's linear layers are: ``EngineKind/torchscript`` for floats,
  ///     ``EngineKind/quantized`` for int8.
  ///   - classCount: Logits a picture.
  ///   - threads: How many threads compute one batch.
  /// - Throws: `InferenceError/modelInvalid(path:reason:)` when the file is not such a module, or
  ///   does not answer a picture with `classCount` logits.
  public init(
    path: String, kind: EngineKind = .torchscript, classCount: Int, threads: Int = 1
  ) throws(InferenceError) {
    self.kind = kind
    self.classCount = classCount
    do {
      model = try TorchModel(scriptPath: path, threads: threads)
    } catch {
      throw .modelInvalid(path: path, reason: error.message)
    }
    try warmUp(modelPath: path)
  }

  /// Computes the logits of a batch.
  public func run(
    _ pixels: Span<Float>, into logits: inout MutableSpan<Float>
  ) throws(InferenceError) {
    try model.run(pixels, into: &logits, as: self)
  }
}
