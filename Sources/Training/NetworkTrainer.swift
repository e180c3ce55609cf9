import CTorchInterface
import Files
import Networks
import TorchEngines

/// A network with its optimizer, held by LibTorch.
final class NetworkTrainer {
  private let network: Network
  private let handle: OpaquePointer

  /// Creates a network with the random parameters that follow from the seed.
  init(network: Network, settings: TrainingSettings) throws(TrainingError) {
    self.network = network
    let options = CTTrainerOptions(
      optimizer: settings.optimizer == .sgd ? CTOptimizerSGD : CTOptimizerAdamW, momentum: 0.9,
      weightDecay: settings.weightDecay, labelSmoothing: settings.labelSmoothing,
      averageDecay: settings.averageDecay, bfloat16: settings.precision == .bfloat16,
      seed: settings.seed, threads: Int32(settings.threads))
    handle = try network.withCTorchLayers { layers throws(TrainingError) in
      try checked { functions, error in
        layers.baseAddress.flatMap { functions.trainer.create($0, layers.count, options, error) }
      }
    }
  }

  deinit {
    // The library that made the trainer is loaded.
    try? TorchLibrary.functions().trainer.destroy(handle)
  }

  /// What a step saw before it changed the parameters.
  struct StepResult {
    /// Mean loss of the batch, in nats, with the label smoothing; not finite when training diverged, and
    /// then nothing was changed.
    let loss: Double
    /// Pictures whose most probable class was the true one.
    let correct: Int
  }

  /// Learns from a batch of 784 grey levels and a label each.
  func step(
    pixels: [Float], labels: [Int64], learningRate: Double
  ) throws(TrainingError) -> StepResult {
    var loss = 0.0
    var correct: Int64 = 0
    try checked { functions, error in
      pixels.withUnsafeBufferPointer { pixels in
        labels.withUnsafeBufferPointer { labels -> Void? in
          guard let source = pixels.baseAddress, let targets = labels.baseAddress else {
            return nil
          }
          let succeeded = functions.trainer.step(
            handle, source, targets, Int64(labels.count), learningRate, &loss, &correct, error)
          return succeeded ? () : nil
        }
      }
    }
    return StepResult(loss: loss, correct: Int(correct))
  }

  /// Writes everything that later steps depend on, so that the file is whole and on the disk.
  func save(to path: String) throws(TrainingError) {
    let content: [UInt8]
    do {
      content = try TorchFileContent.bytes { $0.trainer.save(handle, $1, $2) }
    } catch {
      throw .libTorch(reason: error.message)
    }
    do {
      try FileContents.write(content, to: path)
    } catch {
      throw .unwritable(path: path, reason: error.reason)
    }
  }

  /// Goes on from where another trainer, of the same network and settings, was saved.
  func load(from path: String) throws(TrainingError) {
    try checked { $0.trainer.load(handle, path, $1) ? () : nil }
  }

  /// Sets the parameters that are among some, before the first step; the others stay random.
  ///
  /// The network must have no batch normalisation.
  func set(_ parameters: StateDict) throws(TrainingError) {
    for (index, parameter) in network.parameters.enumerated() {
      guard let tensor = parameters[parameter.name], tensor.shape == parameter.shape else {
        continue
      }
      try checked { functions, error in
        tensor.values.withUnsafeBufferPointer { values in
          values.baseAddress.flatMap {
            functions.trainer.setParameter(handle, index, $0, Int64(values.count), error)
              ? () : nil
          }
        }
      }
    }
  }

  /// The parameters, averaged when the settings say so.
  func parameters() throws(TrainingError) -> StateDict {
    var stateDict = StateDict()
    for (index, parameter) in network.parameters.enumerated() {
      var values = [Float](repeating: 0, count: parameter.elementCount)
      try checked { functions, error in
        values.withUnsafeMutableBufferPointer { buffer in
          buffer.baseAddress.flatMap {
            functions.trainer.parameter(handle, index, $0, Int64(buffer.count), error) ? () : nil
          }
        }
      }
      stateDict[parameter.name] = ParameterTensor(shape: parameter.shape, values: values)
    }
    return stateDict
  }
}

/// Calls the bridge; what it says of a failure becomes a `TrainingError`.
private func checked<Result>(
  _ function: (CTFunctions, UnsafeMutablePointer<CTError?>) -> Result?
) throws(TrainingError) -> Result {
  do {
    return try BridgeFailure.check(function)
  } catch {
    throw .libTorch(reason: error.message)
  }
}
