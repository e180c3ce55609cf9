import Classification
import Networks

/// A network of 8-bit integers in plain loops: what the documentation of the quantisation says, and
/// nothing of the engine.
struct IntegerReference {
  /// Channels x height x width.
  struct Activation {
    var channels: Int
    var side: Int
    var values: [Float]
  }

  let network: Network
  let weights: StateDict

  func logits(_ pixels: [Float]) -> [Float] {
    run(
      network.layers[...], Activation(channels: 1, side: ImageTensor.height, values: pixels)
    ).values
  }

  private func run(
    _ layers: ArraySlice<Layer>, _ input: Activation, addend: Activation? = nil
  ) -> Activation {
    var current = input
    for (index, layer) in layers.enumerated() {
      switch layer {
      case .convolution(let layer):
        current = product(
          layer.name, current, kernel: layer.kernelSize, stride: layer.stride,
          padding: layer.padding)
      case .linear(let layer):
        current = product(layer.name, current, kernel: current.side, stride: 1, padding: 0)
      case .relu: current.values = current.values.map { max($0, 0) }
      case .maxPooling: current = pooled(current)
      case .globalAveragePooling: current = averaged(current)
      case .residual(let body, let shortcut):
        current = run(body[...], current, addend: run(shortcut[...], current))
      case .flatten: break
      }
      if let addend, index == layers.count - 1 {
        current.values = zip(current.values, addend.values).map { $0 + $1 }
      }
    }
    return current
  }

  /// Values as integers from 0 to 255: `scale * (integer - zero)`.
  static func quantized(_ values: [Float]) -> (integers: [Int32], scale: Float, zero: Int32) {
    let (low, high) = (min(values.min() ?? 0, 0), max(values.max() ?? 0, 0))
    let width = high - low
    guard width > 1e-30 else { return (Array(repeating: 0, count: values.count), 0, 0) }
    let inverse = 255 / width
    let zero = (-low * inverse).rounded(.toNearestOrEven)
    let integers = values.map { value in
      // In more bits than floats have, so that only the last rounding rounds.
      Int32(
        (Double(min(max(value * inverse, -zero), 255 - zero)) + Double(zero))
          .rounded(.toNearestOrEven))
    }
    return (integers, width / 255, Int32(zero))
  }

  /// The weights of one output as integers from -127 to 127, and what they are multiples of.
  static func quantized(weights: ArraySlice<Float>) -> (integers: [Int32], scale: Float) {
    let largest = weights.map(abs).max() ?? 0
    guard largest > 1e-30 else { return (Array(repeating: 0, count: weights.count), 0) }
    let inverse = 127 / largest
    return (weights.map { Int32(($0 * inverse).rounded(.toNearestOrEven)) }, largest / 127)
  }

  private func product(
    _ name: String, _ input: Activation, kernel: Int, stride: Int, padding: Int
  ) -> Activation {
    let weight = weights[name + ".weight"]?.values ?? []
    let bias = weights[name + ".bias"]?.values ?? []
    let (integers, scale, zero) = Self.quantized(input.values)
    let side = (input.side + 2 * padding - kernel) / stride + 1
    let window = weight.count / bias.count
    var result = Activation(channels: bias.count, side: side, values: [])
    for output in bias.indices {
      let (row, rowScale) = Self.quantized(
        weights: weight[output * window..<(output + 1) * window])
      for y in 0..<side {
        for x in 0..<side {
          let sum = dot(
            integers, row, input, zero, top: y * stride - padding, left: x * stride - padding,
            kernel: kernel)
          result.values.append(Float(sum) * (rowScale * scale) + bias[output])
        }
      }
    }
    return result
  }

  /// The exact sum over a window; outside the picture there are zeros.
  private func dot(
    _ integers: [Int32], _ row: [Int32], _ input: Activation, _ zero: Int32, top: Int, left: Int,
    kernel: Int
  ) -> Int32 {
    integers.withUnsafeBufferPointer { integers in
      row.withUnsafeBufferPointer { row in
        var (sum, next) = (Int32(0), 0)
        for channel in 0..<input.channels {
          for y in top..<top + kernel {
            for x in left..<left + kernel {
              if y >= 0, y < input.side, x >= 0, x < input.side {
                sum += (integers[(channel * input.side + y) * input.side + x] - zero) * row[next]
              }
              next += 1
            }
          }
        }
        return sum
      }
    }
  }

  private func pooled(_ input: Activation) -> Activation {
    let side = input.side / 2
    var result = Activation(channels: input.channels, side: side, values: [])
    for channel in 0..<input.channels {
      for y in 0..<side {
        for x in 0..<side {
          let first = (channel * input.side + 2 * y) * input.side + 2 * x
          result.values.append(
            max(
              input.values[first], input.values[first + 1], input.values[first + input.side],
              input.values[first + input.side + 1]))
        }
      }
    }
    return result
  }

  private func averaged(_ input: Activation) -> Activation {
    let area = input.side * input.side
    let means = (0..<input.channels).map { channel in
      input.values[channel * area..<(channel + 1) * area].reduce(0, +) * (1 / Float(area))
    }
    return Activation(channels: input.channels, side: 1, values: means)
  }
}
