/// The network designs Atelier trains, exports and serves.
public enum Architecture: String, CaseIterable, Sendable, Codable {
  /// Two convolutions and two linear layers: 206,922 parameters.
  case fashionCNN = "fashion-cnn"

  /// The design as data, for a number of classes.
  public func network(classCount: Int = 10) -> Network {
    switch self {
    case .fashionCNN: .fashionCNN(classCount: classCount)
    }
  }
}

extension Network {
  /// Conv 1-16 3x3, ReLU, pool, conv 16-32 3x3, ReLU, pool, linear 1568-128, ReLU, linear.
  ///
  /// The parameter names are those of a PyTorch `Sequential` called `cnn_stack`.
  static func fashionCNN(classCount: Int) -> Network {
    Network(layers: [
      .convolution(
        .init(name: "cnn_stack.0", inputChannels: 1, outputChannels: 16, kernelSize: 3, padding: 1)),
      .relu,
      .maxPooling(size: 2),
      .convolution(
        .init(name: "cnn_stack.3", inputChannels: 16, outputChannels: 32, kernelSize: 3, padding: 1)
      ),
      .relu,
      .maxPooling(size: 2),
      .flatten,
      .linear(.init(name: "cnn_stack.7", inputs: 32 * 7 * 7, outputs: 128)),
      .relu,
      .linear(.init(name: "cnn_stack.9", inputs: 128, outputs: classCount)),
    ])
  }
}
