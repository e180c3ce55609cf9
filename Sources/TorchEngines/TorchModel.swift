import CTorchInterface
import Classification
import Networks

/// A model that LibTorch holds.
final class TorchModel: Sendable {
  // Immutable after its creation, and LibTorch's forward is safe to call from several threads.
  private nonisolated(unsafe) let handle: OpaquePointer

  /// A network whose operators run one by one.
  ///
  /// - Throws: ``BridgeFailure`` when the state dict does not fill the network.
  init(network: Network, stateDict: StateDict, threads: Int) throws(BridgeFailure) {
    handle = try network.withCTorchLayers { layers throws(BridgeFailure) in
      try BridgeFailure.check { functions, error in
        stateDict.withCTorchValues { values in
          guard let layerBase = layers.baseAddress, let valueBase = values.baseAddress else {
            return nil
          }
          return functions.model.create(
            layerBase, layers.count, valueBase, values.count, Int32(threads), error)
        }
      }
    }
  }

  /// A TorchScript module, frozen and optimised for inference.
  ///
  /// - Throws: ``BridgeFailure`` when the file is not one.
  init(scriptPath: String, threads: Int) throws(BridgeFailure) {
    handle = try BridgeFailure.check { $0.model.loadScript(scriptPath, Int32(threads), $1) }
  }

  deinit {
    // The library that made the model is loaded.
    try? TorchLibrary.functions().model.destroy(handle)
  }

  /// Computes `count` x `classes` logits.
  func run(
    _ pixels: Span<Float>, count: Int, classes: Int, into logits: inout MutableSpan<Float>
  ) throws(BridgeFailure) {
    try pixels.withUnsafeBufferPointer { pixels throws(BridgeFailure) in
      try logits.withUnsafeMutableBufferPointer { logits throws(BridgeFailure) in
        guard let source = pixels.baseAddress, let target = logits.baseAddress else { return }
        try BridgeFailure.check {
          $0.model.run(handle, source, Int64(count), Int64(classes), target, $1)
        }
      }
    }
  }
}

extension TorchModel {
  /// The whole of an engine's `run`.
  func run(
    _ pixels: Span<Float>, into logits: inout MutableSpan<Float>, as engine: any InferenceEngine
  ) throws(InferenceError) {
    let count = try engine.batchCount(pixels: pixels.count, logits: logits.count)
    guard count > 0 else { return }
    do {
      try run(pixels, count: count, classes: engine.classCount, into: &logits)
    } catch {
      throw .runtimeFailure(engine: engine.kind, reason: error.message)
    }
  }
}
