import CNativeKernels

extension ExecutionPlan {
  /// The start of the next cache line.
  private static func aligned(_ bytes: Int) -> Int { (bytes + 63) / 64 * 64 }

  /// Gives each activation its place, and each kernel its strides.
  mutating func layOut() {
    for index in activations.indices { place(index) }
    scratchStart = workspaceSize
    pictureSteps = pictureSteps.map(laidOut)
    groupSteps = groupSteps.map(laidOut)
    workspaceSize += (pictureSteps.map(scratchCount).max() ?? 0) * 4
    // The last term of a window may reach beyond the last integer.
    workspaceSize += 64
  }

  /// Floats that a step needs beside its activations.
  private func scratchCount(_ step: Step) -> Int {
    guard case .product(var product) = step else { return 0 }
    if layers[product.layer].isTransformed { return atelier_winograd_scratch(&product.arguments) }
    return product.arguments.pools == 0
      ? 0 : Int(product.arguments.width) * 2 * 3 * Int(ATELIER_BLOCK)
  }

  private mutating func place(_ index: Int) {
    let activation = activations[index]
    let pictures = activation.isGrouped ? Self.groupSize : 1
    activations[index].start = workspaceSize
    workspaceSize += Self.aligned(activation.size * pictures * 4)
    guard let integerBytes, activation.isQuantized else { return }
    activations[index].rangeStart = workspaceSize
    workspaceSize += Self.aligned(MemoryLayout<AtelierRange>.stride * pictures)
    activations[index].integerStart = workspaceSize
    activations[index].integerStride = Self.aligned(activation.size * integerBytes)
    workspaceSize += activations[index].integerStride * pictures
  }

  private func laidOut(_ step: Step) -> Step {
    guard case .product(var product) = step else { return step }
    let layer = layers[product.layer]
    let (input, output) = (activations[product.input], activations[product.output])
    let elementBytes = integerBytes ?? 4
    product.arguments.run_count = Int32(layer.runCount)
    product.arguments.run_length = Int32((layer.runLength * elementBytes + 3) / 4)
    if layer.isLinear {
      // A row of windows is a group of pictures.
      product.arguments.window_stride =
        integerBytes == nil ? input.size * elementBytes : input.integerStride
      product.arguments.height = 1
      product.arguments.output_stride = output.size
      product.arguments.addend_stride = output.size
      product.arguments.range_stride = 1
      return .product(product)
    }
    product.windowOffset = -layer.padding * (input.rowStride + input.channels) * elementBytes
    product.arguments.run_stride = input.rowStride * elementBytes
    product.arguments.window_stride = layer.stride * input.channels * elementBytes
    product.arguments.row_stride = layer.stride * input.rowStride * elementBytes
    product.arguments.output_stride = output.channels
    product.arguments.output_row_stride = output.rowStride
    if let addend = product.addend {
      product.arguments.addend_stride = activations[addend].channels
      product.arguments.addend_row_stride = activations[addend].rowStride
    }
    return .product(product)
  }
}
