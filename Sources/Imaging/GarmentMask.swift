/// Finds which pixels of a relief show the garment.
struct GarmentMask {
  /// Pixels of the relief a pixel of the data set's picture, along a side.
  let cell: Int
  /// The luminance of the ground in the middle of the picture.
  let ground: Float
  /// The standard deviation of the relief's noise.
  let noise: Float
  /// Whether garments are darker than the ground, so that shadows look like them.
  let isOnLightGround: Bool

  /// The relief up to which a pixel is ground, whatever the noise.
  private static let flatRelief: Float = 5
  /// The deviation from an even ground that a gap in a garment may have, whatever the noise.
  private static let gapDeviation: Float = 3

  /// The pixels that are neither ground, nor a gap that it shows through, nor a shadow on it.
  func garment(of relief: Relief) -> Mask {
    // Wider than a pixel of noise, narrower than a seam.
    let smooth = relief.blurred(by: 0.15 * Float(cell))
    let ground = groundMask(of: relief, smooth: smooth)
    let garment = Mask(
      width: relief.width, height: relief.height, contains: ground.contains.map { !$0 })
    guard isOnLightGround else { return garment }
    return CastShadow(cell: cell, ground: self.ground, noise: noise)
      .removed(from: garment, relief: relief, smooth: smooth)
  }

  /// The flat pixels that hang together with the edge of the picture, and those within the garment
  /// that are as even as the ground: other flat regions are cloth as light as the ground.
  private func groundMask(of relief: Relief, smooth: Relief) -> Mask {
    let limit = max(Self.flatRelief, 2 * noise)
    var ground = Mask(
      width: relief.width, height: relief.height,
      contains: smooth.levels.map { abs($0) <= limit })
    for region in ground.regions() where !region.contains(where: ground.isAtEdge) {
      if !isGap(region, in: relief) { for index in region { ground.contains[index] = false } }
    }
    return ground
  }

  private func isGap(_ region: [Int], in relief: Relief) -> Bool {
    let count = Float(region.count)
    guard 2 * region.count >= cell * cell else { return false }
    let mean = region.reduce(0) { $0 + relief.levels[$1] } / count
    let variance =
      region.reduce(0) { sum, index in
        let error = relief.levels[index] - mean
        return sum + error * error
      } / count
    let limit = Self.gapDeviation + noise
    return abs(mean) <= limit && variance <= limit * limit
  }
}
