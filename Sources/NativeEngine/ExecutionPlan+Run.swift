import CNativeKernels
import Classification

extension ExecutionPlan {
  /// Runs the plan for a group of pictures.
  ///
  /// - Parameters:
  ///   - pixels: The pictures, one after the other.
  ///   - logits: Receives the scores of each.
  ///   - count: How many, at most ``groupSize``.
  ///   - workspace: Where to work.
  func run(
    _ pixels: UnsafePointer<Float>, into logits: UnsafeMutablePointer<Float>, count: Int,
    workspace: Workspace, kernels: UnsafePointer<AtelierKernels>
  ) {
    let memory = workspace.memory
    weights.withUnsafeBufferPointer { weights in
      guard let weights = weights.baseAddress else { return }
      for picture in 0..<count {
        copy(pixels + picture * ImageTensor.elementCount, to: base(0, picture, memory))
        for step in pictureSteps {
          perform(step, picture: picture, count: 1, memory, weights, kernels)
        }
      }
      for step in groupSteps { perform(step, picture: 0, count: count, memory, weights, kernels) }
    }
    let scores = activations[output]
    for picture in 0..<count {
      (logits + picture * scores.size).update(
        from: memory + scores.start + picture * scores.size, count: scores.size)
    }
  }

  /// Puts a picture into its frame.
  private func copy(_ pixels: UnsafePointer<Float>, to first: UnsafeMutablePointer<Float>) {
    let input = activations[0]
    for row in 0..<input.height {
      (first + row * input.rowStride).update(from: pixels + row * input.width, count: input.width)
    }
  }

  private func perform(
    _ step: Step, picture: Int, count: Int, _ memory: UnsafeMutablePointer<Float>,
    _ weights: UnsafePointer<Float>, _ kernels: UnsafePointer<AtelierKernels>
  ) {
    switch step {
    case .product(let product):
      let input = activations[product.input]
      var arguments = product.arguments
      if product.isLinear { arguments.width = Int32(count) }
      let window = base(product.input, picture, memory)
      let padding = product.padding * (input.rowStride + input.channels)
      let output = base(product.output, picture, memory)
      let addend = product.addend.map { base($0, picture, memory) }
      kernels.pointee.product(
        &arguments, window - padding, weights + product.weights, weights + product.bias,
        addend.map { UnsafePointer($0) }, output, memory + scratchStart)
    case .average(let input, let output):
      average(input, into: base(output, picture, memory), base(input, picture, memory))
    }
  }

  /// The first value of the first pixel of an activation.
  private func base(
    _ index: Int, _ picture: Int, _ memory: UnsafeMutablePointer<Float>
  ) -> UnsafeMutablePointer<Float> {
    let activation = activations[index]
    return memory + activation.start + activation.origin
      + (activation.isGrouped ? picture * activation.size : 0)
  }

  private func average(
    _ index: Int, into means: UnsafeMutablePointer<Float>, _ values: UnsafePointer<Float>
  ) {
    let input = activations[index]
    let scale = 1 / Float(input.height * input.width)
    for channel in 0..<input.channels { means[channel] = 0 }
    for row in 0..<input.height {
      for column in 0..<input.width {
        let pixel = values + row * input.rowStride + column * input.channels
        for channel in 0..<input.channels { means[channel] += pixel[channel] }
      }
    }
    for channel in 0..<input.channels { means[channel] *= scale }
  }
}
