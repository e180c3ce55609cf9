import CNativeKernels
import Classification
import Networks

/// A network as the engine runs it: steps, and where their activations lie.
///
/// Bias, ReLU, pooling and the addition of a residual are done by the kernel of the convolution before
/// them. The steps before the network is flattened run picture by picture, so that their activations
/// stay in the cache; those after it run for a group of pictures, so that their weights are read once.
struct ExecutionPlan {
  /// Pictures that are computed together: a few rows of the widest kernel.
  static let groupSize = 28
  /// The most values of a window whose sum of 8-bit products is sure to fit 32 bits.
  static let integerWindowLimit = 1 << 16

  /// What has weights, in the order of the steps.
  var layers: [WeightedLayer] = []
  var activations: [Activation]
  /// Steps of each picture alone.
  var pictureSteps: [Step] = []
  /// Steps of a group of pictures.
  var groupSteps: [Step] = []
  /// The activation that holds the logits.
  private(set) var output = 0
  /// Bytes of a workspace: the activations, what of them is needed as integers, and room for pooling.
  var workspaceSize = 0
  var scratchStart = 0
  /// Bytes of an integer, if the engine multiplies integers.
  let integerBytes: Int?

  private var isFlat = false

  /// Plans a network.
  ///
  /// - Parameter integerBytes: Bytes of an integer when the engine is to multiply integers.
  /// - Throws: ``NativeModelError`` when its layers do not fit each other, or the engine has no kernel
  ///   for one.
  init(_ network: Network, integerBytes: Int? = nil) throws(NativeModelError) {
    self.integerBytes = integerBytes
    activations = [
      Activation(height: ImageTensor.height, width: ImageTensor.width, channels: 1)
    ]
    output = try append(network.layers[...], input: 0)
    guard isFlat, activations[output].height == 1, activations[output].width == 1 else {
      throw .unsupported(reason: "it does not end in scores of the classes")
    }
    layOut()
  }

  /// Appends the steps of layers.
  ///
  /// - Parameters:
  ///   - addend: The activation that is added to the output of the last one.
  ///   - isRectified: Whether negative sums become 0 then.
  /// - Returns: The activation with the output.
  private mutating func append(
    _ layers: ArraySlice<Layer>, input: Int, addend: Int? = nil, isRectified: Bool = false
  ) throws(NativeModelError) -> Int {
    var (current, rest) = (input, layers)
    while let layer = rest.popFirst() {
      switch layer {
      case .convolution, .linear:
        let weighted = try Self.weighted(layer, activations[current])
        var product = Step.Product(
          layer: self.layers.count, input: current, isLinear: weighted.isLinear)
        product.arguments.channels = Int32(weighted.outputs)
        if takeReLU(&rest) { product.arguments.relu = 1 }
        if case .maxPooling(size: 2) = rest.first {
          rest.removeFirst()
          product.arguments.pools = 1
          // The largest of rectified values is the rectified largest.
          if takeReLU(&rest) { product.arguments.relu = 1 }
        }
        if rest.isEmpty, let addend {
          product.addend = addend
          product.arguments.relu = isRectified ? 1 : 0
        }
        current = try append(product, weighted)
      case .residual(let body, let shortcut):
        guard let last = body.last, Self.canAdd(last) else {
          throw .unsupported(reason: "a residual does not end in a convolution")
        }
        let other = try append(shortcut[...], input: current)
        current = try append(
          body[...], input: current, addend: other, isRectified: takeReLU(&rest))
      case .globalAveragePooling:
        guard !isFlat else { throw .unsupported(reason: "the mean of a flat activation") }
        activations.append(
          Activation(height: 1, width: 1, channels: activations[current].channels))
        pictureSteps.append(.average(input: current, output: activations.count - 1))
        current = activations.count - 1
      case .flatten:
        isFlat = true
        activations[current].isGrouped = true
      case .relu, .maxPooling:
        throw .unsupported(reason: "\(layer) does not follow a convolution")
      }
    }
    return current
  }

