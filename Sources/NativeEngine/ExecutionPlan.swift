import CNativeKernels
import Classification
import Networks

/// A network as the engine runs it: steps, where their activations lie, and the weights packed for the
/// kernels of an instruction set.
///
/// Bias, ReLU, pooling and the addition of a residual are done by the kernel of the convolution before
/// them. The steps before the network is flattened run picture by picture, so that their activations
/// stay in the cache; those after it run for a group of pictures, so that their weights are read once.
struct ExecutionPlan {
  /// Pictures that are computed together: a few rows of the widest kernel.
  static let groupSize = 28

  private(set) var activations: [Activation]
  /// Steps of each picture alone.
  private(set) var pictureSteps: [Step] = []
  /// Steps of a group of pictures.
  private(set) var groupSteps: [Step] = []
  /// The activation that holds the logits.
  private(set) var output = 0
  /// Packed weights and biases.
  private(set) var weights: [Float] = []
  /// Values of a workspace: the activations, then room for pooling.
  private(set) var workspaceSize = 0
  private(set) var scratchStart = 0

  private var isFlat = false
  private let lanes: Int

  /// Plans a network.
  ///
  /// - Throws: ``NativeModelError`` when its layers do not fit each other, or the engine has no kernel
  ///   for one.
  init(_ model: NativeModel, lanes: Int) throws(NativeModelError) {
    self.lanes = lanes
    activations = [
      Activation(height: ImageTensor.height, width: ImageTensor.width, channels: 1)
    ]
    output = try append(model.network.layers[...], input: 0)
    guard isFlat, activations[output].height == 1, activations[output].width == 1 else {
      throw .unsupported(reason: "it does not end in scores of the classes")
    }
    layOut()
    try pack(model.stateDict)
  }

  // MARK: Steps

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
        var product = try Self.product(layer, input: current, activation: activations[current])
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
        current = try append(product)
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

  private static func product(
    _ layer: Layer, input: Int, activation: Activation
  ) throws(NativeModelError) -> Step.Product {
    switch layer {
    case .convolution(let layer):
      let side = min(activation.height, activation.width) + 2 * layer.padding
      guard layer.inputChannels == activation.channels, layer.kernelSize <= side else {
        throw .unsupported(reason: "\(layer.name) does not fit the layer before it")
      }
      var product = Step.Product(
        kernelSize: layer.kernelSize, stride: layer.stride, padding: layer.padding, input: input,
        output: 0, name: layer.name, isLinear: false)
      product.arguments.channels = Int32(layer.outputChannels)
      return product
    case .linear(let layer):
      guard layer.inputs == activation.height * activation.width * activation.channels else {
        throw .unsupported(reason: "\(layer.name) does not fit the layer before it")
      }
      var product = Step.Product(
        kernelSize: 1, stride: 1, padding: 0, input: input, output: 0, name: layer.name,
        isLinear: true)
      product.arguments.channels = Int32(layer.outputs)
      return product
    default: throw .unsupported(reason: "\(layer) has no weights")
    }
  }

  /// Appends a product, and the activation that it writes.
  private mutating func append(_ step: Step.Product) throws(NativeModelError) -> Int {
    var product = step
    let input = activations[product.input]
    var result = Activation(height: 1, width: 1, channels: Int(product.arguments.channels))
    if product.isLinear {
      guard isFlat, product.arguments.pools == 0 else {
        throw .unsupported(reason: "\(product.name) is not flat")
      }
      result.isGrouped = true
    } else {
      guard !isFlat else { throw .unsupported(reason: "\(product.name) is a flat convolution") }
      activations[product.input].border = max(input.border, product.padding)
      let height = (input.height + 2 * product.padding - product.kernelSize) / product.stride + 1
      let width = (input.width + 2 * product.padding - product.kernelSize) / product.stride + 1
      product.arguments.height = Int32(height)
      product.arguments.width = Int32(width)
      let divisor = product.arguments.pools == 0 ? 1 : 2
      result = Activation(
        height: height / divisor, width: width / divisor, channels: result.channels)
      guard result.height > 0, result.width > 0 else {
        throw .unsupported(reason: "nothing is left of the picture after \(product.name)")
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
    if product.isLinear {
      groupSteps.append(.product(product))
    } else {
      pictureSteps.append(.product(product))
    }
    return product.output
  }

  // MARK: Layout

  /// Gives each activation its place, and each kernel its strides.
  private mutating func layOut() {
    for index in activations.indices {
      activations[index].start = workspaceSize
      let size = activations[index].size * (activations[index].isGrouped ? Self.groupSize : 1)
      workspaceSize += (size + 15) / 16 * 16
    }
    scratchStart = workspaceSize
    let pictures = activations
    func laidOut(_ step: Step) -> Step {
      guard case .product(var product) = step else { return step }
      Self.setStrides(&product, pictures)
      return .product(product)
    }
    pictureSteps = pictureSteps.map(laidOut)
    groupSteps = groupSteps.map(laidOut)
    let pooledWidths = pictureSteps.map { step in
      if case .product(let product) = step, product.arguments.pools != 0 {
        Int(product.arguments.width)
      } else {
        0
      }
    }
    workspaceSize += (pooledWidths.max() ?? 0) * 2 * 3 * lanes
  }

  private static func setStrides(_ product: inout Step.Product, _ activations: [Activation]) {
    let (input, output) = (activations[product.input], activations[product.output])
    if product.isLinear {
      // A row of windows is a group of pictures.
      product.arguments.run_count = 1
      product.arguments.run_length = Int32(input.size)
      product.arguments.window_stride = input.size
      product.arguments.height = 1
      product.arguments.output_stride = output.size
      product.arguments.addend_stride = output.size
      return
    }
    product.arguments.run_count = Int32(product.kernelSize)
    product.arguments.run_length = Int32(product.kernelSize * input.channels)
    product.arguments.run_stride = input.rowStride
    product.arguments.window_stride = product.stride * input.channels
    product.arguments.row_stride = product.stride * input.rowStride
    product.arguments.output_stride = output.channels
    product.arguments.output_row_stride = output.rowStride
    if let addend = product.addend {
      product.arguments.addend_stride = activations[addend].channels
      product.arguments.addend_row_stride = activations[addend].rowStride
    }
  }

  // MARK: Weights

  private mutating func pack(_ stateDict: StateDict) throws(NativeModelError) {
    for index in pictureSteps.indices {
      pictureSteps[index] = try packed(pictureSteps[index], stateDict)
    }
    for index in groupSteps.indices {
      groupSteps[index] = try packed(groupSteps[index], stateDict)
    }
  }

  /// Appends the weights of a step.
  private mutating func packed(
    _ step: Step, _ stateDict: StateDict
  ) throws(NativeModelError) -> Step {
    guard case .product(var product) = step else { return step }
    guard let weight = stateDict[product.name + ".weight"],
      let bias = stateDict[product.name + ".bias"]
    else { throw .description(reason: "\(product.name) has no weights") }
    let input = activations[product.input]
    product.weights = weights.count
    weights += PackedWeights.pack(
      weight.values, outputs: weight.shape[0], inputChannels: input.channels,
      height: product.isLinear ? input.height : product.kernelSize,
      width: product.isLinear ? input.width : product.kernelSize, lanes: lanes)
    product.bias = weights.count
    weights += bias.values
    weights += Array(repeating: 0, count: (lanes - bias.values.count % lanes) % lanes)
    return .product(product)
  }
}
