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
    // In a residual at the end, body and shortcut have the same number of outputs.
    layers.lastLinear?.outputs ?? 0
  }

  /// The same network for training that starts from trained parameters: without batch normalisation,
  /// which was folded into them.
  public var withoutNormalization: Network { Network(layers: layers.map(\.withoutNormalization)) }

  /// The prefix of the last linear layer's parameters, which say what each class looks like.
  public var classifierName: String? { layers.lastLinear?.name }

  /// Multiplications (each with an addition) for one picture.
  public var multiplyAddCount: Int {
    var side = ImageTensor.height
    return layers.multiplyAddCount(side: &side)
  }
}

extension [Layer] {
  /// The last linear layer, which may lie in a residual.
  fileprivate var lastLinear: Layer.Linear? {
    for layer in reversed() {
      switch layer {
      case .linear(let linear): return linear
      case .residual(let body, _): if let linear = body.lastLinear { return linear }
      default: continue
      }
    }
    return nil
  }

  /// Multiply-adds for one picture.
  ///
  /// - Parameter side: The side of the square that goes in; becomes that of what comes out.
  fileprivate func multiplyAddCount(side: inout Int) -> Int {
    var count = 0
    for layer in self {
      switch layer {
      case .convolution(let convolution):
        side = (side + 2 * convolution.padding - convolution.kernelSize) / convolution.stride + 1
        count +=
          side * side * convolution.outputChannels * convolution.inputChannels
          * convolution.kernelSize * convolution.kernelSize
      case .maxPooling(let size):
        side /= size
      case .globalAveragePooling:
        side = 1
      case .residual(let body, let shortcut):
        var shortcutSide = side
        count +=
          body.multiplyAddCount(side: &side) + shortcut.multiplyAddCount(side: &shortcutSide)
      case .linear(let linear):
        count += linear.inputs * linear.outputs
      case .relu, .flatten:
        break
      }
    }
    return count
  }
}
