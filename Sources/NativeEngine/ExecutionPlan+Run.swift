import CNativeKernels
import Classification

extension ExecutionPlan {
  /// Runs the plan for a group of pictures.
  ///
  /// - Parameters:
  ///   - pixels: The pictures, one after the other.
  ///   - logits: Receives the scores of each.
  ///   - count: How many, at most ``groupSize``.
  ///   - memory: A workspace's.
  ///   - operands: The weights of each layer.
  func run(
    _ pixels: UnsafePointer<Float>, into logits: UnsafeMutablePointer<Float>, count: Int,
    memory: UnsafeMutableRawPointer, operands: UnsafePointer<AtelierOperands>,
    kernels: UnsafePointer<AtelierKernels>
  ) {
    for picture in 0..<count {
      copy(pixels + picture * ImageTensor.elementCount, to: values(0, picture, memory))
      for step in pictureSteps {
        perform(step, picture: picture, count: 1, memory, operands, kernels)
      }
    }
    for step in groupSteps { perform(step, picture: 0, count: count, memory, operands, kernels) }
    let scores = activations[output]
    logits.update(from: values(output, 0, memory), count: count * scores.size)
  }

  /// Puts a picture into its frame.
  private func copy(_ pixels: UnsafePointer<Float>, to first: UnsafeMutablePointer<Float>) {
    let input = activations[0]
    for row in 0..<input.height {
      (first + row * input.rowStride).update(from: pixels + row * input.width, count: input.width)
    }
  }

  private func perform(
    _ step: Step, picture: Int, count: Int, _ memory: UnsafeMutableRawPointer,
    _ operands: UnsafePointer<AtelierOperands>, _ kernels: UnsafePointer<AtelierKernels>
  ) {
    switch step {
    case .quantize(let index):
      let activation = activations[index]
      let first = values(index, 0, memory) - activation.origin
      let ranges = (memory + activation.rangeStart).assumingMemoryBound(to: AtelierRange.self)
      for slot in 0..<count {
        ranges[slot] = kernels.pointee.quantize(
          first + slot * activation.size, activation.size,
          memory + activation.integerStart + slot * activation.integerStride)
      }
    case .product(let product):
      var arguments = product.arguments
      if product.isLinear { arguments.width = Int32(count) }
      var operands = operands[product.layer]
      operands.addend = product.addend.map { UnsafePointer(values($0, picture, memory)) }
      let input = activations[product.input]
      let output = values(product.output, picture, memory)
      let scratch = (memory + scratchStart).assumingMemoryBound(to: Float.self)
      if let integerBytes {
        operands.input = UnsafeRawPointer(
          memory + input.integerStart + input.origin * integerBytes + product.windowOffset)
        operands.ranges = UnsafePointer(
          (memory + input.rangeStart).assumingMemoryBound(to: AtelierRange.self))
        kernels.pointee.product_int8(&arguments, &operands, output, scratch)
      } else {
        operands.input =
          UnsafeRawPointer(values(product.input, picture, memory)) + product.windowOffset
        let compute =
          layers[product.layer].isTransformed
          ? kernels.pointee.winograd : kernels.pointee.product
        compute?(&arguments, &operands, output, scratch)
      }
    case .average(let index, let output):
      let input = activations[index]
      atelier_native_means(
        values(index, picture, memory), input.rowStride, Int32(input.height), Int32(input.width),
        Int32(input.channels), values(output, picture, memory))
    }
  }

  /// The first value of the first pixel of an activation.
  private func values(
    _ index: Int, _ picture: Int, _ memory: UnsafeMutableRawPointer
  ) -> UnsafeMutablePointer<Float> {
    let activation = activations[index]
    return (memory + activation.start).assumingMemoryBound(to: Float.self) + activation.origin
      + (activation.isGrouped ? picture * activation.size : 0)
  }
}
