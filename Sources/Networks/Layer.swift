/// One step of a network, as data: every runtime form is made from the same list of these.
public indirect enum Layer: Sendable, Hashable {
  /// A two-dimensional convolution with bias.
  case convolution(Convolution)
  /// max(x, 0), element by element.
  case relu
  /// The largest of each `size` by `size` window; windows do not overlap, an incomplete last row or
  /// column is dropped.
  case maxPooling(size: Int)
  /// The mean of each channel: N x C x H x W to N x C x 1 x 1.
  case globalAveragePooling
  /// body(x) + shortcut(x), whose shapes must agree; an empty shortcut passes x on as it is.
  ///
  /// Source: He, Zhang, Ren, Sun, *Deep Residual Learning for Image Recognition*, 2016.
  case residual(body: [Layer], shortcut: [Layer])
  /// N x C x H x W to N x (C H W).
  case flatten
  /// A fully connected layer with bias.
  case linear(Linear)

  /// A convolution over square windows, with zero padding and bias.
  ///
  /// Weights have the shape output channels x input channels x kernel x kernel.
  public struct Convolution: Sendable, Hashable {
    /// Prefix of the layer's parameters in a state dict: `name.weight`, `name.bias`.
    public let name: String
    /// Channels in.
    public let inputChannels: Int
    /// Channels out.
    public let outputChannels: Int
    /// Side of the window.
    public let kernelSize: Int
    /// Step from window to window.
    public let stride: Int
    /// Rows and columns of zeros added on each side.
    public let padding: Int
    /// Whether training normalises the output over each batch (Ioffe, Szegedy, *Batch
    /// Normalization*, 2015). What it learns is folded into the weights and the bias of the trained
    /// network, so that nothing but training knows of it.
    public let isNormalizedInTraining: Bool

    /// Creates a convolution.
    public init(
      name: String, inputChannels: Int, outputChannels: Int, kernelSize: Int, stride: Int = 1,
      padding: Int = 0, isNormalizedInTraining: Bool = false
    ) {
      self.name = name
      self.inputChannels = inputChannels
      self.outputChannels = outputChannels
      self.kernelSize = kernelSize
      self.stride = stride
      self.padding = padding
      self.isNormalizedInTraining = isNormalizedInTraining
    }
  }

  /// A matrix product with bias: y = x W^T + b, W of shape outputs x inputs.
  public struct Linear: Sendable, Hashable {
    /// Prefix of the layer's parameters in a state dict: `name.weight`, `name.bias`.
    public let name: String
    /// Values in.
    public let inputs: Int
    /// Values out.
    public let outputs: Int

    /// Creates a fully connected layer.
    public init(name: String, inputs: Int, outputs: Int) {
      self.name = name
      self.inputs = inputs
      self.outputs = outputs
    }
  }

  /// The layer without batch normalisation in training.
  var withoutNormalization: Layer {
    switch self {
    case .convolution(let layer):
      .convolution(
        Convolution(
          name: layer.name, inputChannels: layer.inputChannels,
          outputChannels: layer.outputChannels, kernelSize: layer.kernelSize, stride: layer.stride,
          padding: layer.padding))
    case .residual(let body, let shortcut):
      .residual(
        body: body.map(\.withoutNormalization), shortcut: shortcut.map(\.withoutNormalization))
    case .relu, .maxPooling, .globalAveragePooling, .flatten, .linear: self
    }
  }

  /// The layer's parameters, in PyTorch's order; empty for layers that learn nothing.
  public var parameters: [ParameterShape] {
    switch self {
    case .convolution(let layer):
      [
        ParameterShape(
          name: layer.name + ".weight",
          shape: [layer.outputChannels, layer.inputChannels, layer.kernelSize, layer.kernelSize]),
        ParameterShape(name: layer.name + ".bias", shape: [layer.outputChannels]),
      ]
    case .linear(let layer):
      [
        ParameterShape(name: layer.name + ".weight", shape: [layer.outputs, layer.inputs]),
        ParameterShape(name: layer.name + ".bias", shape: [layer.outputs]),
      ]
    case .residual(let body, let shortcut):
      (body + shortcut).flatMap(\.parameters)
    case .relu, .maxPooling, .globalAveragePooling, .flatten:
      []
    }
  }
}
