import Dataset

/// Points divided among centres, each centre the mean of the points nearest to it.
///
/// Source: Lloyd, *Least Squares Quantization in PCM*, 1982.
struct KMeans {
  private(set) var centres: [[Float]]
  /// The centre of each point.
  private(set) var assignments: [Int]

  /// Starts from random points and goes a number of rounds.
  ///
  /// - Precondition: there are at least `count` points.
  init(_ points: [[Float]], count: Int, rounds: Int, generator: inout SeededGenerator) {
    centres = generator.permutation(of: points.count).prefix(count).map { points[$0] }
    assignments = [Int](repeating: 0, count: points.count)
    for _ in 0..<rounds {
      assignments = points.map(nearest)
      move(to: points)
    }
  }

  private func nearest(_ point: [Float]) -> Int {
    var best = (index: 0, distance: Float.infinity)
    for (index, centre) in centres.enumerated() {
      let distance = squaredDistance(point, centre)
      if distance < best.distance { best = (index, distance) }
    }
    return best.index
  }

  private func squaredDistance(_ one: [Float], _ other: [Float]) -> Float {
    // Eight sums at once: floats are not added in another order unless asked to.
    var sums = SIMD8<Float>.zero
    var rest: Float = 0
    one.withUnsafeBufferPointer { one in
      other.withUnsafeBufferPointer { other in
        var index = 0
        while index &+ 8 <= one.count {
          var difference = SIMD8<Float>.zero
          for lane in 0..<8 { difference[lane] = one[index &+ lane] - other[index &+ lane] }
          sums += difference * difference
          index &+= 8
        }
        while index < one.count {
          let difference = one[index] - other[index]
          rest += difference * difference
          index &+= 1
        }
      }
    }
    return sums.sum() + rest
  }

  /// Moves each centre to the mean of its points; one without any stays where it is.
  private mutating func move(to points: [[Float]]) {
    var sums = centres.map { [Float](repeating: 0, count: $0.count) }
    var counts = [Int](repeating: 0, count: centres.count)
    for (point, centre) in zip(points, assignments) {
      counts[centre] += 1
      for index in point.indices { sums[centre][index] += point[index] }
    }
    for (index, count) in counts.enumerated() where count > 0 {
      centres[index] = sums[index].map { $0 / Float(count) }
    }
  }
}