  private func takeReLU(_ layers: inout ArraySlice<Layer>) -> Bool {
    guard case .relu = layers.first else { return false }
    layers.removeFirst()
    return true
  }

  private static func canAdd(_ layer: Layer) -> Bool {
    switch layer {
    case .convolution, .linear: true
    default: false
    }
  }

  private static func weighted(
    _ layer: Layer, _ input: Activation
  ) throws(NativeModelError) -> WeightedLayer {
    switch layer {
    case .convolution(let layer):
      let side = min(input.height, input.width) + 2 * layer.padding
      guard layer.inputChannels == input.channels, layer.kernelSize <= side else {
        throw .unsupported(reason: "\(layer.name) does not fit the layer before it")
      }
      return WeightedLayer(
        name: layer.name, outputs: layer.outputChannels, channels: layer.inputChannels,
        height: layer.kernelSize, width: layer.kernelSize, stride: layer.stride,
        padding: layer.padding, isLinear: false)
    case .linear(let layer):
      guard layer.inputs == input.height * input.width * input.channels else {
        throw .unsupported(reason: "\(layer.name) does not fit the layer before it")
      }
      return WeightedLayer(
        name: layer.name, outputs: layer.outputs, channels: input.channels, height: input.height,
        width: input.width, stride: 1, padding: 0, isLinear: true)
    default: throw .unsupported(reason: "\(layer) has no weights")
    }
  }

  /// Appends a product, and the activation that it writes.
  private mutating func append(
    _ step: Step.Product, _ layer: WeightedLayer
  ) throws(NativeModelError) -> Int {
    var (product, layer) = (step, layer)
    let input = activations[product.input]
    var result = Activation(height: 1, width: 1, channels: layer.outputs)
    if layer.isLinear {
      guard isFlat, product.arguments.pools == 0 else {
        throw .unsupported(reason: "\(layer.name) is not flat")
      }
      result.isGrouped = true
    } else {
      guard !isFlat else { throw .unsupported(reason: "\(layer.name) is a flat convolution") }
      activations[product.input].border = max(input.border, layer.padding)
      let height = (input.height + 2 * layer.padding - layer.height) / layer.stride + 1
      let width = (input.width + 2 * layer.padding - layer.width) / layer.stride + 1
      product.arguments.height = Int32(height)
      product.arguments.width = Int32(width)
      if integerBytes == nil, layer.stride == 1 || product.arguments.pools == 0,
        WinogradTiling.isQuicker(for: layer, height: height, width: width)
      {
        layer.isTransformed = true
        activations[product.input].overhang = max(
          input.overhang, WinogradTiling.overhang(for: layer, height: height, width: width))
      }
      let divisor = product.arguments.pools == 0 ? 1 : 2
      result = Activation(
        height: height / divisor, width: width / divisor, channels: layer.outputs)
      guard result.height > 0, result.width > 0 else {
        throw .unsupported(reason: "nothing is left of the picture after \(layer.name)")
      }
    }
    if let addend = product.addend {
      let other = activations[addend]
      guard other.height == result.height, other.width == result.width,
        other.channels == result.channels, product.arguments.pools == 0
      else { throw .unsupported(reason: "the ways of a residual end in different shapes") }
    }
    activations.append(result)
    product.output = activations.count - 1
    layers.append(layer)
    var steps = [Step.product(product)]
    if integerBytes != nil {
      guard layer.windowSize <= Self.integerWindowLimit else {
        throw .unsupported(reason: "\(layer.name) has too many inputs for 8-bit integers")
      }
      if !input.isQuantized { steps.insert(.quantize(activation: product.input), at: 0) }
      activations[product.input].isQuantized = true
    }
    if layer.isLinear { groupSteps += steps } else { pictureSteps += steps }
    return product.output
  }
}
