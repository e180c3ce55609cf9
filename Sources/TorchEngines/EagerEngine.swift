public import Classification
public import Networks

/// LibTorch, operator by operator.
public struct EagerEngine: InferenceEngine {
  /// ``EngineKind/pytorch``.
  public let kind = EngineKind.pytorch
  /// Logits a picture.
  public let classCount: Int

  private let model: TorchModel

  /// Creates an engine from a network and its parameters, and warms it.
  ///
  /// - Parameter threads: How many threads compute one batch.
  /// - Throws: `InferenceError` when the parameters do not fill the network.
  public init(network: Network, stateDict: StateDict, threads: Int = 1) throws(InferenceError) {
    classCount = network.classCount
    do {
      model = try TorchModel(network: network, stateDict: stateDict, threads: threads)
    } catch {
      throw .runtimeFailure(engine: .pytorch, reason: error.message)
    }
    try warmUp()
  }

  /// Computes the logits of a batch.
  public func run(
    _ pixels: Span<Float>, into logits: inout MutableSpan<Float>
  ) throws(InferenceError) {
    try model.run(pixels, into: &logits, as: self)
  }
}
