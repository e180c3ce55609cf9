/// The network designs Atelier trains, exports and serves.
public enum Architecture: String, CaseIterable, Sendable, Codable {
  /// Two convolutions and two linear layers: 206,922 parameters.
  case fashionCNN = "fashion-cnn"
  /// Four residual blocks of 48 and 96 channels: 370,570 parameters, the most accurate.
  case fashionResNet = "fashion-resnet"
  /// Two residual blocks of 32 and 64 channels: 72,778 parameters, small and quick for what it
  /// knows.
  case fashionLite = "fashion-lite"

  /// The design as data, for a number of classes.
  public func network(classCount: Int = 10) -> Network {
    switch self {
    case .fashionCNN: .fashionCNN(classCount: classCount)
    case .fashionResNet:
      .residual(
        stem: 24, stages: [.init(channels: 48, blocks: 2), .init(channels: 96, blocks: 2)],
        classCount: classCount)
    case .fashionLite:
      .residual(
        stem: 16, stages: [.init(channels: 32, blocks: 1), .init(channels: 64, blocks: 1)],
        classCount: classCount)
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

  /// Blocks of equally many channels; the first halves the picture's side.
  struct Stage {
    let channels: Int
    let blocks: Int
  }

  /// A convolution over the whole picture, stages of residual blocks, the mean of each channel, and a
  /// linear layer.
  ///
  /// Source: He, Zhang, Ren, Sun, *Deep Residual Learning for Image Recognition*, 2016, with
  /// projections where the shape changes (section 3.3, option B).
  static func residual(stem: Int, stages: [Stage], classCount: Int) -> Network {
    var layers: [Layer] = [normalized("stem", from: 1, to: stem), .relu]
    var channels = stem
    for (stageIndex, stage) in stages.enumerated() {
      for blockIndex in 0..<stage.blocks {
        let name = "stage\(stageIndex + 1).\(blockIndex)"
        let isFirst = blockIndex == 0
        layers += [
          .residual(
            body: [
              normalized(
                name + ".conv1", from: channels, to: stage.channels, stride: isFirst ? 2 : 1),
              .relu,
              normalized(name + ".conv2", from: stage.channels, to: stage.channels),
            ],
            shortcut: isFirst
              ? [
                normalized(
                  name + ".shortcut", from: channels, to: stage.channels, kernelSize: 1, stride: 2)
              ] : []),
          .relu,
        ]
        channels = stage.channels
      }
    }
    layers += [
      .globalAveragePooling, .flatten,
      .linear(.init(name: "classifier", inputs: channels, outputs: classCount)),
    ]
    return Network(layers: layers)
  }

  /// A convolution that keeps the picture's side, or halves it with a stride of 2.
  private static func normalized(
    _ name: String, from inputs: Int, to outputs: Int, kernelSize: Int = 3, stride: Int = 1
  ) -> Layer {
    .convolution(
      .init(
        name: name, inputChannels: inputs, outputChannels: outputs, kernelSize: kernelSize,
        stride: stride, padding: kernelSize / 2, isNormalizedInTraining: true))
  }
}
