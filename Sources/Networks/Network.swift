import Classification

/// A network as data: the layers that lead from a batch of pictures (N x 1 x 28 x 28, grey levels
/// from 0 to 1) to logits (N x classes).
///
/// The LibTorch modules, the TorchScript source, the ONNX graph and the native engine are all
/// derived from this one description, so they cannot drift apart.
public struct Network: Sendable, Hashable {
  /// The steps, in order.
  public let layers: [Layer]

  /// Creates a network from its layers.
  public init(layers: [Layer]) {
    self.layers = layers
  }

  /// Every parameter, in the order of PyTorch's `state_dict()`.
  public var parameters: [ParameterShape] { layers.flatMap(\.parameters) }

  /// How many numbers the network learns.
  public var parameterCount: Int { parameters.map(\.elementCount).reduce(0, +) }

  /// Logits a picture: the outputs of the last linear layer.
  public var classCount: Int {
    for case .linear(let layer) in layers.reversed() { return layer.outputs }
    return 0
  }

  /// Multiplications (each with an addition) for one picture.
  public var multiplyAddCount: Int {
    var side = ImageTensor.height
    var count = 0
    for layer in layers {
      switch layer {
      case .convolution(let convolution):
        side = (side + 2 * convolution.padding - convolution.kernelSize) / convolution.stride + 1
        count +=
          side * side * convolution.outputChannels * convolution.inputChannels
          * convolution.kernelSize * convolution.kernelSize
      case .maxPooling(let size):
        side /= size
      case .linear(let linear):
        count += linear.inputs * linear.outputs
      case .relu, .flatten:
        break
      }
    }
    return count
  }
}
