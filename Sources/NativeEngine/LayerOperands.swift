import CNativeKernels

/// The weights of each layer of a plan, ready for the kernels.
final class LayerOperands: @unchecked Sendable {
  // Safe: nothing writes to what these point to after the operands are made.
  /// For each layer, everything but its input and addend.
  let operands: UnsafePointer<AtelierOperands>

  private let all: UnsafeMutableBufferPointer<AtelierOperands>
  private let storage: WeightStorage
  private var allocations: [UnsafeMutableRawPointer] = []

  /// Takes floats from where a model has them, and transforms them or makes integers of them where the plan
  /// needs that.
  init(
    _ plan: ExecutionPlan, _ model: NativeModel, kernels: UnsafePointer<AtelierKernels>
  ) throws(NativeModelError) {
    guard let floats = model.storage.values.baseAddress else {
      throw .unsupported(reason: "it has no weights")
    }
    storage = model.storage
    let first = UnsafeMutablePointer<AtelierOperands>.allocate(capacity: plan.layers.count)
    first.initialize(repeating: AtelierOperands(), count: plan.layers.count)
    all = UnsafeMutableBufferPointer(start: first, count: plan.layers.count)
    operands = UnsafePointer(first)
    var transformed = allocateTransformed(plan.layers)
    for (index, layer) in plan.layers.enumerated() {
      guard let weight = model.starts[layer.name + ".weight"],
        let bias = model.starts[layer.name + ".bias"]
      else { throw .description(reason: "\(layer.name) has no weights") }
      all[index].bias = floats + bias
      guard let integerBytes = plan.integerBytes else {
        all[index].weights =
          layer.isTransformed
          ? UnsafeRawPointer(transform(floats + weight, of: layer, into: &transformed, kernels))
          : UnsafeRawPointer(floats + weight)
        continue
      }
      let integers = IntegerWeights(floats + weight, of: layer, integerBytes: integerBytes)
      all[index].weights = UnsafeRawPointer(keep(integers.terms))
      all[index].scales = UnsafePointer(keep(integers.scales))
      all[index].sums = UnsafePointer(keep(integers.sums))
    }
  }

  deinit {
    for allocation in allocations { allocation.deallocate() }
    all.deallocate()
  }

  /// Floats of a layer's weights as Winograd's method multiplies them: whole cache lines.
  private static func transformedCount(_ layer: WeightedLayer) -> Int {
    Int(atelier_winograd_values(Int32(layer.stride))) * layer.channels * layer.paddedOutputs
  }

  /// Memory for the transformed weights of all layers.
  private func allocateTransformed(_ layers: [WeightedLayer]) -> UnsafeMutablePointer<Float>? {
    let count = layers.filter(\.isTransformed).map(Self.transformedCount).reduce(0, +)
    guard count > 0 else { return nil }
    let memory = PageMemory.allocate(byteCount: count * MemoryLayout<Float>.stride)
    allocations.append(memory)
    return memory.bindMemory(to: Float.self, capacity: count)
  }

  /// Transforms the weights of a layer.
  ///
  /// - Parameter free: Where there is room for them; afterwards, where there is for the next layer's.
  private func transform(
    _ weights: UnsafePointer<Float>, of layer: WeightedLayer,
    into free: inout UnsafeMutablePointer<Float>?, _ kernels: UnsafePointer<AtelierKernels>
  ) -> UnsafePointer<Float> {
    guard let result = free else { return weights }
    kernels.pointee.winograd_weights(
      weights, Int32(layer.stride), Int32(layer.channels), Int32(layer.paddedOutputs), result)
    free = result + Self.transformedCount(layer)
    return UnsafePointer(result)
  }

  /// Memory for as long as this exists, at the start of a cache line.
  private func allocate<Element: BitwiseCopyable>(
    _: Element.Type, count: Int
  ) -> UnsafeMutablePointer<Element> {
    let bytes = UnsafeMutableRawPointer.allocate(
      byteCount: max(count, 1) * MemoryLayout<Element>.stride, alignment: 64)
    allocations.append(bytes)
    return bytes.bindMemory(to: Element.self, capacity: count)
  }

  /// A copy of an array, at the start of a cache line, for as long as this exists.
  private func keep<Element: BitwiseCopyable>(_ values: [Element]) -> UnsafeMutablePointer<Element>
  {
    let copy = allocate(Element.self, count: values.count)
    values.withUnsafeBufferPointer { source in
      if let first = source.baseAddress { copy.initialize(from: first, count: source.count) }
    }
    return copy
  }
}
